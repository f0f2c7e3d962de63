"""A plausible instance of a JSON Schema."""

from collections.abc import Mapping
from typing import Final, TypeAlias

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
EXAMPLES: Final[Mapping[str, str]] = {
    "left": "close",
    "symbols": "GOOG",
    "id": "indicator_1",
    "name": "Plain example",
    "description": "An example that follows the schema and nothing else. 예시입니다.",
}
"""Words that make a strategy of the domain valid, and read well elsewhere."""
NUMBERS: Final[Mapping[str, float]] = {"right": 100.0}


def instance_of(schema: Mapping[str, object], name: str = "") -> Json:
    """What the schema allows, as short as it may be: the first choice, the fewest items, a number inside its range."""
    if "const" in schema:
        return _json(schema["const"])
    if isinstance(choices := schema.get("enum"), list):
        return _json(choices[0])
    for word in ("anyOf", "oneOf"):
        if isinstance(options := schema.get(word), list):
            return instance_of(_preferred(options, name), name)
    kind = schema.get("type")
    return _of_kind(str(kind[0] if isinstance(kind, list) else kind), schema, name)


def _of_kind(kind: str, schema: Mapping[str, object], name: str) -> Json:
    if kind == "object":
        members = schema.get("properties")
        return {m: instance_of(s, m) for m, s in members.items()} if isinstance(members, Mapping) else {}
    if kind == "array":
        items = schema.get("items")
        return [instance_of(items, name) if isinstance(items, Mapping) else None] * int(_bound(schema, "minItems", 0))
    if kind in ("number", "integer"):
        return _number(schema, name, whole=kind == "integer")
    if kind == "string":
        return _text(schema, name)
    return True if kind == "boolean" else None


def _preferred(options: list[Mapping[str, object]], name: str) -> Mapping[str, object]:
    numbers = [option for option in options if option.get("type") == "number"]
    return numbers[0] if numbers and name in NUMBERS else options[0]


def _number(schema: Mapping[str, object], name: str, *, whole: bool) -> float:
    low = _bound(schema, "minimum", _bound(schema, "exclusiveMinimum", 0.0))
    high = _bound(schema, "maximum", _bound(schema, "exclusiveMaximum", max(low, NUMBERS.get(name, 1.0)) * 2))
    middle = (low + high) / 2
    return int(max(low, middle // 1)) if whole else middle


def _text(schema: Mapping[str, object], name: str) -> str:
    least, most = int(_bound(schema, "minLength", 0)), int(_bound(schema, "maxLength", 10_000))
    return EXAMPLES.get(name, f"example {name}".strip()).ljust(least, ".")[:most]


def _bound(schema: Mapping[str, object], word: str, default: float) -> float:
    value = schema.get(word)
    return float(value) if isinstance(value, int | float) else default


def _json(value: object) -> Json:
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"an enum of this house holds words and numbers, not {value!r}")
