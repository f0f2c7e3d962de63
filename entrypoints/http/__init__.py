"""The HTTP service: one file a resource."""
