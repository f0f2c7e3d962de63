"""Use cases, and the ports through which they reach the world. Knows the domain only."""
