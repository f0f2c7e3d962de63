"""What the framework's description of the API leaves out, or says wrong, put right in the document itself."""

from collections.abc import Container, Iterator
from http import HTTPStatus
from typing import Any

from entrypoints.http.examples import BODIES

Document = dict[str, Any]
REQUEST_ID = "X-Request-Id"
USER_ID = "X-User-Id"
BEARER = "bearer"
KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
NOT_KEPT = "Idempotent-Kept"
ABOUT_KEYS = (
    "A key of the caller's choosing for this one request. Within 24 hours the same request under the same key gets the "
    "first answer again, costs nothing, and is marked `Idempotent-Replayed: true`; any other request under it is 409. "
    "2xx is kept, and 500, 502 and 504 where something was charged; everything else may be sent again under its key. "
    "While the first is being answered the others wait for it, and then hear 409 with `Retry-After`."
)
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
    "IdempotencyKey": {
        "name": KEY,
        "in": "header",
        "required": False,
        "description": ABOUT_KEYS,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        "example": "strategy-2026-11-24-001",
    },
}
HEADERS: Document = {
    "RequestId": {"description": "The id of this request", "required": True, "schema": {"type": "string"}},
    "RetryAfter": {"description": "Seconds to wait", "required": False, "schema": {"type": "integer", "minimum": 1}},
    "Replayed": {
        "description": "There, and `true`, where this is the first answer said again",
        "required": False,
        "schema": {"type": "string", "enum": ["true"]},
    },
    "NotKept": {
        "description": "There, and `false`, where the answer is too large to be said again",
        "required": False,
        "schema": {"type": "string", "enum": ["false"]},
    },
    "Challenge": {"description": "How to authenticate", "required": True, "schema": {"type": "string"}},
}
FURTHER_HEADERS = {
    "401": {"WWW-Authenticate": "Challenge"},
    "429": {"Retry-After": "RetryAfter"},
    "503": {"Retry-After": "RetryAfter"},
}
_SAID_AGAIN = {REPLAYED: "Replayed"}
_KEYED = {
    "200": {**_SAID_AGAIN, NOT_KEPT: "NotKept"},
    "409": {"Retry-After": "RetryAfter"},
    **dict.fromkeys(("500", "502", "504"), _SAID_AGAIN),
}


def mended(document: Document, *, paid: Container[str]) -> Document:
    """The document with its headers, and with alternatives that a value may meet more than one of.

    The operations named `paid` take an `Idempotency-Key`.
    """
    whole: Document = _alternatives(document)
    _close(whole)
    for operation in _operations(whole):
        keyed = operation["operationId"] in paid
        operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
        _add_parameters(operation)
        if keyed:
            _take_key(operation)
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if operation["operationId"] in BODIES:
                content["examples"] = {"example": {"value": BODIES[operation["operationId"]]}}
        for status, answer in operation["responses"].items():
            names = {
                REQUEST_ID: "RequestId",
                **FURTHER_HEADERS.get(status, {}),
                **(_KEYED.get(status, {}) if keyed else {}),
            }
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


def _take_key(operation: Document) -> None:
    operation["parameters"].append({"$ref": "#/components/parameters/IdempotencyKey"})
    answers = operation["responses"]
    conflict = {**answers["400"], "description": HTTPStatus.CONFLICT.phrase}
    operation["responses"] = dict(sorted({"409": conflict, **answers}.items()))


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
