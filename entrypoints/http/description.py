"""What the framework's description of the API leaves out, or says wrong, put right in the document itself."""

from collections.abc import Iterator
from typing import Any

from entrypoints.http.examples import BODIES

Document = dict[str, Any]
REQUEST_ID = "X-Request-Id"
USER_ID = "X-User-Id"
BEARER = "bearer"
PARAMETERS: Document = {
    "RequestId": {
        "name": REQUEST_ID,
        "in": "header",
        "required": False,
        "description": "The caller's own id of this request: 1 to 128 letters, digits and `._:@/+=-`",
        "schema": {"type": "string"},
        "example": "req-2041",
    },
    "UserId": {
        "name": USER_ID,
        "in": "header",
        "required": False,
        "description": "The user to act for, in UTF-8; it takes role `service` or `admin`",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        "example": "minji",
    },
}
HEADERS: Document = {
    "RequestId": {"description": "The id of this request", "required": True, "schema": {"type": "string"}},
    "RetryAfter": {"description": "Seconds to wait", "required": False, "schema": {"type": "integer", "minimum": 1}},
    "Challenge": {"description": "How to authenticate", "required": True, "schema": {"type": "string"}},
}
FURTHER_HEADERS = {
    "401": {"WWW-Authenticate": "Challenge"},
    "429": {"Retry-After": "RetryAfter"},
    "503": {"Retry-After": "RetryAfter"},
}


def mended(document: Document) -> Document:
    """The document with its headers, and with alternatives that a value may meet more than one of."""
    whole: Document = _alternatives(document)
    _close(whole)
    for operation in _operations(whole):
        operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
        _add_parameters(operation)
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if operation["operationId"] in BODIES:
                content["examples"] = {"example": {"value": BODIES[operation["operationId"]]}}
        for status, answer in operation["responses"].items():
            names = {REQUEST_ID: "RequestId", **FURTHER_HEADERS.get(status, {})}
            answer["headers"] = {name: {"$ref": f"#/components/headers/{key}"} for name, key in names.items()}
    whole["components"] |= {"parameters": PARAMETERS, "headers": HEADERS}
    return whole


def _operations(document: Document) -> Iterator[Document]:
    return (operation for path in document["paths"].values() for operation in path.values())


def _add_parameters(operation: Document) -> None:
    open_to_all = "401" not in operation["responses"]
    if open_to_all:
        operation["security"] = []  # the framework leaves an empty list out, which would mean a credential is asked
    for_nobody = open_to_all or {} in operation.get("security", [])
    names = ["RequestId"] if for_nobody else ["RequestId", "UserId"]
    own = operation.get("parameters", [])
    operation["parameters"] = [*own, *({"$ref": f"#/components/parameters/{name}"} for name in names)]


def _close(document: Document) -> None:
    """Says of every object in a body that it takes no other members."""
    schemas = document["components"]["schemas"]
    waiting = [ref for operation in _operations(document) for ref in _references(operation.get("requestBody"))]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop().rpartition("/")[2]
        if name not in seen and schemas[name].get("properties"):
            schemas[name]["additionalProperties"] = False
            waiting += _references(schemas[name])
        seen.add(name)


def _references(node: Any) -> Iterator[str]:  # noqa: ANN401  # any part of a JSON document
    if isinstance(node, dict):
        yield from [node["$ref"]] if "$ref" in node else []
    for member in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _references(member)


def _alternatives(node: Any) -> Any:  # noqa: ANN401  # any part of a JSON document
    """The same with `anyOf` for `oneOf`: 14 is an integer and a number, and none the worse for it."""
    if isinstance(node, dict):
        return {("anyOf" if name == "oneOf" else name): _alternatives(member) for name, member in node.items()}
    return [_alternatives(member) for member in node] if isinstance(node, list) else node
