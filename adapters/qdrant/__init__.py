"""Qdrant, embedded or as a server."""
