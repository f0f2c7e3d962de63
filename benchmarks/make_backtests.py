"""Makes the demo's backtests: `python -m benchmarks.make_backtests [--out PATH]` writes one JSON object a line."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from benchmarks.backtests.families import FAMILIES, Language
from benchmarks.backtests.measures import Metrics, measure
from benchmarks.backtests.prices import INDICES, Bars, load_bars
from benchmarks.backtests.researchers import RESEARCHERS, Experiment, Researcher, experiments
from benchmarks.backtests.simulation import simulate

STORED = Path(__file__).parents[1] / "entrypoints" / "cli" / "demo_backtests.ndjson"
MOST_BYTES = 600_000
FIRST_COMPLETED = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
BETWEEN_RUNS = timedelta(hours=5, minutes=47)
VERDICTS: Mapping[Language, Mapping[str, str]] = {
    "ko": {
        "better": "매수 후 보유보다 나은 결과.",
        "worse": "매수 후 보유보다 못한 결과.",
        "idle": "거래가 한 번도 없었음.",
    },
    "en": {"better": "Did better than buy and hold.", "worse": "Did worse than buy and hold.", "idle": "Never traded."},
}

Record: TypeAlias = dict[str, object]


def main(arguments: list[str] | None = None) -> int:
    """Writes the file and says how large it is; 1 where it would be too large to ship."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.make_backtests", description=__doc__)
    parser.add_argument("--out", type=Path, default=STORED, help="where to write (default: the file that ships)")
    out: Path = parser.parse_args(arguments).out
    written = list(lines())
    text = "".join(f"{line}\n" for line in written).encode()
    if len(text) > MOST_BYTES:
        sys.stderr.write(f"{len(text)} bytes are more than the {MOST_BYTES} that may ship\n")
        return 1
    out.write_bytes(text)
    sys.stdout.write(f"{len(written)} backtests, {len(text)} bytes: {out}\n")
    return 0


def lines() -> Iterator[str]:
    """Every backtest of every researcher as one line of compact JSON, without the line end."""
    for researcher in RESEARCHERS:
        for number, experiment in enumerate(experiments(researcher), start=1):
            backtest = run(researcher, experiment, number)
            line = {"user_id": researcher.user_id, "backtest": backtest}
            yield json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def run(researcher: Researcher, experiment: Experiment, number: int) -> Record:
    """The backtest object of the API; `number` is the researcher's own count from 1."""
    bars = experiment.period.of(load_bars(experiment.symbol))
    entry, leave = FAMILIES[experiment.family].rule(bars, experiment.parameters)
    result = simulate(bars, entry, leave, capital=researcher.capital, commission=researcher.commission)
    final_equity, metrics = measure(result, bars)
    language = researcher.languages[number % len(researcher.languages)]
    # Real users do not annotate everything: a third of the runs has no note.
    notes = ("", _about_period(experiment, language), _about_result(metrics, researcher.commission, language))[
        number % 3
    ]
    return {
        "backtest_id": f"bt-{number:04}",
        "strategy": _strategy(experiment, language),
        "symbols": [experiment.symbol],
        "timeframe": "1d",
        **_span(bars),
        "initial_capital": researcher.capital,
        "final_equity": final_equity,
        "metrics": metrics,
        "completed_at": f"{FIRST_COMPLETED + number * BETWEEN_RUNS:%Y-%m-%dT%H:%M:%SZ}",
        "source": {"engine": "quantrail-vector", "version": "1"},
        **({"notes": notes} if notes else {}),
    }


def _span(bars: Bars) -> Record:
    return {"start": str(bars.days[0]), "end": str(bars.days[-1])}


def _strategy(experiment: Experiment, language: Language) -> Record:
    family = FAMILIES[experiment.family]
    words = family.words(language)
    return {
        "name": words.name,
        "type": family.type,
        "indicators": list(family.indicators),
        "parameters": dict(experiment.parameters),
        "description": words.sentence.format(**experiment.parameters),
    }


def _about_period(experiment: Experiment, language: Language) -> str:
    index = experiment.symbol in INDICES
    if language == "ko":
        return f"{experiment.period.ko}." + (" 지수 자체라 배당은 빠져 있음." if index else "")
    return f"{experiment.period.en.capitalize()}." + (" Index level, dividends not included." if index else "")


def _about_result(metrics: Metrics, commission: float, language: Language) -> str:
    better = (metrics["total_return"] or 0) > (metrics["benchmark_return"] or 0)
    verdict = (
        VERDICTS[language]["better" if better else "worse"] if metrics["trade_count"] else VERDICTS[language]["idle"]
    )
    fills = {"ko": "다음 날 시가 체결, 편도 수수료", "en": "Filled at the next open, commission a side"}[language]
    return f"{verdict} {fills} {commission:.2%}."


if __name__ == "__main__":
    sys.exit(main())
