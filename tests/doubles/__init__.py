"""Servers that stand in for other people's, each a process of its own."""
