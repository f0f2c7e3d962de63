"""Which indicators a draft has, with which numbers: stated ones, then those of the nearest runs, then the field's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.backtest import Backtest, StrategyType, TestedStrategy
from domain.idea import IndicatorIdea, Level, StrategyIdea
from domain.idea_statements import Statement
from domain.idea_words import AVERAGES, MAX_AVERAGES, OF_FAMILY, fits
from domain.indicators import DEFINITIONS, IndicatorKind
from domain.vocabulary import indicator_named
from domain.vocabulary_parameters import (
    DEVIATIONS,
    ENTRIES,
    EXITS,
    FAST,
    LENGTHS,
    LOWER,
    SIGNALS,
    SLOW,
    SMOOTH,
    STOCHASTIC_SIGNALS,
    THRESHOLDS,
    TRENDS,
    UPPER,
)

MAX_KINDS = 4
MAX_LEVELS = 2
_LENGTH = {"length": LENGTHS}
_NAMES: Mapping[IndicatorKind, Mapping[str, tuple[str, ...]]] = {
    IndicatorKind.SMA: {"fast": FAST, "slow": SLOW, "length": (*TRENDS, *LENGTHS)},
    IndicatorKind.EMA: {"fast": FAST, "slow": SLOW, "length": (*TRENDS, *LENGTHS)},
    IndicatorKind.RSI: {**_LENGTH, "lower": LOWER, "upper": UPPER},
    IndicatorKind.MACD: {"fast": FAST, "slow": SLOW, "signal": SIGNALS},
    IndicatorKind.BOLLINGER: {**_LENGTH, "deviations": DEVIATIONS},
    IndicatorKind.ATR: _LENGTH,
    IndicatorKind.ROC: {**_LENGTH, "threshold": THRESHOLDS},
    IndicatorKind.DONCHIAN: {"length": (*ENTRIES, *LENGTHS), "exit": EXITS},
    IndicatorKind.STOCHASTIC: {
        **_LENGTH, "smooth": SMOOTH, "signal": STOCHASTIC_SIGNALS, "lower": LOWER, "upper": UPPER,
    },
    IndicatorKind.ZSCORE: {**_LENGTH, "lower": (*ENTRIES, *LOWER, *THRESHOLDS), "upper": EXITS},
    IndicatorKind.VOLUME_SMA: _LENGTH,
}  # fmt: skip
CONVENTIONS: Mapping[IndicatorKind, Mapping[str, float]] = {
    IndicatorKind.SMA: {"fast": 50, "slow": 200, "length": 200},
    IndicatorKind.EMA: {"fast": 12, "slow": 26, "length": 50},
    IndicatorKind.RSI: {"lower": 30, "upper": 70},
    IndicatorKind.ROC: {"length": 60, "threshold": 0},
    IndicatorKind.STOCHASTIC: {"lower": 20, "upper": 80},
    IndicatorKind.ZSCORE: {"lower": -2, "upper": 0},
}
"""What the field takes where nobody says; the other defaults stand with the indicators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrowed:
    """Something a draft took from a run: `what` is `symbols`, `family`, or a parameter such as `rsi.length`."""

    backtest_id: str
    what: str
    value: float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One kind of indicator in a draft. `lengths` are those of averages and channels, sorted out; `exits` channels."""

    kind: IndicatorKind
    numbers: Mapping[str, float]
    lengths: tuple[float, ...] = ()
    levels: tuple[Level, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(slots=True, kw_only=True)
class Parts:
    """Everything that goes into the rules, the examples in the order in which they lend, and what was left over."""

    parts: list[Part] = field(default_factory=list)
    family: StrategyType | None = None
    examples: tuple[Backtest, ...] = ()
    borrowed: list[Borrowed] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)


def parts_of(idea: StrategyIdea, examples: Sequence[Backtest]) -> Parts:
    """The parts that the idea states; where it names no indicator, those of the best of the examples."""
    made = Parts(family=idea.family, examples=tuple(examples))
    chosen = None if idea.indicators else _best(idea, examples)
    if chosen is not None:
        made.examples = (chosen, *(run for run in examples if run is not chosen))
    ideas = idea.indicators or _chosen(idea, chosen, made)
    kinds = list(dict.fromkeys(indicator.kind for indicator in ideas))
    for kind in kinds[MAX_KINDS:]:
        made.unplaced += [_told(indicator) for indicator in ideas if indicator.kind is kind]
    for kind in kinds[:MAX_KINDS]:
        levels = tuple(level for level in idea.levels if level.kind is kind)
        stated = [indicator for indicator in ideas if indicator.kind is kind]
        part = _part(kind, stated, levels, made, alone=len(kinds) == 1)
        said = tuple(statement for statement in idea.statements if statement.kind is kind)
        made.parts.append(replace(part, statements=said))
    made.unplaced += [f"{level.value:g}" for level in idea.levels if level.kind not in kinds[:MAX_KINDS]]
    return made


def _best(idea: StrategyIdea, examples: Sequence[Backtest]) -> Backtest | None:
    """For a vague request: the best of the nearest runs of a known family, of the one that is asked for."""
    known = [
        run
        for run in examples
        if run.strategy.type is not None and idea.family in (None, run.strategy.type) and kinds_of(run.strategy)
    ]
    return max(known, key=_sharpe, default=None)


def _chosen(idea: StrategyIdea, best: Backtest | None, made: Parts) -> tuple[IndicatorIdea, ...]:
    """What that run used, else what the family begins with."""
    if best is None:
        made.family = idea.family or StrategyType.TREND_FOLLOWING
        return tuple(IndicatorIdea(kind=kind) for kind in OF_FAMILY[made.family])
    made.family = best.strategy.type
    made.borrowed.append(Borrowed(backtest_id=best.backtest_id, what="family", value=str(best.strategy.type)))
    return tuple(IndicatorIdea(kind=kind) for kind in kinds_of(best.strategy)[:MAX_KINDS])


def _sharpe(run: Backtest) -> float:
    ratio = run.metrics.sharpe_ratio
    return ratio if ratio is not None else float("-inf")


def kinds_of(strategy: TestedStrategy) -> tuple[IndicatorKind, ...]:
    """The indicators of a run that our strategies know, by its list or else by its name."""
    named = strategy.indicators or tuple(strategy.name.split())
    return tuple(dict.fromkeys(kind for kind in map(indicator_named, named) if kind is not None))


def _part(
    kind: IndicatorKind, stated: list[IndicatorIdea], levels: tuple[Level, ...], made: Parts, *, alone: bool
) -> Part:
    """One kind with its numbers; what does not fit in is noted as unplaced."""
    lengths, numbers = _stated(kind, stated, made)
    made.unplaced += [
        f"{level.value:g}" for level in levels[MAX_LEVELS:] if level.value not in _values(levels[:MAX_LEVELS])
    ]
    lent = {} if kind in AVERAGES and lengths else _lent(kind, numbers, levels, made)
    full = {**_conventional(kind), **lent, **numbers}
    if kind in AVERAGES and not lengths:
        crossing = alone and not ("length" in lent and "fast" not in lent)
        lengths = tuple(sorted({full["fast"], full["slow"]})) if crossing else (full["length"],)
    if kind is IndicatorKind.MACD and full["fast"] >= full["slow"]:
        full |= _sorted_out(numbers, made)
    made.borrowed = [kept for kept in made.borrowed if _is_used(kept, kind, lengths, full)]
    return Part(kind=kind, numbers=full, lengths=lengths, levels=levels[:MAX_LEVELS])


def _values(levels: tuple[Level, ...]) -> set[float]:
    return {level.value for level in levels}


def _is_used(kept: Borrowed, kind: IndicatorKind, lengths: tuple[float, ...], full: Mapping[str, float]) -> bool:
    owner, dot, name = kept.what.partition(".")
    if not dot or owner != kind:
        return True
    return kept.value in lengths if kind in AVERAGES else full.get(name) == kept.value


def _stated(
    kind: IndicatorKind, stated: list[IndicatorIdea], made: Parts
) -> tuple[tuple[float, ...], dict[str, float]]:
    """Lengths of averages together; of any other kind the first set, a second channel being the way out."""
    if kind in AVERAGES:
        lengths = list(dict.fromkeys(i.params["length"] for i in stated if "length" in i.params))
        made.unplaced += [f"{kind} {length:g}" for length in lengths[MAX_AVERAGES:]]
        return tuple(sorted(lengths[:MAX_AVERAGES])), {}
    entries = [indicator for indicator in stated if not indicator.for_exit]
    exits = [indicator for indicator in stated if indicator.for_exit]
    if kind is IndicatorKind.DONCHIAN:
        entries, exits = (entries[:1], entries[1:] + exits) if entries else ([], exits)
    numbers = dict(entries[0].params) if entries else {}
    if exits and "length" in exits[0].params:
        numbers["exit"] = exits[0].params["length"]
    made.unplaced += [_told(spare) for spare in (*entries[1:], *exits[1:]) if spare.params]
    return (), numbers


def _told(indicator: IndicatorIdea) -> str:
    numbers = " ".join(f"{value:g}" for value in indicator.params.values())
    return f"{indicator.kind} {numbers}".strip()


def _conventional(kind: IndicatorKind) -> dict[str, float]:
    return DEFINITIONS[kind].defaults() | dict(CONVENTIONS.get(kind, {}))


def _lent(kind: IndicatorKind, stated: Mapping[str, float], levels: tuple[Level, ...], made: Parts) -> dict[str, float]:
    """The numbers of the first run with this indicator, but for those that the request states."""
    for run in made.examples:
        if kind in kinds_of(run.strategy):
            given = {name: value for name, value in _mapped(kind, run.strategy) if name not in stated}
            if levels:
                given = {name: value for name, value in given.items() if name not in ("lower", "upper", "threshold")}
            given = _in_order(given, {**_conventional(kind), **given, **stated})
            made.borrowed += [
                Borrowed(backtest_id=run.backtest_id, what=f"{kind}.{name}", value=value)
                for name, value in given.items()
            ]
            return given
    return {}


def _mapped(kind: IndicatorKind, strategy: TestedStrategy) -> Iterator[tuple[str, float]]:
    """Our names and the run's numbers; one that is out of our range is left out."""
    for slot, names in _NAMES[kind].items():
        shared = len(kinds_of(strategy)) > 1 and not _owns_length(kind, strategy)
        own = [f"{kind}_{name}" for name in (slot, *names[:3])] + [str(kind)] * (slot == "length")
        for name in (*own, *(name for name in names if not (shared and name in LENGTHS))):
            value = strategy.parameters.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                signed = (
                    -abs(float(value)) if kind is IndicatorKind.ZSCORE and slot in ("lower", "upper") else float(value)
                )
                if fits(kind, slot, signed):
                    yield slot, signed
                break


def _owns_length(kind: IndicatorKind, strategy: TestedStrategy) -> bool:
    """Of several indicators the plain `length` is the first one's that has no name of its own for it."""
    others = {IndicatorKind.DONCHIAN: ENTRIES, **dict.fromkeys(AVERAGES, (*TRENDS, *FAST)), IndicatorKind.MACD: FAST}
    free = [k for k in kinds_of(strategy) if not any(name in strategy.parameters for name in others.get(k, ()))]
    return bool(free) and free[0] is kind


def _in_order(given: dict[str, float], merged: Mapping[str, float]) -> dict[str, float]:
    """Without the pairs that would stand the wrong way round in the whole."""
    for low, high in (("fast", "slow"), ("lower", "upper")):
        if low in merged and high in merged and merged[low] >= merged[high]:
            given = {name: value for name, value in given.items() if name not in (low, high)}
    return given


def _sorted_out(stated: Mapping[str, float], made: Parts) -> dict[str, float]:
    """MACD spans in order around what is stated; of two equal ones the second has no place."""
    ranges = DEFINITIONS[IndicatorKind.MACD].parameters
    if "fast" in stated:
        if stated.get("slow") == stated["fast"]:
            made.unplaced.append(f"{stated['slow']:g}")
        fast = min(stated["fast"], ranges["slow"].high - 1)
        if fast != stated["fast"]:
            made.unplaced.append(f"{stated['fast']:g}")
        return {"fast": fast, "slow": min(2 * fast + 2, ranges["slow"].high)}
    slow = max(stated["slow"], ranges["fast"].low + 1)
    if slow != stated["slow"]:
        made.unplaced.append(f"{stated['slow']:g}")
    return {"fast": max(float(slow // 2), ranges["fast"].low), "slow": slow}
