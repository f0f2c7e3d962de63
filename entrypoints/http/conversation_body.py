"""Conversations on the wire, both ways."""

from datetime import datetime
from typing import Annotated

import msgspec

from application.use_cases.chat import ChatOrder
from domain.conversation import Conversation, ConversationHead, Turn
from domain.language import Language
from entrypoints.http.backtest_body import Wire
from entrypoints.http.generation_body import ContextBody, GenerationBody


class OpenBody(Wire, frozen=True, kw_only=True):
    """A conversation to begin. Answers are in `language`; without it, in that of each question."""

    title: Annotated[str | None, msgspec.Meta(examples=["RSI 전략 점검"])] = None
    language: Language | None = None


class ChatBody(Wire, frozen=True, kw_only=True):
    """A question. With `use_rag` the user's own runs are looked through; with `stream` the answer is events."""

    question: Annotated[str, msgspec.Meta(examples=["GOOG에서 돌린 RSI 전략 중 낙폭이 가장 작은 건?"])]
    model_id: str | None = None
    use_rag: bool = True
    language: Language | None = None
    stream: bool = False

    def order(self, session_id: str) -> ChatOrder:
        """What is wanted. Raises: InvalidQuestion."""
        return ChatOrder(
            conversation_id=session_id,
            question=self.question,
            model_id=self.model_id,
            use_rag=self.use_rag,
            language=self.language,
            streamed=self.stream,
        )


class TurnBody(msgspec.Struct, frozen=True, kw_only=True):
    """A question and its answer: the `turn`-th of its conversation, from 1."""

    turn: int
    at: datetime
    language: str
    question: str
    answer: str
    contexts: list[ContextBody]
    generation: GenerationBody

    @staticmethod
    def of(turn: Turn) -> "TurnBody":
        """The turn as it goes out."""
        return TurnBody(
            turn=turn.number,
            at=turn.at,
            language=turn.language,
            question=turn.question,
            answer=turn.answer,
            contexts=list(map(ContextBody.of, turn.contexts)),
            generation=GenerationBody.of(turn.generation),
        )


class SessionHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shows of a conversation."""

    session_id: str
    title: str | None
    language: str | None
    opened_at: datetime
    updated_at: datetime
    turn_count: int

    @staticmethod
    def of(head: ConversationHead) -> "SessionHead":
        """The head as it goes out."""
        return SessionHead(
            session_id=head.conversation_id,
            title=head.title,
            language=head.language,
            opened_at=head.opened_at,
            updated_at=head.updated_at,
            turn_count=head.turn_count,
        )


class SessionBody(SessionHead, frozen=True, kw_only=True):
    """A conversation with its turns, oldest first."""

    turns: list[TurnBody]

    @staticmethod
    def whole(conversation: Conversation) -> "SessionBody":
        """The conversation as it goes out."""
        head = SessionHead.of(conversation.head)
        return SessionBody(**msgspec.structs.asdict(head), turns=list(map(TurnBody.of, conversation.turns)))


class SessionPage(msgspec.Struct, frozen=True, kw_only=True):
    """The user's conversations, latest opened first."""

    sessions: list[SessionHead]
    next_cursor: str | None
