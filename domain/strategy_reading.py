"""A model's JSON to a strategy: every mistake is named, so that a repair can be asked for."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from domain.backtest import StrategyType
from domain.errors import InvalidStrategy, Violation
from domain.indicators import IndicatorKind, PriceField
from domain.strategy import Condition, ConditionOp, Direction, Indicator, Match, Operand, Risk, Rule, StrategySpec

Word = TypeVar("Word", bound=StrEnum)


def read_strategy(text: str) -> StrategySpec:
    """The strategy that a JSON text holds. Raises: InvalidStrategy, with everything that is wrong."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise InvalidStrategy(Violation(field="", message=f"is no JSON: {error}")) from error
    reader = _Reader()
    members = reader.mapping(document, "strategy")
    parts = {
        "name": reader.text(members, "name", ""),
        "description": reader.text(members, "description", ""),
        "type": reader.word(members, "type", "", StrategyType),
        "symbols": tuple(reader.texts(members, "symbols")),
        "timeframe": reader.text(members, "timeframe", ""),
        "indicators": tuple(reader.indicators(members)),
        "entry": reader.rule(members, "entry"),
        "exit": reader.rule(members, "exit"),
        "direction": reader.word(members, "direction", "", Direction),
        "risk": reader.risk(members),
    }
    if reader.violations:
        raise InvalidStrategy(*reader.violations)
    return StrategySpec(**parts)  # type: ignore[arg-type]  # each part was read by its type, or a violation was raised


class _Reader:
    """Reads members by type and remembers what did not fit; what it returns then is never used."""

    def __init__(self) -> None:
        self.violations: list[Violation] = []

    def wrong(self, path: str, message: str) -> None:
        self.violations.append(Violation(field=path.removeprefix("."), message=message))

    def mapping(self, value: object, path: str) -> Mapping[str, object]:
        if isinstance(value, dict):
            return value
        self.wrong(path, "must be an object")
        return {}

    def sequence(self, members: Mapping[str, object], name: str, path: str = "") -> list[object]:
        value = members.get(name)
        if isinstance(value, list):
            return value
        self.wrong(f"{path}.{name}", "must be a list")
        return []

    def text(self, members: Mapping[str, object], name: str, path: str) -> str:
        value = members.get(name)
        if isinstance(value, str):
            return value
        self.wrong(f"{path}.{name}", "must be a text")
        return ""

    def texts(self, members: Mapping[str, object], name: str) -> list[str]:
        found = self.sequence(members, name)
        if not all(isinstance(one, str) for one in found):
            self.wrong(name, "must hold texts only")
        return [one for one in found if isinstance(one, str)]

    def number(self, members: Mapping[str, object], name: str, path: str) -> float | None:
        value = members.get(name)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        self.wrong(f"{path}.{name}", "must be a number")
        return None

    def word(self, members: Mapping[str, object], name: str, path: str, words: type[Word]) -> Word | None:
        value = members.get(name)
        if isinstance(value, str) and value in set(words):
            return words(value)
        self.wrong(f"{path}.{name}", f"must be one of {', '.join(words)}")
        return None

    def indicators(self, members: Mapping[str, object]) -> list[Indicator]:
        found = []
        for i, item in enumerate(self.sequence(members, "indicators")):
            indicator = self.indicator(item, f"indicators[{i}]")
            if indicator is not None:
                found.append(indicator)
        return found

    def indicator(self, item: object, path: str) -> Indicator | None:
        members = self.mapping(item, path)
        kind = self.word(members, "kind", path, IndicatorKind)
        source = None if members.get("source") is None else self.word(members, "source", path, PriceField)
        given = self.mapping(members.get("params") or {}, f"{path}.params")
        params = {name: self.number(given, name, f"{path}.params") for name in given}
        name = self.text(members, "id", path)
        if kind is None:
            return None
        kept = {key: value for key, value in params.items() if value is not None}
        return Indicator(id=name, kind=kind, params=kept, source=source)

    def rule(self, members: Mapping[str, object], name: str) -> Rule | None:
        rule = self.mapping(members.get(name), name)
        match = self.word(rule, "match", name, Match)
        items = self.sequence(rule, "conditions", name)
        conditions = [self.condition(item, f"{name}.conditions[{i}]") for i, item in enumerate(items)]
        if match is None or None in conditions:
            return None
        return Rule(match=match, conditions=tuple(c for c in conditions if c is not None))

    def condition(self, item: object, path: str) -> Condition | None:
        members = self.mapping(item, path)
        op = self.word(members, "op", path, ConditionOp)
        left, right = self.operand(members, "left", path), self.operand(members, "right", path)
        if op is None or left is None or right is None:
            return None
        return Condition(left=left, op=op, right=right)

    def operand(self, members: Mapping[str, object], name: str, path: str) -> Operand | None:
        value = members.get(name)
        if isinstance(value, str):
            return _number_or_name(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        self.wrong(f"{path}.{name}", "must be an indicator id, a price field or a number")
        return None

    def risk(self, members: Mapping[str, object]) -> Risk | None:
        risk = self.mapping(members.get("risk"), "risk")
        fraction = self.number(risk, "position_fraction", "risk")
        bars = self.number(risk, "max_holding_bars", "risk")
        if fraction is None:
            self.wrong("risk.position_fraction", "must be a number")
        if bars is not None and not float(bars).is_integer():
            self.wrong("risk.max_holding_bars", "must be a whole number")
            bars = None
        return Risk(
            position_fraction=fraction or 0,
            stop_loss=self.number(risk, "stop_loss", "risk"),
            take_profit=self.number(risk, "take_profit", "risk"),
            max_holding_bars=None if bars is None else int(bars),
        )


def _number_or_name(text: str) -> Operand:
    """Models put numbers between quotes; a name is never a number."""
    try:
        return float(text)
    except ValueError:
        return text.strip()
