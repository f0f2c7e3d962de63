import json
from collections.abc import Mapping

import pytest

from adapters.openai.schema import strict_schema
from domain.strategy_schema import prose_schema, strategy_schema
from tests.doubles.schemas import objections


@pytest.mark.parametrize("schema", [strategy_schema(), prose_schema()])
def test_the_schemas_of_the_domain_become_legal_strict_schemas(schema: Mapping[str, object]) -> None:
    assert list(objections(schema)) != []
    assert list(objections(strict_schema(schema))) == []


def test_a_bound_moves_into_the_description() -> None:
    trimmed = strict_schema({"type": "integer", "minimum": 2, "maximum": 500})

    assert trimmed == {"type": "integer", "description": "at least 2, at most 500"}


def test_a_description_keeps_its_words() -> None:
    trimmed = strict_schema({"type": "string", "description": "전략 이름", "minLength": 1, "pattern": "^[a-z]+$"})

    assert trimmed["description"] == "전략 이름 (at least 1 characters, matching ^[a-z]+$)"


def test_an_optional_member_becomes_required_and_nothing_further_is_allowed() -> None:
    trimmed = strict_schema({"type": "object", "properties": {"a": {"type": "string"}}, "required": []})

    assert trimmed["required"] == ["a"]
    assert trimmed["additionalProperties"] is False


def test_choices_definitions_and_items_are_trimmed_too() -> None:
    bounded = {"type": "number", "exclusiveMinimum": 0}
    schema = {
        "type": "object",
        "properties": {"x": {"oneOf": [bounded, {"$ref": "#/$defs/y"}]}, "xs": {"type": "array", "items": bounded}},
        "$defs": {"y": bounded},
    }

    trimmed = strict_schema(schema)

    assert list(objections(trimmed)) == []
    assert json.dumps(trimmed).count("more than 0") == 3


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": [], "additionalProperties": False},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "properties": {"a": {"minLength": 1, "type": "string"}}, "required": ["a"],
         "additionalProperties": False},
        {"type": "object", "properties": {"a": {"description": "anything"}}, "required": ["a"],
         "additionalProperties": False},
    ],
)  # fmt: skip
def test_the_double_refuses_what_strict_mode_refuses(schema: Mapping[str, object]) -> None:
    assert list(objections(schema)) != []
