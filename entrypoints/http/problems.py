"""Errors as `application/problem+json`, and the one table from error to status."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import Annotated

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec

from domain import access_errors, conversation_errors, errors, idempotency, index_errors, rule_errors
from domain.errors import DomainError, Violation
from entrypoints.http.asgi import request_id_of
from entrypoints.http.misfits import MOST_SHOWN, accepted_words

logger = logging.getLogger("quantrail.http")
MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:quantrail:problem:"

STATUS: Mapping[type[DomainError], HTTPStatus] = {
    errors.Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.BacktestConflict: HTTPStatus.CONFLICT,
    conversation_errors.TurnConflict: HTTPStatus.CONFLICT,
    conversation_errors.ConversationBusy: HTTPStatus.CONFLICT,
    idempotency.KeyReused: HTTPStatus.CONFLICT,
    idempotency.RequestInProgress: HTTPStatus.CONFLICT,
    index_errors.IndexBusy: HTTPStatus.CONFLICT,
    rule_errors.RuleStandsElsewhere: HTTPStatus.CONFLICT,
    rule_errors.SteepPriceChange: HTTPStatus.CONFLICT,
    errors.BudgetExhausted: HTTPStatus.PAYMENT_REQUIRED,
    access_errors.RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    errors.UnusableCompletion: HTTPStatus.BAD_GATEWAY,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DeadlineExceeded: HTTPStatus.GATEWAY_TIMEOUT,
    errors.ConfigurationError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


# Of our own: the phrases of the standard library differ from one Python to the next.
_TITLES: Mapping[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.NOT_FOUND: ("not-found", "There is no such thing"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method-not-allowed", "This path does not take this method"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body-too-large", "The body is too large"),
}


class Unreadable(Exception):
    """A body or parameter that cannot be read: 400."""

    def __init__(self, detail: str, *violations: Violation, **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.violations = violations
        self.facts = facts


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, and the member it concerns."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An error. Facts of the error at hand follow as further members."""

    type: Annotated[str, msgspec.Meta(examples=[f"{TYPE_PREFIX}unknown-model"])]
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[Fault] = []


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """The problem documents that a path may answer with, for its description; whoever calls may get the first ones."""
    every = sorted({400, 401, 403, 422, 500, 503, *statuses})
    return {
        status: ResponseSpec(
            data_container=Problem,
            description=HTTPStatus(status).phrase,
            media_type=MEDIA_TYPE,
            generate_examples=False,
        )
        for status in every
    }


def status_of(error: type[DomainError]) -> HTTPStatus:
    """The status of an error, looked up along its ancestors. Raises: KeyError where the table has none."""
    for ancestor in error.__mro__:
        if ancestor in STATUS:
            return STATUS[ancestor]
    raise KeyError(error)


def of_domain(request: Request, error: DomainError) -> Response:  # type: ignore[type-arg]  # any state, any user
    """The answer to a failure that the domain names."""
    status = status_of(type(error))
    headers = {}
    if "retry_after_seconds" in error.facts:
        headers["Retry-After"] = str(max(1, ceil(float(str(error.facts["retry_after_seconds"])))))
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    facts = {name: value for name, value in error.facts.items() if name != "violations"}
    return _answer(request, status, error.code, error.title, error.detail, _violations(error), facts, headers)


def of_unreadable(request: Request, error: Unreadable) -> Response:  # type: ignore[type-arg]  # any state, any user
    """The answer to what cannot be read."""
    title = "The request cannot be read"
    return _answer(
        request, HTTPStatus.BAD_REQUEST, "unreadable", title, error.detail, error.violations, error.facts, {}
    )


def of_framework(request: Request, error: HTTPException) -> Response:  # type: ignore[type-arg]  # any state, any user
    """The answer to what the framework refuses: paths, methods, sizes, query parameters."""
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return of_bug(request, error)
    extra = error.extra if isinstance(error.extra, list) else []
    faults = tuple(_fault(item, request) for item in extra if isinstance(item, dict))
    detail = "; ".join(map(str, faults)) or error.detail
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        detail = "a body may have 10 MB, that of a batch 50 MB"
    elif status is HTTPStatus.NOT_FOUND:
        detail = f"no path {request.scope['path'][:MOST_SHOWN]}; /schema/openapi.json lists those that there are"
    elif status is HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.method} is none of {(error.headers or {}).get('allow', '')}"
    code, title = _TITLES.get(status, ("bad-request", "The request cannot be read"))
    return _answer(request, status, code, title, detail, faults, {}, dict(error.headers or {}))


def _fault(item: Mapping[str, object], request: Request) -> Violation:  # type: ignore[type-arg]  # any state, any user
    if item.get("message") == "'data'":  # the framework's own name for a body that is not there
        return Violation(field="", message="the body is missing")
    name, message = str(item.get("key", "")), str(item.get("message", ""))
    declared = request.route_handler.parsed_fn_signature.parameters.get(name)
    if declared is not None and message.startswith("Invalid enum value"):
        message += accepted_words(declared.annotation)
    model = request.route_handler.create_kwargs_model(path_parameters={})
    # The framework names a parameter as the handler does, and callers know it by its alias.
    known_as = {parameter.field_name: parameter.field_alias for parameter in model.expected_query_params}
    return Violation(field=known_as.get(name, name), message=message)


def of_bug(request: Request, error: Exception) -> Response:  # type: ignore[type-arg]  # any state, any user
    """The answer to a bug: a fixed text; the trace goes to the log."""
    logger.error("unexpected_failure", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "this is a defect of the service; its log has the details under the request_id"
    return _answer(request, status, "internal-error", "Something went wrong", detail, (), {}, {})


def _violations(error: DomainError) -> tuple[Violation, ...]:
    violations = error.facts.get("violations", ())
    return violations if isinstance(violations, tuple) else ()


def _answer(  # noqa: PLR0917  # the members of a problem document
    request: Request,  # type: ignore[type-arg]  # any state, any user
    status: HTTPStatus,
    code: str,
    title: str,
    detail: str,
    violations: tuple[Violation, ...],
    facts: Mapping[str, object],
    headers: dict[str, str],
) -> Response:  # type: ignore[type-arg]  # what every handler of exceptions returns
    document = {
        **facts,
        "type": TYPE_PREFIX + code,
        "title": title,
        "status": int(status),
        "detail": detail,
        "request_id": request_id_of(request.scope),
        "errors": [{"field": v.field, "message": v.message} for v in violations],
    }
    return Response(document, status_code=int(status), media_type=MEDIA_TYPE, headers=headers)
