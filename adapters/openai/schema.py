"""JSON Schema as OpenAI's strict mode takes it."""

from collections.abc import Iterable, Mapping
from typing import Final

Schema = Mapping[str, object]

KEPT: Final = frozenset({"type", "enum", "const", "description", "title", "$ref", "required", "additionalProperties"})
"""Keywords that every strict implementation takes as they are; `required` and the next are rewritten for objects."""

BOUNDS: Final[Mapping[str, str]] = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matching {}",
    "format": "in the format {}",
}
"""Keywords that some strict implementations refuse: what they say moves into the description.

OpenAI's newer models take most of them; its earlier snapshots, its fine-tuned models and Azure answer 400 to each. A
bound that a model reads and breaks costs one repair; a keyword that is refused costs the whole request.
Source: OpenAI's guide to structured outputs, "Supported schemas", 2026-11.
"""


def strict_schema(schema: Schema) -> dict[str, object]:
    """The schema with the same members, all required, none further, and only keywords that strict mode takes.

    `oneOf` becomes `anyOf`. A keyword that can neither be kept nor put into words (`not`, `if`) is left out: the
    domain checks the answer anyway.
    """
    trimmed = {word: value for word, value in schema.items() if word in KEPT}
    for word in ("anyOf", "oneOf"):
        if isinstance(choices := schema.get(word), list):
            trimmed["anyOf"] = [strict_schema(choice) for choice in choices]
    for word in ("$defs", "definitions"):
        if isinstance(shared := schema.get(word), Mapping):
            trimmed[word] = {name: strict_schema(member) for name, member in shared.items()}
    if isinstance(items := schema.get("items"), Mapping):
        trimmed["items"] = strict_schema(items)
    if schema.get("type") == "object" or "properties" in schema:
        trimmed |= _closed_object(schema)
    if bounds := ", ".join(_in_words(schema)):
        trimmed["description"] = f"{schema['description']} ({bounds})" if schema.get("description") else bounds
    return trimmed


def _closed_object(schema: Schema) -> dict[str, object]:
    properties = schema.get("properties")
    members = properties if isinstance(properties, Mapping) else {}
    return {
        "properties": {name: strict_schema(member) for name, member in members.items()},
        "required": list(members),
        "additionalProperties": False,
    }


def _in_words(schema: Schema) -> Iterable[str]:
    return (words.format(_plain(schema[word])) for word, words in BOUNDS.items() if word in schema)


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
