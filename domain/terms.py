"""A text as terms: the words by which cards and questions meet, whatever their form and language."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from domain import vocabulary_words as words
from domain.asking import only_asks
from domain.numbers import plain
from domain.vocabulary import longest_first, squeezed
from domain.vocabulary_indicators import FAMILIES, INDICATORS, MOVING_AVERAGE, OTHER_INDICATORS
from domain.vocabulary_korean import JOSA, JOSA_ANDS, JOSA_ORS
from domain.vocabulary_metrics import METRICS
from domain.vocabulary_synonyms import MODIFIERS, NOTHING_SAID, SYNONYMS

MAX_READ = 4_000
"""More of a text is not read: a card that says everything is found by everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Morpheme:
    """A word of Korean as dictionaries have it, and where it stands in the text."""

    word: str
    start: int
    end: int


Morphology: TypeAlias = Callable[[str], Iterable[Morpheme]]

NOUN, MODIFIER, ENGLISH, VERB = 0.8, 0.4, 0.3, 0.25
_UNSAID = "-"
_AVERAGES = ("sma", "ema", MOVING_AVERAGE)
_GROUPS: tuple[Mapping[str, tuple[str, ...]], ...] = (
    SYNONYMS,
    {str(kind): naming.names for kind, naming in INDICATORS.items()},
    OTHER_INDICATORS,
    {family.value: naming.names for family, naming in FAMILIES.items()},
    {code.lower(): names for code, names in words.SYMBOLS.items()},
    words.TIMEFRAMES,
    {_UNSAID: tuple(name for metric in METRICS.values() for name in metric.names if name not in ("return", "gain"))},
)
"""What each term may look like; the first group that has a form keeps it. Figures are conditions, and no terms."""
_FORMS = {squeezed(form): term for group in reversed(_GROUPS) for term, forms in group.items() for form in forms}
_KNOWN = frozenset(_FORMS.values())
_INDICATORS = frozenset((*map(str, INDICATORS), *OTHER_INDICATORS))
_QUOTES = "|".join(words.QUOTES).lower()
_LOOKED_FOR = [
    form
    for group in _GROUPS
    for forms in group.values()
    for form in forms
    if not form.isalpha() or (not form.isascii() and len(form) > 1)
]
_PIECE = re.compile(
    rf"(?P<code>(?<![a-z0-9_.])(?:\d{{6}}\.k[sq]|[a-z]{{1,5}}[/-](?:{_QUOTES})|[a-z]{{1,4}}\.[a-z])(?![a-z0-9]))"
    r"|(?P<bars>(?<![\d.])\d{1,4})[\s-]?(?:일|주|days?|weeks?|d)[\s-]?"
    r"(?:선(?!택|물|정)|이동\s?평균선?|이평선?|lines?|(?:simple |exponential )?(?:moving )?averages?|[se]?ma)(?![a-z])"
    r"|(?P<amount>(?<![\d.])\d+(?:[.,]\d+)*\s?(?:%p|%|bps?|배|년|개월|주|일|시간|분|만|억|원|달러|x)(?![a-z]))"
    rf"|(?P<form>{longest_first(_LOOKED_FOR).pattern})"
    r"|(?P<latin>[a-z][a-z0-9]*)"
    r"|(?P<hangul>[가-힣])"
    r"|(?P<other>[^\W\d_]+)"
)
_POSSESSED = re.compile("['’]s(?![a-z])|의(?![가-힣])")
_ARGUMENT = re.compile(r"\s?\(?\s?(\d{1,4}(?:\.\d+)?)(?![\d.]*\s?(?:%|배|일|주|년|x))")
_PARTICLES = sorted((*JOSA, *JOSA_ANDS, *JOSA_ORS), key=len, reverse=True)
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def terms_of(text: str, *, morphology: Morphology | None = None) -> tuple[str, ...]:
    """The terms of a text, as often as they stand there; Hangul outside of this field's words goes by the morphology.

    Without one, Hangul words lose their particle: enough for what templates write.
    """
    shown = _ASTRAL.sub(" ", plain(text[:MAX_READ])).lower()
    taken: list[tuple[int, int]] = []
    found = [term for term in _pieces(shown, taken) if term not in NOTHING_SAID]
    read = morphology or _without_particles
    if has_hangul(shown):
        free = (m for m in read(shown) if not any(m.start < end and start < m.end for start, end in taken))
        found += [term for term in (_FORMS.get(m.word, m.word) for m in free) if _says_something(term)]
    return tuple(found)


def has_hangul(text: str) -> bool:
    """Whether any of it is written in Korean letters."""
    return any("가" <= character <= "힣" for character in text)


def stem(word: str) -> str:
    """An English word without its ending, roughly: `strategies` and `strategy`, `crosses` and `crossing` are one."""
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004  # `ties` is no plural of `ty`
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:  # noqa: PLR2004  # `gas`
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) > 2:  # noqa: PLR2004  # `bring`, `need`
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":  # noqa: PLR2004  # `dipping`
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word  # noqa: PLR2004  # `the`


_STEMS = {
    stem(form): term
    for group in reversed(_GROUPS)
    for term, forms in group.items()
    for form in forms
    if form.isascii() and form.isalnum()
}
_SILENT = NOTHING_SAID | {stem(word) for word in NOTHING_SAID if word.isascii()}


def _pieces(text: str, taken: list[tuple[int, int]]) -> Iterator[str]:
    """The terms that need no morphology; the stretches that they took are noted."""
    for match in _PIECE.finditer(text):
        kind, piece = match.lastgroup, match[0]
        if kind == "hangul":
            continue
        taken.append(match.span())
        if kind == "bars":
            yield f"{MOVING_AVERAGE}({match['bars']})"
        elif kind in ("code", "amount"):
            yield re.sub(r"[\s,]", "", piece)
        elif kind == "other":
            yield piece
        else:
            yield from _named(text, match)


def _named(text: str, match: "re.Match[str]") -> Iterator[str]:
    """A form of the field or an English word, and with its number where an indicator has one."""
    form = squeezed(match[0])
    term = _FORMS.get(form) or _FORMS.get(form.removesuffix("s")) or _STEMS.get(stem(match[0])) or stem(match[0])
    if len(match[0]) == 1 or not _says_something(term) or match[0] in NOTHING_SAID:
        return
    if term not in _KNOWN and _POSSESSED.match(text, match.end()):
        term += "'s"
    yield term
    argument = _ARGUMENT.match(text, match.end()) if term in _INDICATORS else None
    if argument is not None:
        yield f"{term}({argument[1]})"
        if term in _AVERAGES[:2]:
            yield f"{MOVING_AVERAGE}({argument[1]})"


def _says_something(term: str) -> bool:
    return term != _UNSAID and term not in _SILENT


def _without_particles(text: str) -> Iterator[Morpheme]:
    for match in re.finditer("[가-힣]+", text):
        word = match[0]
        if word in _PARTICLES or only_asks(word):
            continue
        particle = next((p for p in _PARTICLES if word.endswith(p) and len(word) - len(p) > 1), "")
        yield Morpheme(word=word.removesuffix(particle), start=match.start(), end=match.end())


def telling(term: str) -> float:
    """How much a term of a question says of what it is about, from 0 to 1.

    What the field knows by name says most, verbs and words that go with anything least. A noun that the field does
    not know may be the very thing that is asked for; of English words nobody knows whether they are nouns, but that
    somebody who has something is one.
    """
    if term in MODIFIERS or term[0].isdigit() or term.endswith(")"):
        return MODIFIER
    if term in _KNOWN or "/" in term:
        return 1.0
    if term.endswith("'s"):
        return NOUN
    if has_hangul(term):
        return VERB if term.endswith("다") else NOUN
    return ENGLISH


def known_here(term: str) -> bool:
    """Whether the term is one of this field's own."""
    return term in _KNOWN


def korean_words() -> tuple[str, ...]:
    """The words of this field that are written in Hangul, for the dictionary of a morphology."""
    forms = (form for group in _GROUPS for forms in group.values() for form in forms)
    spelled = {form.replace(" ", "") for form in forms}
    return tuple(sorted(word for word in (*spelled, "백테스트", "백테스팅") if re.fullmatch("[가-힣]{2,}", word)))
