"""Under which names a run may keep a parameter: as it is asked for, else under another that says the same."""

from collections.abc import Iterator, Mapping
from functools import cache

from domain.indicators import IndicatorKind
from domain.vocabulary_parameters import (
    DEVIATIONS,
    ENTRIES,
    EXITS,
    FAST,
    LENGTHS,
    LOWER,
    MULTIPLES,
    SIGNALS,
    SLOW,
    SMOOTH,
    STOCHASTIC_SIGNALS,
    THRESHOLDS,
    UPPER,
)

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "length": LENGTHS, "fast": FAST, "slow": SLOW, "signal": (*SIGNALS, *STOCHASTIC_SIGNALS), "deviations": DEVIATIONS,
    "oversold": LOWER, "overbought": UPPER, "smoothing": SMOOTH, "entry": ENTRIES,
    "exit": EXITS, "multiple": MULTIPLES, "threshold": THRESHOLDS,
}  # fmt: skip
_PREFIXES: Mapping[str, tuple[str, ...]] = {
    IndicatorKind.BOLLINGER: ("bollinger", "bb", "bbands"),
    IndicatorKind.STOCHASTIC: ("stochastic", "stoch"),
    IndicatorKind.ZSCORE: ("zscore", "z"),
}
_SHARED = frozenset({"n", "k", "d", "bars", "level"})
"""Names so short or so common that with a prefix they say something else."""


@cache
def tiers_of(name: str) -> tuple[tuple[str, ...], ...]:
    """The names to look under, the first that a run has deciding: `rsi_length` is not the plain `length` beside it."""
    kind = next((kind for kind in IndicatorKind if name.startswith(f"{kind}_")), None)
    slot = name if kind is None else name.removeprefix(f"{kind}_")
    group = _GROUPS.get(slot)
    if group is None:
        return ((name,),)
    if kind is None:
        owned = (each for owner in IndicatorKind for each in _owned(owner, slot, group))
        tiers = [(name,), tuple(each for each in group if each != name), tuple(owned)]
    else:
        tiers = [tuple(_owned(kind, slot, group)), (slot,), tuple(each for each in group if each != slot)]
    return tuple(tuple(dict.fromkeys(names)) for names in tiers)


def _owned(kind: IndicatorKind, slot: str, group: tuple[str, ...]) -> Iterator[str]:
    for prefix in _PREFIXES.get(kind, (str(kind),)):
        yield f"{prefix}_{slot}"
        yield from (f"{prefix}_{each}" for each in group if each not in _SHARED)
        if slot == "length":
            yield prefix
