"""How good the search is: a corpus of real backtests, questions with gold answers, and what is measured of them."""
