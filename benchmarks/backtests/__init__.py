"""Real backtests on real daily prices: where the demo's data comes from."""
