"""The question files: what is refused, who is asked for, and that the halves share no phrasing."""

import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.retrieval.corpus import corpus
from benchmarks.retrieval.development import made
from benchmarks.retrieval.gist import classes
from benchmarks.retrieval.gold import Gold, own_runs
from benchmarks.retrieval.markets import TIMEFRAMES
from benchmarks.retrieval.meaning import Kind
from benchmarks.retrieval.people import PEOPLE
from benchmarks.retrieval.phrasings import SLOTS
from benchmarks.retrieval.questions import FOLDER, WrongQuestions, load, placed, read_file, read_items
from tests.unit.benchmarks.retrieval.things import a_run, a_silent, an_item, bound

MINE = own_runs(corpus())
DEVELOPMENT = (*load("development", MINE), *made(MINE))
SEALED = load("sealed", MINE)


@pytest.mark.parametrize(
    ("members", "wrong"),
    [
        ({"kinds": ["rsi"], "colour": "blue"}, "no such member: colour"),
        ({}, "needs filters, kinds, types or without_kinds"),
        ({"kinds": ["moon phase"]}, "no kind of indicator: moon phase"),
        ({"types": ["hope"]}, "type 'hope' is none of"),
        ({"kind": "riddle"}, "'riddle' is not a valid Kind"),
        ({"kinds": ["rsi"], "language": "fr"}, "language 'fr' is none of ko, en, mixed"),
        ({"kinds": ["rsi"], "question": "  "}, "must be a text that is not empty"),
        ({"kinds": ["rsi"], "limit": 0}, "limit must be a whole number from 1 on"),
        ({"kinds": ["rsi"], "top_k": True}, "top_k must be a whole number from 1 on"),
        ({"kinds": "rsi"}, "kinds must be a list"),
        ({"kind": "order"}, "needs an order"),
        ({"kind": "order", "order": {"field": "luck", "descending": True}}, "nothing is sorted by luck"),
        ({"kind": "order", "order": {"field": "start", "descending": "yes"}}, "must be true or false"),
        ({"kind": "similarity"}, "needs relevance"),
        ({"kind": "similarity", "relevance": {"period": [2008]}}, "[first year, last year]"),
        ({"filters": [bound("luck", ">", 1)]}, "no such field: luck"),
        ({"filters": [bound("sharpe_ratio", "≥", 1)]}, "op '≥' is none of"),
        ({"filters": [bound("sharpe_ratio", ">", "high")]}, "sharpe_ratio cannot be compared with 'high'"),
        ({"filters": [bound("symbols", "in", "GOOG")]}, "in and not_in take a list"),
        ({"filters": [bound("start", "<", "soon")]}, "Invalid isoformat string"),
        ({"filters": [{"field": "start", "op": "<"}]}, "'value' is missing"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_id(members: dict[str, object], wrong: str) -> None:
    with pytest.raises(WrongQuestions) as refused:
        read_items([an_item(**members)], source="some.yaml")
    assert str(refused.value).startswith("some.yaml: q-1: ")
    assert wrong in str(refused.value)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(WrongQuestions) as refused:
        read_items([an_item(kinds=["x"]), an_item(kinds=["rsi"]), an_item(kinds=["rsi"]), "text"], source="some.yaml")
    assert len(str(refused.value).splitlines()) == 3


def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    for text in ("a: 1", "[unclosed"):
        (tmp_path / "some.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(WrongQuestions, match=r"some\.yaml: "):
            read_file(tmp_path / "some.yaml")


def test_conditions_on_what_a_run_is_are_read_as_kinds_and_types() -> None:
    filters = [bound("indicators", "in", ["rsi", "momentum"]), bound("strategy_type", "=", "breakout")]
    (question,) = read_items([an_item(filters=[*filters, bound("indicators", "!=", "ma")])], source="x")
    meaning = question.meaning
    assert (sorted(meaning.kinds), sorted(meaning.types)) == (["roc", "rsi"], ["breakout"])
    assert (sorted(meaning.without_kinds), list(meaning.conditions)) == (["ema", "sma"], [])


TWO = {"민지": (a_run("kr-1"), a_silent("kr-2")), "alex": (a_run("al-1", user="alex", kinds=("macd",), symbol="IBM"),)}


def asked_by(**members: object) -> str:
    (gold,) = placed(read_items([an_item(**members)], source="x"), TWO)
    return gold.user


def test_a_question_is_asked_by_a_user_who_has_the_answer() -> None:
    assert asked_by(kinds=["macd"]) == "alex"
    assert asked_by(kinds=["rsi"]) == "민지"


def test_a_question_without_an_answer_is_asked_by_a_user_who_has_none() -> None:
    assert asked_by(kind="no_answer", kinds=["rsi"]) == "alex"
    with pytest.raises(WrongQuestions, match="it must have no answer, and for every user it has one"):
        asked_by(kind="no_answer", filters=[bound("total_return", ">", 0)])


def test_a_question_for_what_is_anothers_is_asked_by_neither_its_owner_nor_who_is_named() -> None:
    assert asked_by(kind="foreign", question="kr-1 결과") == "alex"
    assert asked_by(kind="foreign", question="alex의 결과") == "민지"
    assert asked_by(kind="foreign", question="what was run on IBM?") == "민지"
    with pytest.raises(WrongQuestions, match="for 민지 it has one"):
        asked_by(kind="foreign", question="kr-1 결과", user="민지")


def test_a_question_that_nothing_answers_and_an_unknown_user_are_refused() -> None:
    with pytest.raises(WrongQuestions, match="q-1: nothing answers it for every user"):
        asked_by(kinds=["atr"])
    with pytest.raises(WrongQuestions, match="q-1: there is no user 지우"):
        asked_by(kinds=["rsi"], user="지우")


def counted(golds: tuple[Gold, ...]) -> Counter[tuple[str, str]]:
    return Counter((str(gold.question.kind), gold.question.language) for gold in golds)


def test_there_are_enough_questions_of_every_kind_in_both_languages() -> None:
    assert len(DEVELOPMENT) >= 400
    # There are times without sealed questions: after they were opened, and before others are written.
    assert not SEALED or len(SEALED) >= 100
    groups = counted(DEVELOPMENT)
    assert min(groups[kind, language] for kind in map(str, Kind) for language in ("ko", "en")) >= 30


def test_ids_are_unique_over_both_halves() -> None:
    ids = Counter(gold.question.id for gold in (*DEVELOPMENT, *SEALED))
    assert [key for key, count in ids.items() if count > 1] == []


def test_every_question_has_the_answer_that_its_kind_says() -> None:
    for gold in (*DEVELOPMENT, *SEALED):
        assert gold.is_answered is gold.question.kind.is_answerable, gold.question.id


def masked(text: str) -> str:
    """A question without what only fills it: numbers, names of symbols, users and projects, and blanks."""
    names = {
        *TIMEFRAMES, *(person.user_id for person in PEOPLE), *(project for one in PEOPLE for project in one.projects),
        *(words for slot in ("symbol",) for language in SLOTS[slot].values() for words, _ in language),
    }  # fmt: skip
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(re.escape(name), "@", text, flags=re.IGNORECASE)
    return re.sub(r"[\d.,%\s]+", "#", text.casefold()).strip("#?!")


def test_numbers_symbols_and_names_do_not_make_another_phrasing() -> None:
    assert masked("샤프 1.5 이상인 GOOG") == masked("샤프 0.5  이상인 aapl")
    assert masked("샤프 1.5 이상") != masked("샤프 1.5 이하")


def test_no_phrasing_is_in_both_halves() -> None:
    known = {masked(gold.question.text) for gold in DEVELOPMENT}
    # Ids only: what the sealed half asks is not for the log of a test.
    assert [gold.question.id for gold in SEALED if masked(gold.question.text) in known] == []


def test_plain_words_are_learned_from_no_question() -> None:
    learned = {masked(sentence) for sentences in classes().values() for sentence in sentences}
    assert [gold.question.id for gold in (*DEVELOPMENT, *SEALED) if masked(gold.question.text) in learned] == []


def test_files_are_named_after_their_half() -> None:
    assert all(path.name.startswith(("sealed_", "asked_")) for path in FOLDER.glob("*.yaml"))
