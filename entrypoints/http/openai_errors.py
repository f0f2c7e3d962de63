"""Errors as OpenAI's interface has them, so that its clients raise what they always raise."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.openapi.datastructures import ResponseSpec

E = TypeVar("E", bound=Exception)

GATEWAY_PATH = "/v1/"
KINDS: Mapping[HTTPStatus, str] = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.PAYMENT_REQUIRED: "insufficient_quota",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
}
CODES: Mapping[str, str] = {"unknown-model": "model_not_found", "budget-exhausted": "insufficient_quota"}
PASSED_ON = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY})
"""Statuses with which a provider says that the request itself is wrong: whoever wrote it has to hear of it."""


class FailureWire(msgspec.Struct, frozen=True, kw_only=True):
    """What failed. Facts of the failure at hand follow as further members."""

    message: str
    type: str
    param: str | None
    code: str | None


class FailureBody(msgspec.Struct, frozen=True, kw_only=True):
    """A failure as OpenAI's interface has it."""

    error: FailureWire


def documented_in_openai_terms(*statuses: int) -> dict[int, ResponseSpec]:
    """The failures that a path may answer with, for its description."""
    return {
        status: ResponseSpec(data_container=FailureBody, description=HTTPStatus(status).phrase, generate_examples=False)
        for status in sorted({400, 401, 403, 404, 500, 503, *statuses})
    }


def in_openai_terms(problem: Response[dict[str, object]]) -> Response[dict[str, object]]:
    """The same failure in the other form: a value that is refused is a bad request there, no model is not found."""
    document = problem.content
    code = str(document["type"]).rpartition(":")[2]
    status = _status(HTTPStatus(problem.status_code or HTTPStatus.INTERNAL_SERVER_ERROR), code, document)
    kind = KINDS.get(status, "invalid_request_error" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error")
    errors = document.get("errors")
    named = errors[0]["field"] if isinstance(errors, list) and errors else None
    told = {name: value for name, value in document.items() if name not in ("type", "title", "status", "detail")}
    error = {**told, "message": document["detail"], "type": kind, "param": named or None, "code": _code(code)}
    return Response({"error": error}, status_code=int(status), headers=problem.headers, media_type="application/json")


def as_asked(tell: Callable[[Request[Any, Any, Any], E], Response[Any]]) -> Callable[..., Response[Any]]:
    """The same answer to a failure, in the form that the path of the request speaks."""

    def told(request: Request[Any, Any, Any], error: E) -> Response[Any]:
        problem = tell(request, error)
        return in_openai_terms(problem) if request.scope["path"].startswith(GATEWAY_PATH) else problem

    return told


def _status(status: HTTPStatus, code: str, document: Mapping[str, object]) -> HTTPStatus:
    if code == "unknown-model":
        return HTTPStatus.NOT_FOUND
    said = document.get("provider_status")
    if isinstance(said, int) and said in PASSED_ON:
        return HTTPStatus(said)
    return HTTPStatus.BAD_REQUEST if status is HTTPStatus.UNPROCESSABLE_ENTITY else status


def _code(code: str) -> str:
    return CODES.get(code, code.replace("-", "_"))
