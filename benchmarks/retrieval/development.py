"""The part of the development half that is made from phrasings; it may be looked at while the search is built."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from string import Formatter
from typing import Any
from zlib import crc32

from benchmarks.retrieval.absent import of_others, without_answer
from benchmarks.retrieval.corpus import Run
from benchmarks.retrieval.gold import Gold
from benchmarks.retrieval.phrasings import SENTENCES, SLOTS
from benchmarks.retrieval.questions import WrongQuestions, placed, read_items

Item = dict[str, Any]
PER_GROUP = 36
PER_MIXED_GROUP = 12
TRIES = 60
NEGATIONS = ("{kind} 말고", "{kind} 제외", "{kind} 빼고", "excluding {kind}", "without {kind}")
KOREAN_IN_MIXED = frozenset({"like", "sort", "order"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A way to put a question, with slots."""

    name: str
    kind: str
    language: str
    text: str

    def item(self, attempt: int) -> Item | None:
        """One filling; None where two slots bound the same figure."""
        name = f"{self.name}-{attempt}"
        said: dict[str, str] = {}
        meaning: Item = {"id": name, "kind": self.kind, "language": self.language}
        for slot in [slot for _, slot, _, _ in Formatter().parse(self.text) if slot]:
            lot = crc32(f"{name} {slot}".encode())
            words = SLOTS[slot][self._tongue(slot, lot)]
            said[slot], means = words[lot % len(words)]
            negated = slot == "kind" and any(negation in self.text for negation in NEGATIONS)
            meaning = _merged(meaning, {"without_kinds": means["kinds"]} if negated else means)
        if _bounds_twice(meaning):
            return None
        if "like" in said and "symbol" in said:
            meaning = _liked(meaning, keep=self.kind == "mixed")
        return {**meaning, "question": self.text.format(**said)}

    def _tongue(self, slot: str, lot: int) -> str:
        """The language of a slot's words: where the sentence is mixed, either, but Korean for what only that fits."""
        if self.language != "mixed":
            return self.language
        return "ko" if slot in KOREAN_IN_MIXED else ("ko", "en")[(lot >> 8) % 2]


def made(mine: Mapping[str, tuple[Run, ...]]) -> tuple[Gold, ...]:
    """Every question of the phrasings, with its user and its gold; those that nothing answers are filled again."""
    golds = [gold for group in sentences() for gold in _of_group(group, mine)]
    absent = [{**item, "id": f"d-{number:03}"} for number, item in enumerate((*without_answer(), *of_others()))]
    return (*golds, *placed(read_items(absent, source="absent.py"), mine))


def sentences() -> Iterator[tuple[Sentence, ...]]:
    """Every sentence with slots, those of one kind and language together."""
    for (kind, language), texts in SENTENCES.items():
        names = (f"d-{kind}-{language}-{number}" for number in range(len(texts)))
        yield tuple(
            Sentence(name=name, kind=kind, language=language, text=text)
            for name, text in zip(names, texts, strict=True)
        )


def _of_group(sentences: Sequence[Sentence], mine: Mapping[str, tuple[Run, ...]]) -> Iterator[Gold]:
    wanted = PER_MIXED_GROUP if sentences[0].language == "mixed" else PER_GROUP
    each = -(-wanted // len(sentences))
    for sentence in sentences:
        yield from islice(_filled(sentence, mine), each)


def _filled(sentence: Sentence, mine: Mapping[str, tuple[Run, ...]]) -> Iterator[Gold]:
    """The sentence with one filling after another that somebody's runs answer."""
    seen = set()
    for attempt in range(TRIES):
        item = sentence.item(attempt)
        if item is None or item["question"] in seen:
            continue
        seen.add(item["question"])
        with suppress(WrongQuestions):
            yield from placed(read_items([item], source="phrasings.py"), mine)


def _merged(meaning: Item, more: Mapping[str, Any]) -> Item:
    both = dict(meaning)
    for name, value in more.items():
        both[name] = [*both.get(name, []), *value] if isinstance(value, list) else value
    return both


def _bounds_twice(meaning: Item) -> bool:
    fields = [(one["field"], one["op"][0]) for one in meaning.get("filters", ())]
    return len({field for field, _ in fields}) < len(fields)


def _liked(meaning: Item, *, keep: bool) -> Item:
    """A symbol in a question about likeness is one way to be like it; in a mixed one it must hold as well."""
    symbols = [value for one in meaning["filters"] if one["field"] == "symbols" for value in one["value"]]
    relevance = {**meaning["relevance"], "symbols": symbols}
    if keep:
        return {**meaning, "relevance": relevance}
    filters = [one for one in meaning["filters"] if one["field"] != "symbols"]
    return {**meaning, "relevance": relevance, "filters": filters}
