"""What the use cases need from outside: one file a need, Protocols only."""
