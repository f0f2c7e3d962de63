"""multilingual-e5-small in this process, in 4 bits."""
