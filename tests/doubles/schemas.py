"""What OpenAI's strict mode refuses of a JSON Schema, and an instance of one that it takes."""

from collections.abc import Iterator, Mapping
from typing import Any

# The strictest reading there is: fine-tuned models and Azure refuse the second line, every model the others.
REFUSED = {
    *("allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas"),
    *("minLength", "maxLength", "pattern", "format", "minimum", "maximum", "multipleOf", "minItems", "maxItems"),
    *("exclusiveMinimum", "exclusiveMaximum", "patternProperties", "unevaluatedProperties", "propertyNames"),
    *("minProperties", "maxProperties", "unevaluatedItems", "contains", "minContains", "maxContains", "uniqueItems"),
    *("prefixItems", "default", "examples"),
}
DEEPEST, MOST_PROPERTIES, MOST_CHOICES = 10, 5_000, 1_000


def objections(schema: object, path: str = "", depth: int = 1) -> Iterator[str]:
    """Why strict mode refuses the schema; nothing where it does not."""
    if not isinstance(schema, Mapping):
        yield f"In context=({path}), schema must be an object"
        return
    if depth == 1 and (schema.get("type") != "object" or "anyOf" in schema):
        yield "schema must be a JSON Schema of 'type: \"object\"', got another"
    for word in sorted(REFUSED & schema.keys()):
        yield f"In context=({path}), '{word}' is not permitted."
    if not {"type", "anyOf", "enum", "const", "$ref"} & schema.keys():
        yield f"In context=({path}), schema must have a 'type' key."
    if "properties" in schema or schema.get("type") == "object":
        yield from _object(schema, path, depth)
    yield from _choices(schema, path, depth)


def _choices(schema: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
    if len(schema.get("enum", ())) > MOST_CHOICES:
        yield f"In context=({path}), too many enum values."
    if schema.get("type") == "array" and "items" not in schema:
        yield f"In context=({path}), array schema missing items."
    if "items" in schema:
        yield from objections(schema["items"], f"{path}.items", depth + 1)
    for i, choice in enumerate(schema.get("anyOf", ())):
        yield from objections(choice, f"{path}.anyOf[{i}]", depth + 1)


def _object(schema: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
    members = schema.get("properties", {})
    if schema.get("additionalProperties") is not False:
        yield f"In context=({path}), 'additionalProperties' is required to be supplied and to be false."
    if set(schema.get("required", ())) != set(members):
        yield f"In context=({path}), 'required' must be an array including every key in properties."
    if depth > DEEPEST or len(members) > MOST_PROPERTIES:
        yield f"In context=({path}), the schema is too deep or too wide."
    for name, member in members.items():
        yield from objections(member, f"{path}.{name}", depth + 1)


def instance(schema: Mapping[str, Any], name: str = "answer") -> Any:  # noqa: ANN401  # JSON
    """A value that the schema allows."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return instance(schema["anyOf"][0], name)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {member: instance(inner, member) for member, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [instance(schema["items"], name)]
    values: dict[str, Any] = {"string": f"A plausible {name}", "integer": 20, "number": 0.5, "boolean": True}
    return values.get(str(kind))
