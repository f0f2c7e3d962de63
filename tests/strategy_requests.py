"""The benchmark's requests for a strategy, and what must stand in the answer to each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from domain.errors import InvalidStrategy
from domain.language import language_of
from domain.strategy import Condition, Direction, Rule, StrategySpec
from domain.strategy_reading import read_strategy

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
ASKED_FOR, FRESH = "strategy_requests.yaml", "strategy_requests_fresh.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A request, and what must stand in its answer; `entry`, `exit` and `direction` only where it states them."""

    request: str
    indicators: Sequence[str]
    symbols: Sequence[str]
    numbers: Sequence[float]
    entry: Sequence[str] = ()
    exit: Sequence[str] = ()
    direction: str = Direction.LONG

    def failings(self, answer: dict[str, Any]) -> list[str]:
        try:
            spec = read_strategy(json.dumps(answer["strategy"]))
        except InvalidStrategy as invalid:
            return [invalid.detail]
        return self.failings_of(spec) + self.foreign_texts(answer)

    def failings_of(self, spec: StrategySpec) -> list[str]:
        lacking = {
            "indicators": sorted(set(self.indicators) - {str(indicator.kind) for indicator in spec.indicators}),
            "numbers": sorted(set(self.numbers) - spec.numbers()),
            "symbols": list(self.symbols) if self.symbols and list(spec.symbols) != list(self.symbols) else [],
            "entry": sorted(set(self.entry) - written(spec.entry)),
            "exit": sorted(set(self.exit) ^ written(spec.exit)) if self.exit else [],
            "direction": [] if spec.direction == self.direction else [self.direction],
        }
        return [f"no {what} {missing}" for what, missing in lacking.items() if missing]

    def foreign_texts(self, answer: dict[str, Any]) -> list[str]:
        language, strategy = language_of(self.request), answer["strategy"]
        texts = {"explanation": answer["explanation"], "name": strategy["name"], "description": strategy["description"]}
        return [
            f"{name} not in {language}: {text}" for name, text in texts.items() if language_of(text) is not language
        ]


def written(rule: Rule) -> set[str]:
    """The rule's conditions as the benchmark writes them."""
    return {as_text(condition) for condition in rule.conditions}


def as_text(condition: Condition) -> str:
    """`rsi < 30`."""
    left, right = (side if isinstance(side, str) else f"{side:g}" for side in (condition.left, condition.right))
    return f"{left} {condition.op} {right}"


def the_requests(name: str) -> list[Wanted]:
    """The requests of one file of the benchmark."""
    return [Wanted(**case) for case in yaml.safe_load((BENCHMARKS / name).read_text("utf-8"))]
