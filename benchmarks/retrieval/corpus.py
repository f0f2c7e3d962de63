"""The corpus: what every person ran, as the API takes it, beside what is true of each run.

Records are made by running the rules over real prices, in seconds, and are the same each time. What a record leaves
out, as real ones do, its `Truth` still knows.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product
from typing import Any
from zlib import crc32

from benchmarks.backtests.measures import Metrics, measure
from benchmarks.backtests.rules import Parameters
from benchmarks.backtests.simulation import simulate
from benchmarks.retrieval.families import FAMILIES, choices_of, fits
from benchmarks.retrieval.markets import BARS_PER_YEAR, TIMEFRAMES, bars_of, spans_of
from benchmarks.retrieval.people import PEOPLE, Person, Tongue
from benchmarks.retrieval.wording import ASIDES, NOTES, SAYINGS, picked, spelled

Record = dict[str, Any]
FIRST_COMPLETED = datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
BETWEEN_RUNS = timedelta(hours=31, minutes=7)
AGAIN_EVERY = 10
"""One run in so many is followed by one that is nearly the same."""
KEPT_METRICS = ("total_return", "sharpe_ratio", "max_drawdown", "trade_count")
"""What the shorter records still say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One backtest to run."""

    family: str
    symbol: str
    timeframe: str
    start: str
    end: str
    parameters: Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a run is, whatever its record says. `again` is the id of the run that it nearly repeats."""

    family: str
    kinds: frozenset[str]
    type: str
    symbol: str
    parameters: Mapping[str, float]
    start: date
    end: date
    again: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A record of one user beside its truth."""

    user_id: str
    record: Record
    truth: Truth

    @property
    def backtest_id(self) -> str:
        """The user's own id of it."""
        return str(self.record["backtest_id"])

    def told_in_full(self) -> "Run":
        """The same with nothing of the strategy left out, and indicators by their usual names."""
        truth = self.truth
        full = {"type": truth.type, "indicators": sorted(truth.kinds), "parameters": dict(truth.parameters)}
        return replace(self, record=self.record | {"strategy": self.record["strategy"] | full})


@cache
def corpus() -> tuple[Run, ...]:
    """Every run of every person."""
    return tuple(run for person in PEOPLE for run in runs_of(person))


def digest(runs: tuple[Run, ...]) -> str:
    """The SHA-256 of all records: equal where two corpora are."""
    lines = (json.dumps([run.user_id, run.record], ensure_ascii=False, sort_keys=True) for run in runs)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def runs_of(person: Person) -> Iterator[Run]:
    """What one person ran, in the order of completion; now and then nearly the same again."""
    number = 0
    for experiment in _experiments(person):
        number += 1
        first = _run(person, experiment, number)
        yield first
        if number % AGAIN_EVERY == AGAIN_EVERY - 1:
            number += 1
            yield _again(person, experiment, number, first)
        if number >= person.runs:
            return


def _experiments(person: Person) -> Iterator[Experiment]:
    """Families in turn and symbols in turn; within both, a sample that no library's generator can change."""
    columns = [
        iter(sorted(_possible(family, symbol, person), key=lambda e: _lot(person.user_id, e)))
        for symbol, family in product(person.symbols, person.families)
    ]
    while columns:
        for column in tuple(columns):
            experiment = next(column, None)
            if experiment is None:
                columns.remove(column)
            else:
                yield experiment


def _possible(family: str, symbol: str, person: Person) -> Iterator[Experiment]:
    for timeframe in set(TIMEFRAMES[symbol]) & set(person.timeframes):
        bars = bars_of(symbol, timeframe)
        for (start, end), parameters in product(spans_of(symbol, timeframe), choices_of(family)):
            if fits(family, parameters, bars.between(start, end)):
                yield Experiment(
                    family=family, symbol=symbol, timeframe=timeframe, start=start, end=end, parameters=parameters
                )


def _lot(*drawn_for: object) -> int:
    return crc32("|".join(_stable(part) for part in drawn_for).encode())


def _stable(part: object) -> str:
    if isinstance(part, Experiment):
        parameters = " ".join(f"{name}={value:g}" for name, value in sorted(part.parameters.items()))
        return f"{part.family} {part.symbol} {part.timeframe} {part.start} {part.end} {parameters}"
    return str(part)


def _run(person: Person, experiment: Experiment, number: int) -> Run:
    bars = bars_of(experiment.symbol, experiment.timeframe).between(experiment.start, experiment.end)
    family = FAMILIES[experiment.family]
    entry, leave = family.rule(bars, experiment.parameters)
    result = simulate(bars, entry, leave, capital=person.capital, commission=person.commission)
    final_equity, metrics = measure(result, bars, bars_per_year=BARS_PER_YEAR[experiment.timeframe])
    first, last = str(bars.days[0]), str(bars.days[-1])
    record: Record = {
        "backtest_id": person.number.format(number),
        "strategy": _strategy(person, experiment, number),
        "symbols": [experiment.symbol],
        "timeframe": experiment.timeframe,
        "start": first,
        "end": last,
        "initial_capital": person.capital,
        "final_equity": final_equity,
        "metrics": metrics,
        "completed_at": f"{FIRST_COMPLETED + number * BETWEEN_RUNS:%Y-%m-%dT%H:%M:%SZ}",
        "source": {"engine": "quantrail-vector", "version": "1"},
        "notes": picked((*NOTES[_tongue(person, number)], ""), _lot(person.user_id, number, "note")),
    }
    truth = Truth(
        family=experiment.family,
        kinds=frozenset(family.indicators),
        type=family.type,
        symbol=experiment.symbol,
        parameters=dict(experiment.parameters),
        start=date.fromisoformat(first),
        end=date.fromisoformat(last),
    )
    return Run(user_id=person.user_id, record=_as_kept(person, record, number), truth=truth)


def _again(person: Person, experiment: Experiment, number: int, first: Run) -> Run:
    """The same once more: with other fees, a few days less, or just so under another id."""
    way = _lot(person.user_id, number, "again") % 3
    whose, what = person, experiment
    if way == 0:
        whose = replace(person, commission=person.commission * 2)
    elif way == 1:
        bars = bars_of(experiment.symbol, experiment.timeframe).between(experiment.start, experiment.end)
        what = replace(experiment, end=str(bars.days[-4]))
    made = _run(whose, what, number)
    strategy = made.record["strategy"] | {"name": first.record["strategy"]["name"]}
    return replace(
        made, record=made.record | {"strategy": strategy}, truth=replace(made.truth, again=first.backtest_id)
    )


def _tongue(person: Person, number: int) -> Tongue:
    return person.tongues[number % len(person.tongues)]


def _strategy(person: Person, experiment: Experiment, number: int) -> Record:
    family, tongue = FAMILIES[experiment.family], _tongue(person, number)
    sayings, lot = SAYINGS[experiment.family], _lot(person.user_id, number, experiment)
    demo = () if tongue == "mixed" else (family.words(tongue).sentence,)
    return {
        "name": _name(person, experiment, number),
        "type": family.type,
        "indicators": [spelled(kind, person.spelled, experiment.parameters) for kind in family.indicators],
        "parameters": dict(experiment.parameters),
        "description": picked((*sayings.sentences[tongue], *demo), lot // 7).format(**experiment.parameters),
    }


def _name(person: Person, experiment: Experiment, number: int) -> str:
    tongue, sayings = _tongue(person, number), SAYINGS[experiment.family]
    lot = _lot(person.user_id, experiment, "name")
    plain = picked(sayings.names[tongue], lot).format(**experiment.parameters)
    figures = [f"{value:g}" for value in experiment.parameters.values()]
    # Now and then a run belongs to a project whose name nobody else uses.
    if person.projects and number % 15 == 4:
        return f"{picked(person.projects, lot)} {number // 15 + 1} - {plain}"
    habit = person.names[number % len(person.names)]
    names = {
        "plain": plain,
        "detailed": f"{plain} ({', '.join(figures)}) {experiment.symbol}",
        "file": f"{sayings.slug}_{'_'.join(figures)}_{experiment.symbol.lower()}",
        "code": f"{'전략' if tongue == 'ko' else 'exp'} {'ABCDEF'[lot % 6]}-{number}",
        "chatty": f"{picked(ASIDES[tongue], lot)} {plain}",
    }
    return names[habit]


def _as_kept(person: Person, record: Record, number: int) -> Record:
    """The record without what this person's engine did not write this time."""
    kept, strategy = dict(record), dict(record["strategy"])
    missing = {
        part for part in person.leaves_out if _lot(person.user_id, number, part) % 10 < person.in_ten
    }  # fmt: skip
    if _is_telling_nothing(strategy["name"]):
        # Somebody who reads the record must be able to tell what was run.
        missing -= {"description", "indicators"}
    if "indicators" in missing:
        missing -= {"description"}
    if "metrics" in missing:
        kept["metrics"] = _shorter(record["metrics"])
    for part in missing & strategy.keys():
        strategy[part] = [] if part == "indicators" else {} if part == "parameters" else None
    if "notes" in missing or not kept["notes"]:
        del kept["notes"]
    return kept | {"strategy": strategy}


def _is_telling_nothing(name: str) -> bool:
    return name.startswith(("전략 ", "exp "))


def _shorter(metrics: Metrics) -> Metrics:
    return {name: metrics[name] for name in KEPT_METRICS}
