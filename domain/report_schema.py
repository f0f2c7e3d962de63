"""What a model answers with when it writes a report, as JSON Schema."""

from collections.abc import Mapping, Sequence

Schema = dict[str, object]
MAX_TITLE_LENGTH = 120
MAX_SECTION_LENGTH = 2_000
MAX_OPENING_LENGTH = 300


def report_schema(headings: Sequence[str]) -> Schema:
    """A title, and a text under each of the headings."""
    section = _object(
        heading={"type": "string", "enum": list(headings)}, text={"type": "string", "maxLength": MAX_SECTION_LENGTH}
    )
    count = len(headings)
    return _object(title=_title(), sections={"type": "array", "items": section, "minItems": count, "maxItems": count})


def opening_schema() -> Schema:
    """A title and one sentence, for a model that can write no more."""
    return _object(title=_title(), opening={"type": "string", "minLength": 1, "maxLength": MAX_OPENING_LENGTH})


def _title() -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": MAX_TITLE_LENGTH}


def _object(**members: Mapping[str, object]) -> Schema:
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}
