"""Conversations: questions and answers in order, each with what it rests on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.conversation_errors import TurnConflict
from domain.errors import InvalidQuestion, Refused, Violation
from domain.generation import Generation
from domain.identity import UserScope
from domain.language import Language
from domain.retrieval import MAX_QUESTION_LENGTH, Context
from domain.text import is_storable

MAX_TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question and its answer; `number` counts from 1. `topic` is what a follow-up carries on from."""

    number: int
    question: str
    answer: str
    language: Language
    contexts: tuple[Context, ...]
    generation: Generation
    at: datetime
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationHead:
    """What a list shows of a conversation."""

    conversation_id: str
    title: str | None
    language: Language | None
    opened_at: datetime
    updated_at: datetime
    turn_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One user's questions and answers, oldest first. `language` is that of the answers, None that of each question.

    Raises: Refused for a title that is empty, too long or cannot be stored.
    """

    conversation_id: str
    scope: UserScope
    opened_at: datetime
    updated_at: datetime
    title: str | None = None
    language: Language | None = None
    turns: tuple[Turn, ...] = ()

    def __post_init__(self) -> None:
        title = self.title
        if title is not None and not (title.strip() and len(title) <= MAX_TITLE_LENGTH and is_storable(title)):
            message = f"must have 1 to {MAX_TITLE_LENGTH} characters, no NUL and no half surrogate pair"
            raise Refused(Violation(field="title", message=message))

    @property
    def next_number(self) -> int:
        """The number of the turn that comes next."""
        return len(self.turns) + 1

    @property
    def head(self) -> ConversationHead:
        """What a list shows of it."""
        return ConversationHead(
            conversation_id=self.conversation_id,
            title=self.title,
            language=self.language,
            opened_at=self.opened_at,
            updated_at=self.updated_at,
            turn_count=len(self.turns),
        )

    def said(self, turn: Turn, *, at: datetime) -> "Conversation":
        """The conversation with one turn more. Raises: TurnConflict for a turn that is not the next."""
        if turn.number != self.next_number:
            raise TurnConflict(self.conversation_id, turn.number)
        return replace(self, turns=(*self.turns, turn), updated_at=at)


def recent(turns: Sequence[Turn], *, tokens: int, count: Callable[[str], int]) -> tuple[Turn, ...]:
    """The last turns that together have at most so many tokens, oldest first; none where the last one is too long."""
    kept: list[Turn] = []
    left = tokens
    for turn in reversed(turns):
        left -= count(turn.question) + count(turn.answer)
        if left < 0:
            break
        kept.append(turn)
    return tuple(reversed(kept))


def asked(question: str) -> str:
    """The question, where it can be asked. Raises: InvalidQuestion."""
    if not question.strip() or len(question) > MAX_QUESTION_LENGTH or not is_storable(question):
        message = f"must have 1 to {MAX_QUESTION_LENGTH} characters, no NUL and no half surrogate pair"
        raise InvalidQuestion(Violation(field="question", message=message))
    return question
