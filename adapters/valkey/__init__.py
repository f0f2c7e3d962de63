"""A Valkey that several processes share."""
