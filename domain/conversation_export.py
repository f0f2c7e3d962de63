"""A conversation as a document to keep: Markdown to read, JSON to process."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from domain.conversation import Conversation, Turn
from domain.language import Language

_WORDS = {
    Language.KOREAN: {
        "untitled": "대화", "opened": "시작", "question": "질문", "answer": "답변", "sources": "근거",
        "model": "모델", "notes": "알림",
    },
    Language.ENGLISH: {
        "untitled": "Conversation", "opened": "Opened", "question": "Question", "answer": "Answer",
        "sources": "Sources", "model": "Model", "notes": "Notes",
    },
}  # fmt: skip


def as_markdown(conversation: Conversation) -> str:
    """The conversation to read: each turn in its own language, with its sources, model and cost."""
    language = conversation.language or next((turn.language for turn in conversation.turns), Language.ENGLISH)
    words = _WORDS[language]
    head = [
        f"# {_one_line(conversation.title or words['untitled'])}",
        f"{words['opened']}: {_utc(conversation.opened_at)}",
    ]
    turns = [line for turn in conversation.turns for line in _markdown_of(turn)]
    return "\n\n".join([*head, *turns]) + "\n"


def as_json(conversation: Conversation) -> str:
    """The conversation whole, with amounts as decimal texts and times in UTC."""
    document = {
        "session_id": conversation.conversation_id,
        "title": conversation.title,
        "language": conversation.language,
        "opened_at": _utc(conversation.opened_at),
        "updated_at": _utc(conversation.updated_at),
        "turns": [_document_of(turn) for turn in conversation.turns],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _markdown_of(turn: Turn) -> Iterator[str]:
    words, generation = _WORDS[turn.language], turn.generation
    yield f"## {turn.number}. {words['question']} ({_utc(turn.at)})"
    yield "\n".join(f"> {line}" for line in turn.question.splitlines())
    yield f"**{words['answer']}**"
    yield turn.answer
    if turn.contexts:
        named = "\n".join(f"- {context.kind} `{context.id}`" for context in turn.contexts)
        yield f"{words['sources']}:\n\n{named}"
    yield f"{words['model']}: {generation.model_id}, {generation.cost_usd:f} USD"
    if generation.notes:
        yield f"{words['notes']}: {_one_line('; '.join(generation.notes))}"


def _document_of(turn: Turn) -> dict[str, object]:
    generation = asdict(turn.generation) | {"cost_usd": f"{turn.generation.cost_usd:f}"}
    return {
        "turn": turn.number,
        "at": _utc(turn.at),
        "language": turn.language,
        "question": turn.question,
        "answer": turn.answer,
        "contexts": [asdict(context) for context in turn.contexts],
        "generation": generation,
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
