"""The ways in: HTTP, command line, settings, and the composition root."""

import os

# Here because it counts only before numpy is loaded. A scan of 10,000 cards takes 1.2 ms on one core; spread over two
# busy ones, each waiting for the other and spinning meanwhile, it took 16.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
