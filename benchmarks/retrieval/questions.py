"""The question files: read, checked, and given to users for whom they have the answer that they should.

A file is a YAML list of `{id, language, kind, question, user?, top_k?, filters?, kinds?, types?, without_kinds?,
order?, limit?, relevance?}`; docs/retrieval-evaluation.md says what each means.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from benchmarks.retrieval.corpus import Run
from benchmarks.retrieval.gold import OPERATORS, Gold, kinds_called
from benchmarks.retrieval.meaning import TYPES, Condition, Kind, Meaning, Ordering, Question, Relevance, Value
from benchmarks.retrieval.people import PEOPLE
from domain.backtest import METRIC_NAMES

FOLDER = Path(__file__).parent
LANGUAGES = ("ko", "en", "mixed")
FILES: Mapping[str, str] = {"development": "asked_*.yaml", "sealed": "sealed_*.yaml"}
"""The question files of each half; those of the development half are asked beside what the phrasings make."""
FIELDS = frozenset({
    "id", "language", "kind", "user", "question", "top_k", "filters", "kinds", "types", "without_kinds", "order",
    "limit", "relevance",
})  # fmt: skip
RELEVANCE_FIELDS = frozenset({"kinds", "types", "symbols", "parameters", "period"})
NUMBERS = frozenset({*METRIC_NAMES, "initial_capital", "final_equity"})
DATES = frozenset({"start", "end"})
TEXTS = frozenset({"backtest_id", "strategy_name", "strategy_type", "indicators", "symbols", "timeframe"})
SORTED = NUMBERS | DATES | {"completed_at"}


class WrongQuestions(ValueError):
    """Everything that is wrong with question files, a line each."""


def read_file(path: Path) -> tuple[Question, ...]:
    """The questions of a file. Raises: WrongQuestions, naming file, question and what is wrong."""
    try:
        items = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise WrongQuestions(f"{path.name}: {error}") from error
    if not isinstance(items, list):
        raise WrongQuestions(f"{path.name}: must be a list of questions")
    return read_items(items, source=path.name)


def read_items(items: Sequence[object], *, source: str) -> tuple[Question, ...]:
    """The questions of a list. Raises: WrongQuestions, with everything that is wrong."""
    read, wrong = [], []
    for number, item in enumerate(items, start=1):
        name = item.get("id", f"item {number}") if isinstance(item, dict) else f"item {number}"
        try:
            read.append(_question(item))
        except (KeyError, TypeError, ValueError) as error:
            missing = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            wrong.append(f"{source}: {name}: {missing}")
    ids = [question.id for question in read]
    wrong += [
        f"{source}: {key}: there is another question of this id" for key in sorted(set(ids)) if ids.count(key) > 1
    ]
    if wrong:
        raise WrongQuestions("\n".join(wrong))
    return tuple(read)


def _question(item: object) -> Question:
    if not isinstance(item, dict):
        raise TypeError("must be a mapping")
    _only(item, FIELDS)
    kind = Kind(item["kind"])
    question = Question(
        id=str(item["id"]),
        language=_one_of(item["language"], LANGUAGES, "language"),
        kind=kind,
        text=_text(item["question"]),
        meaning=_with_relevance(kind, _meaning(item)),
        user=None if item.get("user") is None else str(item["user"]),
        top_k=_count(item.get("top_k"), "top_k"),
    )
    if kind is Kind.ORDER and question.meaning.order is None:
        raise ValueError("a question of kind order needs an order")
    if kind is Kind.CONDITION and not question.meaning.is_conditional:
        raise ValueError("a question of kind condition needs filters, kinds, types or without_kinds")
    if kind is Kind.SIMILARITY and not question.meaning.relevance:
        raise ValueError("a question of kind similarity needs relevance")
    return question


def _with_relevance(kind: Kind, meaning: Meaning) -> Meaning:
    """A similarity question says what it is like under `relevance`, or by its kinds and types alone."""
    if kind is not Kind.SIMILARITY:
        return meaning
    relevance = meaning.relevance or Relevance(kinds=meaning.kinds, types=meaning.types)
    return replace(meaning, relevance=relevance, kinds=frozenset(), types=frozenset())


def _meaning(item: Mapping[str, Any]) -> Meaning:
    meaning = Meaning(
        kinds=_kinds(item.get("kinds")),
        types=_types(item.get("types")),
        without_kinds=_kinds(item.get("without_kinds")),
        order=_order(item.get("order")),
        limit=_count(item.get("limit"), "limit"),
        relevance=_relevance(item.get("relevance")),
    )
    for each in _listed(item.get("filters"), "filters"):
        meaning = _with_condition(meaning, each)
    return meaning


def _with_condition(meaning: Meaning, item: object) -> Meaning:
    """A condition on what a run is goes where records that leave it out are thought of."""
    if not isinstance(item, dict):
        raise TypeError(f"a filter must be a mapping, and is {item!r}")
    _only(item, {"field", "op", "value"})
    field, op, value = str(item["field"]), str(item["op"]), item["value"]
    if op not in OPERATORS:
        raise ValueError(f"op {op!r} is none of {', '.join(sorted(OPERATORS))}")
    if (op in {"in", "not_in"}) != isinstance(value, list):
        raise ValueError(f"{field}: in and not_in take a list, every other op one value")
    values = value if isinstance(value, list) else [value]
    if field == "indicators" and op in {"=", "in"}:
        return replace(meaning, kinds=meaning.kinds | _kinds(values))
    if field == "indicators":
        return replace(meaning, without_kinds=meaning.without_kinds | _kinds(values))
    if field == "strategy_type" and op in {"=", "in"}:
        return replace(meaning, types=meaning.types | _types(values))
    typed = tuple(_typed(field, each) for each in values)
    condition = Condition(field=field, op=op, value=typed if isinstance(value, list) else typed[0])
    return replace(meaning, conditions=(*meaning.conditions, condition))


def _typed(field: str, value: object) -> Value:
    if field.startswith("parameters."):
        if isinstance(value, int | float | str):
            return value
    elif field in NUMBERS:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    elif field in DATES:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    elif field == "completed_at":
        return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    elif field in TEXTS:
        return str(value)
    else:
        raise ValueError(f"no such field: {field}")
    raise ValueError(f"{field} cannot be compared with {value!r}")


def _order(item: object) -> Ordering | None:
    if item is None:
        return None
    if not isinstance(item, dict):
        raise TypeError("order must be {field, descending}")
    _only(item, {"field", "descending"})
    if not isinstance(item["descending"], bool):
        raise TypeError("order.descending must be true or false")
    field = str(item["field"])
    if field not in SORTED and not field.startswith("parameters."):
        raise ValueError(f"nothing is sorted by {field}")
    return Ordering(field=field, descending=item["descending"])


def _relevance(item: object) -> Relevance:
    if item is None:
        return Relevance()
    if not isinstance(item, dict):
        raise TypeError("relevance must be a mapping")
    _only(item, RELEVANCE_FIELDS)
    period = item.get("period")
    if period is not None and (len(period) != 2 or not all(isinstance(year, int) for year in period)):
        raise ValueError("relevance.period must be [first year, last year]")
    parameters = item.get("parameters") or {}
    return Relevance(
        kinds=_kinds(item.get("kinds")),
        types=_types(item.get("types")),
        symbols=frozenset(str(each).casefold() for each in _listed(item.get("symbols"), "symbols")),
        parameters={str(name): float(value) for name, value in parameters.items()},
        period=None if period is None else (period[0], period[1]),
    )


def _kinds(names: object) -> frozenset[str]:
    found = {name: kinds_called(str(name)) for name in _listed(names, "kinds")}
    unknown = [str(name) for name, kinds in found.items() if not kinds]
    if unknown:
        raise ValueError(f"no kind of indicator: {', '.join(unknown)}")
    return frozenset(kind for kinds in found.values() for kind in kinds)


def _types(names: object) -> frozenset[str]:
    return frozenset(_one_of(name, sorted(TYPES), "type") for name in _listed(names, "types"))


def _listed(value: object, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise TypeError(f"{name} must be a list")
    return value


def _only(item: Mapping[Any, Any], known: Iterable[str]) -> None:
    unknown = sorted(map(str, set(item) - set(known)))
    if unknown:
        raise ValueError(f"no such member: {', '.join(unknown)}")


def _one_of(value: object, choices: Sequence[str], name: str) -> str:
    if value not in choices:
        raise ValueError(f"{name} {value!r} is none of {', '.join(choices)}")
    return str(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("question must be a text that is not empty")
    return value


def _count(value: object, name: str) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} must be a whole number from 1 on")
    return value


def placed(questions: Sequence[Question], mine: Mapping[str, tuple[Run, ...]]) -> tuple[Gold, ...]:
    """Each question with its user and its gold.

    Raises: WrongQuestions, where there is no user for whom a question has the answer that its kind says.
    """
    found, wrong = [], []
    for question in questions:
        try:
            found.append(_placed(question, mine))
        except WrongQuestions as error:
            wrong.append(str(error))
    if wrong:
        raise WrongQuestions("\n".join(wrong))
    return tuple(found)


def _placed(question: Question, mine: Mapping[str, tuple[Run, ...]]) -> Gold:
    if question.user is not None and question.user not in mine:
        raise WrongQuestions(f"{question.id}: there is no user {question.user}")
    users = tuple(mine) if question.user is None else (question.user,)
    # The first that fits, from a place that the id decides on: questions are spread over all users.
    first = crc32(question.id.encode()) % len(users)
    golds = [Gold(question=question, user=user, runs=mine[user]) for user in (*users[first:], *users[:first])]
    for suits in _suitable(question, mine):
        fitting = next(filter(suits, golds), None)
        if fitting is not None:
            return fitting
    whom = "every user" if question.user is None else question.user
    if question.kind.is_answerable:
        raise WrongQuestions(f"{question.id}: nothing answers it for {whom}")
    raise WrongQuestions(f"{question.id}: it must have no answer, and for {whom} it has one")


def _suitable(question: Question, mine: Mapping[str, tuple[Run, ...]]) -> tuple[Callable[[Gold], bool], ...]:
    """What makes a user right for it, the best first."""
    if question.kind.is_answerable:
        return (lambda gold: gold.is_answered,)
    if question.kind is Kind.NO_ANSWER:
        return (lambda gold: not gold.is_possible,)
    text = question.text.casefold()
    owners = {user for user, runs in mine.items() if _names_of(user, runs, text)}

    def is_another(gold: Gold) -> bool:
        return gold.user not in owners and (question.user is not None or not gold.is_possible)

    def knows_no_symbol(gold: Gold) -> bool:
        return is_another(gold) and not any(run.truth.symbol.casefold() in text for run in gold.runs)

    return (knows_no_symbol, is_another)


def _names_of(user: str, runs: Sequence[Run], text: str) -> bool:
    """Whether a question names this user, a project of theirs, or a run by its id."""
    words = {user.casefold(), *(run.backtest_id.casefold() for run in runs), *_OWN_WORDS.get(user, ())}
    return any(re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) for word in words)


def _own_words() -> Mapping[str, frozenset[str]]:
    """The words of each person's projects that no other person's have."""
    words = {person.user_id: frozenset(" ".join(person.projects).casefold().split()) for person in PEOPLE}
    every = Counter(word for theirs in words.values() for word in theirs)
    return {user: frozenset(word for word in theirs if every[word] == 1) for user, theirs in words.items()}


_OWN_WORDS = _own_words()


def load(half: str, mine: Mapping[str, tuple[Run, ...]]) -> tuple[Gold, ...]:
    """The questions in the files of a half, with users and gold; none where it has no file. Raises: WrongQuestions."""
    questions: list[Question] = []
    for path in sorted(FOLDER.glob(FILES[half])):
        questions += read_file(path)
    ids = [question.id for question in questions]
    twice = sorted({key for key in ids if ids.count(key) > 1})
    if twice:
        raise WrongQuestions(f"ids that more than one file of the {half} half uses: {', '.join(twice)}")
    return placed(questions, mine)
