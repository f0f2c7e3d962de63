"""The ways in: HTTP, command line, settings, and the composition root."""
