"""`/api/v1/chatops/sessions`: conversations about backtests, answered whole or as they are written."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, TypeAlias

from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, Operation, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import FromPath, JSONBody, QueryParameter

from application.use_cases.browse_conversations import BrowseConversations
from application.use_cases.chat import Answered, Chat, ContextsFound, Said
from application.use_cases.delete_conversation import DeleteConversation
from application.use_cases.open_conversation import OpenConversation
from domain.conversation import Conversation
from domain.conversation_export import as_json, as_markdown
from entrypoints.http.conversation_body import ChatBody, OpenBody, SessionBody, SessionHead, SessionPage, TurnBody
from entrypoints.http.event_stream import MEDIA_TYPE, EventStream, Following, event, events_of
from entrypoints.http.generation_body import ContextBody
from entrypoints.http.idempotency import failed_in_stream, paid
from entrypoints.http.paging import DEFAULT_LIMIT, Cursor, Limit, after_of, cursor_of
from entrypoints.http.problems import documented, problem_of
from entrypoints.http.wiring import AnyRequest, CallerOf

LIST = "sessions"
MARKDOWN = "text/markdown"
CHATTING = documented(402, 403, 404, 409, 413, 422, 429, 502, 503, 504)
ABOUT_EVENTS = (
    "Server-sent events: `contexts`, then a `delta` a checked sentence, then `done` with the whole turn, "
    "or `error` with a problem document."
)
ChatEvent: TypeAlias = ContextsFound | Said | Answered


class ExportFormat(StrEnum):
    """What a conversation is exported as."""

    MARKDOWN = "markdown"
    JSON = "json"


Format: TypeAlias = Annotated[ExportFormat, QueryParameter(name="format", description="Markdown to read, or JSON")]


def _also_as(operation: Operation, media_type: str, schema: Schema) -> None:
    answer = (operation.responses or {})["200"]
    if isinstance(answer, OpenAPIResponse) and answer.content is not None:
        answer.content[media_type] = OpenAPIMediaType(schema=schema)


@dataclass
class AnsweredInEvents(Operation):
    """An operation whose answer may also be a stream of events."""

    def __post_init__(self) -> None:
        """The second form is described beside the first."""
        # Of no type: some readers take the schema for that of the whole text, others for that of each event.
        _also_as(self, MEDIA_TYPE, Schema(description=ABOUT_EVENTS))


@dataclass
class Exporting(Operation):
    """An operation whose answer may also be Markdown."""

    def __post_init__(self) -> None:
        """The second form is described beside the first."""
        _also_as(self, MARKDOWN, Schema(type=OpenAPIType.STRING, description="The conversation to read"))


@post("/", responses=documented(403, 413, 422, 503))
async def open_session(
    caller: CallerOf, begin: NamedDependency[OpenConversation], data: JSONBody[OpenBody | None] = None
) -> SessionBody:
    """Begin a conversation."""
    wanted = data or OpenBody()
    opened = await begin(scope=caller.scope, title=wanted.title, language=wanted.language)
    return SessionBody.whole(opened)


@get("/", responses=documented(403, 503))
async def list_sessions(
    caller: CallerOf,
    sessions: NamedDependency[BrowseConversations],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> SessionPage:
    """The user's conversations, latest opened first."""
    page = await sessions(scope=caller.scope, limit=limit, after=after_of(LIST, cursor))
    return SessionPage(sessions=list(map(SessionHead.of, page.items)), next_cursor=cursor_of(LIST, page.next_after))


@get("/{session_id:str}", responses=documented(403, 404, 503))
async def show_session(
    session_id: FromPath[str], caller: CallerOf, sessions: NamedDependency[BrowseConversations]
) -> SessionBody:
    """One conversation, with every turn."""
    return SessionBody.whole(await sessions.show(session_id, scope=caller.scope))


@delete("/{session_id:str}", responses=documented(403, 404, 503))
async def delete_session(
    session_id: FromPath[str], caller: CallerOf, forget: NamedDependency[DeleteConversation]
) -> None:
    """Forget a conversation, turns and all."""
    await forget(session_id, scope=caller.scope)


@get("/{session_id:str}/export", operation_class=Exporting, responses=documented(403, 404, 503))
async def export_session(
    session_id: FromPath[str],
    caller: CallerOf,
    sessions: NamedDependency[BrowseConversations],
    wanted: Format = ExportFormat.MARKDOWN,
) -> Response[Mapping[str, Any]]:
    """One conversation as a document to keep."""
    return _exported(await sessions.show(session_id, scope=caller.scope), wanted)


def _exported(conversation: Conversation, wanted: ExportFormat) -> Response[Any]:
    markdown = wanted is ExportFormat.MARKDOWN
    text = as_markdown(conversation) if markdown else as_json(conversation)
    # An id of ours is safe in a file name.
    name = f"{conversation.conversation_id}.{'md' if markdown else 'json'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    media_type = MARKDOWN if markdown else "application/json"
    return Response(text.encode(), media_type=media_type, headers=headers)


@post(
    "/{session_id:str}/chat",
    status_code=200,
    operation_class=AnsweredInEvents,
    responses=CHATTING,
    opt=paid("chatops"),
)
async def chat(
    *,
    session_id: FromPath[str],
    data: JSONBody[ChatBody],
    caller: CallerOf,
    talk: NamedDependency[Chat],
    request: AnyRequest,
) -> Response[TurnBody]:
    """Ask a question in a conversation.

    A second chat in the same conversation waits for its turn, a bounded time, or gets 409. The answer to a reader who
    leaves before its end is not kept; what was written of it is paid for.
    """
    order = data.order(session_id)
    if data.stream:
        return await _in_events(Following(talk(order, caller=caller)), request)
    async with aclosing(talk(order, caller=caller)) as happened:
        turns = [one.turn async for one in happened if isinstance(one, Answered)]
    return Response(TurnBody.of(turns[-1]))


async def _in_events(following: Following[ChatEvent], request: AnyRequest) -> Response[Any]:
    """The answer as events. What fails before the first of them has a status of its own."""
    try:
        first = await following.next()
    except BaseException:
        await following.stop()
        raise
    events = events_of(first, following, write=_event, fail=partial(_problem, request))
    return EventStream(events, following)


def _event(happened: ChatEvent) -> bytes:
    match happened:
        case ContextsFound(contexts=contexts):
            return event("contexts", {"contexts": list(map(ContextBody.of, contexts))})
        case Said(text=text):
            return event("delta", {"text": text})
        case Answered(turn=turn):
            return event("done", TurnBody.of(turn))


def _problem(request: AnyRequest, failure: Exception) -> bytes:
    told = problem_of(request, failure)
    failed_in_stream(request.scope, told.status_code)
    return event("error", told.content)


def router(dependencies: dict[str, Any]) -> Router:
    """All of it, under its path."""
    handlers = [open_session, list_sessions, show_session, delete_session, export_session, chat]
    return Router("/api/v1/chatops/sessions", route_handlers=handlers, dependencies=dependencies, tags=["chatops"])
