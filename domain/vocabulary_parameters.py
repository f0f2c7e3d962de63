"""Under which names engines keep the parameters of an indicator."""

from collections.abc import Mapping

LENGTHS = (
    "length", "period", "window", "n", "timeperiod", "time_period", "lookback", "lookback_period", "len", "span",
    "bars",
)  # fmt: skip
FAST = (
    "fast", "fast_period", "fast_length", "fast_window", "fastperiod", "short", "short_window", "short_period", "n1",
    "n_fast", "fast_ma", "window_fast",
)  # fmt: skip
SLOW = (
    "slow", "slow_period", "slow_length", "slow_window", "slowperiod", "long", "long_window", "long_period", "n2",
    "n_slow", "slow_ma", "window_slow",
)  # fmt: skip
SIGNALS = ("signal", "signal_period", "signal_length", "signalperiod", "signal_window", "n_signal")
DEVIATIONS = (
    "deviations", "std", "k", "num_std", "stddev", "stdev", "nbdev", "nbdevup", "n_std", "mult", "multiplier",
    "std_dev",
    "devfactor", "bb_std",
)  # fmt: skip
LOWER = ("oversold", "lower", "buy_threshold", "lower_bound", "low_threshold", "rsi_lower", "rsi_buy", "oversold_level")
UPPER = (
    "overbought",
    "upper",
    "sell_threshold",
    "upper_bound",
    "high_threshold",
    "rsi_upper",
    "rsi_sell",
    "overbought_level",
)
ENTRIES = ("entry", "entry_period", "entry_length", "entry_window", "entry_threshold", "entry_z", "z_entry")
EXITS = ("exit", "exit_period", "exit_length", "exit_window", "exit_threshold", "exit_z", "z_exit")
MULTIPLES = (
    "multiple", "atr_multiple", "atr_multiplier", "atr_mult", "multiplier", "mult", "factor", "stop_multiple",
)  # fmt: skip
SMOOTH = ("smooth", "smoothing", "smooth_k", "slowing", "slowk_period")
STOCHASTIC_SIGNALS = ("signal", "d", "d_period", "smooth_d", "slowd_period")
THRESHOLDS = ("threshold", "entry_threshold", "level", "min_return")
TRENDS = ("trend", "trend_length", "trend_period", "trend_filter", "ma_length", "ma_period", "filter_length")

SLOTS: Mapping[str, tuple[str, ...]] = {
    "length": LENGTHS, "fast": FAST, "slow": SLOW, "signal": SIGNALS, "deviations": DEVIATIONS, "lower": LOWER,
    "upper": UPPER, "entry": ENTRIES, "exit": EXITS, "smooth": SMOOTH, "threshold": THRESHOLDS, "trend": TRENDS,
}  # fmt: skip
PARAMETER_NAMES = frozenset(name for names in (*SLOTS.values(), STOCHASTIC_SIGNALS) for name in names)
PUBLIC_NAMES: Mapping[str, str] = {
    "length": "length", "lower": "oversold", "upper": "overbought", "fast": "fast", "slow": "slow", "signal": "signal",
    "deviations": "deviations", "multiple": "multiple", "entry": "entry", "exit": "exit",
    "smooth": "smoothing", "threshold": "threshold",
}  # fmt: skip
"""What a question's words for a parameter are as the name of one."""
