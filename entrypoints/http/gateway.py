"""`/v1`: OpenAI's own wire format, for every client that has a base URL setting."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation, RequestBody, Schema

from application.relaying import BegunRelay, MeteredRelay
from application.streamed import Streamed
from application.use_cases.list_models import ListModels
from domain.generation import Generation
from entrypoints.http.event_stream import EventStream, Following
from entrypoints.http.generation_body import money
from entrypoints.http.idempotency import SERVICE_HEADER, failed_in_stream, paid
from entrypoints.http.openai_errors import documented_in_openai_terms, in_openai_terms
from entrypoints.http.openai_wire import read_chat
from entrypoints.http.problems import problem_of
from entrypoints.http.wiring import AnyRequest, CallerOf, only_header

SERVICE = "gateway"
MOST_BODY_BYTES = 50_000_000
ROLES = ("system", "developer", "user", "assistant")
DONE = b"data: [DONE]\n\n"


class ModelWire(msgspec.Struct, frozen=True, kw_only=True):
    """A model as OpenAI lists it."""

    id: str
    object: str = "model"
    created: int = 0
    owned_by: str


class ModelsWire(msgspec.Struct, frozen=True, kw_only=True):
    """The models that the caller may use."""

    object: str = "list"
    data: list[ModelWire]


@dataclass
class ChatOperation(Operation):
    """The description of a body that is passed on."""

    def __post_init__(self) -> None:
        """Names what has to be there; the provider knows the rest."""
        messages = [{"role": "user", "content": "샤프 지수를 한 문장으로 설명해 줘."}]
        example = Example(value={"model": "gpt-4o-mini", "messages": messages})
        whole: Any = "object"  # OpenAPI's type is a string, or an enum of the framework
        some: Any = "array"
        text: Any = "string"
        message = Schema(
            type=whole,
            required=["role", "content"],
            properties={"role": Schema(type=text, enum=list(ROLES)), "content": Schema(type=text)},
        )
        schema = Schema(
            type=whole,
            required=["messages"],
            properties={"model": Schema(type=text), "messages": Schema(type=some, min_items=1, items=message)},
            description="As OpenAI's POST /v1/chat/completions takes it, with all its other members",
        )
        media = OpenAPIMediaType(schema=schema, examples={"a question": example})
        self.request_body = RequestBody(content={"application/json": media}, required=True)


@get("/models", responses=documented_in_openai_terms())
async def list_openai_models(caller: CallerOf, models: NamedDependency[ListModels], request: AnyRequest) -> ModelsWire:
    """What this caller may use, in OpenAI's form."""
    service = _service(request)
    caller.principal.allow(service=service)
    allowed = caller.principal.models
    listed = [one for one in models.of_service(service).models if one.available]
    mine = [one.model for one in listed if allowed is None or one.model.model_id in allowed]
    return ModelsWire(data=[ModelWire(id=model.model_id, owned_by=model.provider) for model in mine])


@post(
    "/chat/completions",
    status_code=200,
    operation_class=ChatOperation,
    responses=documented_in_openai_terms(402, 409, 413, 422, 429, 502, 503, 504),
    opt=paid(SERVICE),
)
async def complete_chat(caller: CallerOf, relay: NamedDependency[MeteredRelay], request: AnyRequest) -> Response[Any]:
    """A completion, whole or as a stream, from the model that the policy of the service lets serve."""
    begun = relay.begin(read_chat(await request.body()), service=_service(request), caller=caller)
    if begun.request.stream:
        return await _in_events(Following(relay.stream(begun)), begun, request)
    metered = await relay.complete(begun)
    headers = _headers(begun) | _took(metered.generation)
    return Response(metered.answer.body, media_type="application/json", headers=headers)


def _service(request: AnyRequest) -> str:
    return only_header(request, SERVICE_HEADER) or SERVICE


def _headers(begun: BegunRelay) -> dict[str, str]:
    """What is known before the first byte of an answer."""
    return {
        "X-Quantrail-Operation-Id": begun.call.operation.operation_id,
        "X-Quantrail-Model": begun.call.model.model_id,
        "X-Quantrail-Max-Output-Tokens": str(begun.request.max_output_tokens),
    }


def _took(generation: Generation) -> dict[str, str]:
    return {"X-Quantrail-Cost-Usd": money(generation.cost_usd), "X-Quantrail-Attempts": str(generation.attempts)}


async def _in_events(following: Following[Streamed], begun: BegunRelay, request: AnyRequest) -> Response[Any]:
    """The answer as it is written. What fails before the provider's first event has a status of its own."""
    try:
        first = await following.next()
        while first == Streamed():
            first = await following.next()
    except BaseException:
        await following.stop()
        raise
    stream = EventStream(_events(first, following, request), following)
    stream.headers |= _headers(begun)
    return stream


async def _events(
    first: Streamed | None, following: Following[Streamed], request: AnyRequest
) -> AsyncGenerator[bytes, None]:
    piece = first
    try:
        while piece is not None:
            if piece.event:
                yield b"data: " + piece.event + b"\n\n"
            if piece.generation is not None:
                # A comment: clients pass over it, and whoever looks at the wire reads what it took.
                yield (
                    b": " + "; ".join(f"{n} {v}" for n, v in _took(piece.generation).items()).encode() + b"\n\n" + DONE
                )
            piece = await following.next()
    except Exception as failure:  # noqa: BLE001  # the status has gone out: the failure is told in the stream
        answer = in_openai_terms(problem_of(request, failure))
        failed_in_stream(request.scope, answer.status_code)
        yield b"data: " + msgspec.json.encode(answer.content) + b"\n\n"


def router(dependencies: dict[str, Any]) -> Router:
    """All of it, under its path."""
    return Router(
        "/v1",
        route_handlers=[list_openai_models, complete_chat],
        dependencies=dependencies,
        tags=["gateway"],
        request_max_body_size=MOST_BODY_BYTES,
    )
