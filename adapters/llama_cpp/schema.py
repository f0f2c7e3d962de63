"""JSON Schema as llama.cpp turns it into a grammar."""

import re
from collections.abc import Mapping
from typing import Final

Schema = Mapping[str, object]

KEPT: Final = frozenset({"type", "enum", "const", "required", "additionalProperties", "$ref"})
COUNTS: Final = frozenset({"minLength", "maxLength", "minItems", "maxItems"})
MOST_REPETITIONS: Final = 1_000
"""A longer repetition is refused as a runaway grammar (llama.cpp: 2,000 over a whole rule)."""
RANGES: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_SIMPLE_PATTERN = re.compile(r"\^[\w\-\[\]*+?{},. ]+\$")


def grammar_schema(schema: Schema) -> dict[str, object]:
    """The schema with only what llama.cpp's converter understands: it writes a warning for the rest, or refuses it.

    Source: llama.cpp, grammars/README.md, 2026-11: ranges work for integers, patterns where they are anchored.
    """
    trimmed = {word: value for word, value in schema.items() if _understood(word, value, schema)}
    for word in ("anyOf", "oneOf", "allOf"):
        if isinstance(choices := schema.get(word), list):
            trimmed[word] = [grammar_schema(choice) for choice in choices]
    for word in ("properties", "$defs", "definitions"):
        if isinstance(members := schema.get(word), Mapping):
            trimmed[word] = {name: grammar_schema(member) for name, member in members.items()}
    if isinstance(items := schema.get("items"), Mapping):
        trimmed["items"] = grammar_schema(items)
    return trimmed


def _understood(word: str, value: object, schema: Schema) -> bool:
    if word in COUNTS:
        return isinstance(value, int) and value <= MOST_REPETITIONS
    if word in RANGES:
        return schema.get("type") == "integer" and float(str(value)).is_integer()
    if word == "pattern":
        return _SIMPLE_PATTERN.fullmatch(str(value)) is not None
    return word in KEPT
