"""`/api/v1/gen-ai/usage/entries/{entry_id}/body`: what was said in a call, where that is kept."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from application.use_cases.show_body import ShowBody
from domain.call_body import CallBody
from entrypoints.http.problems import documented
from entrypoints.http.wiring import CallerOf


class MessageBody(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was said to the model."""

    role: str
    text: str


class EntryWords(msgspec.Struct, frozen=True, kw_only=True):
    """What a ledger row was asked and answered; `answer` is null where nothing came."""

    entry_id: str
    operation_id: str
    user_id: str
    at: datetime
    messages: list[MessageBody]
    answer: str | None

    @staticmethod
    def of(body: CallBody) -> "EntryWords":
        """The body as it goes out."""
        return EntryWords(
            entry_id=body.entry_id,
            operation_id=body.operation_id,
            user_id=body.user_id,
            at=body.at,
            messages=[MessageBody(role=message.role.value, text=message.text) for message in body.messages],
            answer=body.answer,
        )


@get("/{entry_id:str}/body", responses=documented(403, 404, 503))
async def show_usage_body(entry_id: FromPath[str], caller: CallerOf, words: NamedDependency[ShowBody]) -> EntryWords:
    """Prompt and answer of a ledger row; 404 unless `retention.store_bodies` was on when it was made."""
    return EntryWords.of(await words(entry_id, principal=caller.principal))


def router(dependencies: dict[str, Any]) -> Router:
    """It, under its path."""
    return Router(
        "/api/v1/gen-ai/usage/entries", route_handlers=[show_usage_body], dependencies=dependencies, tags=["usage"]
    )
