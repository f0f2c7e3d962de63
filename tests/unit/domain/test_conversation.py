import json

import pytest

from domain.conversation import asked, recent
from domain.conversation_errors import TurnConflict
from domain.conversation_export import as_json, as_markdown
from domain.errors import InvalidQuestion, Refused
from domain.language import Language
from tests.builders import a_conversation, a_turn, later


def test_what_is_said_makes_another_conversation() -> None:
    silent = a_conversation()
    spoken = silent.said(a_turn(), at=later(60))
    assert (silent.turns, silent.next_number) == ((), 1)
    assert (spoken.turns, spoken.next_number, spoken.updated_at) == ((a_turn(),), 2, later(60))
    assert spoken.head.turn_count == 1


@pytest.mark.parametrize("number", [0, 2])
def test_a_turn_has_the_next_number(number: int) -> None:
    with pytest.raises(TurnConflict):
        a_conversation().said(a_turn(number=number), at=later(1))


@pytest.mark.parametrize("title", ["", "   ", "가" * 201, "a\0b", "half \ud800"])
def test_a_title_that_cannot_be_is_refused(title: str) -> None:
    with pytest.raises(Refused, match="title"):
        a_conversation(title=title)


@pytest.mark.parametrize("question", ["", " \n", "가" * 4_001, "a\0b"])
def test_a_question_that_cannot_be_is_refused(question: str) -> None:
    with pytest.raises(InvalidQuestion, match="question"):
        asked(question)


@pytest.mark.parametrize(("tokens", "kept"), [(0, []), (3, []), (4, [3]), (8, [2, 3]), (11, [2, 3]), (100, [1, 2, 3])])
def test_the_last_turns_that_fit_are_recent(tokens: int, kept: list[int]) -> None:
    three = [a_turn(number=n, question="하나 둘", answer="셋 넷") for n in (1, 2, 3)]
    found = recent(three, tokens=tokens, count=lambda text: len(text.split()))
    assert [turn.number for turn in found] == kept


def test_a_long_turn_hides_those_before_it() -> None:
    three = [a_turn(number=n, question=words, answer="") for n, words in ((1, "a"), (2, "a " * 50), (3, "a"))]
    assert [turn.number for turn in recent(three, tokens=10, count=lambda text: len(text.split()))] == [3]


def test_an_export_to_read_has_every_turn_in_its_language() -> None:
    conversation = a_conversation().said(a_turn(), at=later(60))
    english = a_turn(
        number=2, question="And on MSFT?\nWhich one?", answer="None.", language=Language.ENGLISH, contexts=()
    )
    text = as_markdown(conversation.said(english, at=later(90)))
    assert text.startswith("# RSI 전략 점검\n\n시작: 2026-11-20T09:30:00Z\n")
    assert "## 1. 질문 (2026-11-20T09:31:00Z)\n\n> GOOG에서 RSI 전략은 어땠어?" in text
    assert "- backtest `bt-2041`" in text
    assert "## 2. Question" in text
    assert "> And on MSFT?\n> Which one?" in text
    assert "gpt-4o-mini, 0.000283200001 USD" in text


def test_an_export_to_process_is_json_with_decimal_texts() -> None:
    document = json.loads(as_json(a_conversation().said(a_turn(), at=later(60))))
    assert document["session_id"] == "cv-000001"
    (turn,) = document["turns"]
    assert (turn["turn"], turn["question"]) == (1, "GOOG에서 RSI 전략은 어땠어?")
    assert turn["generation"]["cost_usd"] == "0.000283200001"
    assert turn["contexts"][0]["id"] == "bt-2041"


def test_an_export_of_nothing_said_is_a_heading() -> None:
    assert as_markdown(a_conversation(title=None, language=None)).startswith("# Conversation\n")
