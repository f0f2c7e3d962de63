"""The words of the field as one lexicon: which kind of word a form is, and what it stands for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain import vocabulary_words as words
from domain.backtest import StrategyType
from domain.indicators import IndicatorKind
from domain.language import Language
from domain.vocabulary_indicators import FAMILIES, INDICATORS, MOVING_AVERAGE, OTHER_INDICATORS, STORED_AS
from domain.vocabulary_korean import GUARDS
from domain.vocabulary_metrics import AFTER, BEFORE, METRICS
from domain.vocabulary_orders import ORDER_TAILS, ORDERS


class Kind(StrEnum):
    """What part a word plays; the letter is how grammars write it."""

    NUMBER = "N"
    METRIC = "M"
    AFTER = "C"
    BEFORE = "P"
    BETWEEN = "B"
    BETWEEN_AFTER = "W"
    RANGE = "r"
    DATE = "Y"
    DATE_BOUND = "U"
    NEGATE_BEFORE = "G"
    NEGATE_AFTER = "g"
    INDICATOR = "I"
    HINT = "H"
    FAMILY = "F"
    FAMILY_HINT = "h"
    SYMBOL = "S"
    TIMEFRAME = "T"
    LOOSE_TIMEFRAME = "t"
    PARAMETER = "R"
    RISK = "K"
    HALF = "k"
    ACTION = "E"
    DIRECTION = "D"
    ORDER = "Q"
    ORDER_TAIL = "q"
    COUNTED = "o"
    TOGETHER = "L"
    CROSS = "X"
    AND = "A"
    OR = "O"
    JOSA = "J"
    FILLER = "V"
    COMMA = "c"
    STOP = "z"
    ASSIGNMENT = "="
    WORD = "x"
    SIGN = "s"
    FIGURE_VERB = "f"
    YEARLY = "y"
    EDGE = "e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the lexicon: its kind and what it stands for."""

    kind: Kind
    word: str


_GROUPS: tuple[tuple[Kind, Mapping[str, tuple[str, ...]]], ...] = (
    (Kind.INDICATOR, {str(kind): naming.names for kind, naming in INDICATORS.items()}),
    (Kind.INDICATOR, OTHER_INDICATORS),
    (Kind.METRIC, {name: metric.names for name, metric in METRICS.items()}),
    (Kind.AFTER, {str(op): forms for op, forms in AFTER.items()}),
    (Kind.BEFORE, {str(op): forms for op, forms in BEFORE.items()}),
    (Kind.SYMBOL, words.SYMBOLS),
    (Kind.TIMEFRAME, words.TIMEFRAMES),
    (Kind.LOOSE_TIMEFRAME, words.LOOSE_TIMEFRAMES),
    (Kind.RISK, words.RISKS),
    (Kind.CROSS, words.CROSSES),
    (Kind.FAMILY, {str(family): naming.names for family, naming in FAMILIES.items()}),
    (Kind.PARAMETER, words.PARAMETERS),
    (Kind.HINT, {str(kind): naming.hints for kind, naming in INDICATORS.items()}),
    (Kind.FAMILY_HINT, {str(family): naming.hints for family, naming in FAMILIES.items()}),
    (Kind.DIRECTION, words.DIRECTIONS),
    (Kind.ACTION, words.ACTIONS),
    (Kind.HALF, {"half": words.HALVES}),
    (Kind.NEGATE_AFTER, {"not": words.NEGATE_AFTER}),
    (Kind.NEGATE_BEFORE, {"not": words.NEGATE_BEFORE}),
    (Kind.BETWEEN, {"between": words.BETWEEN}),
    (Kind.BETWEEN_AFTER, {"between": words.BETWEEN_AFTER}),
    (Kind.ORDER, ORDERS),
    (Kind.ORDER_TAIL, ORDER_TAILS),
    (Kind.COUNTED, {"run": words.COUNTED}),
    (Kind.TOGETHER, {"all": words.TOGETHER}),
    (Kind.RANGE, {"to": words.RANGES}),
    (Kind.AND, {"and": words.ANDS}),
    (Kind.OR, {"or": words.ORS}),
    (Kind.FILLER, {"": words.FILLERS}),
)
"""What each kind of word may look like; the first group that has a form keeps it."""


def _spellings(*groups: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    forms = (form.lower() for group in groups for names in group.values() for form in names)
    return frozenset(form for form in forms if form.isascii() and form.isalpha() and len(form) > 3)  # noqa: PLR2004  # shorter ones are near to too much


INDICATOR_SPELLINGS = _spellings({str(kind): naming.names for kind, naming in INDICATORS.items()}, OTHER_INDICATORS)
SYMBOL_SPELLINGS = _spellings(words.SYMBOLS)
"""Names of one English word, for telling a misspelled one."""


def squeezed(form: str) -> str:
    """A form without what people leave out: blanks, hyphens and underscores, in lower case."""
    return re.sub(r"[\s\-_]+", "", form.lower())


def _lexicon() -> dict[str, Term]:
    terms: dict[str, Term] = {}
    for kind, group in _GROUPS:
        for word, forms in group.items():
            for form in forms:
                terms.setdefault(squeezed(form), Term(kind=kind, word=word))
    return terms


LEXICON: Mapping[str, Term] = _lexicon()


def form_pattern(form: str) -> str:
    """A regular expression for one form: loose in blanks, a plural allowed, letters of one script not cut through."""
    body = r"[\s\-_]{0,2}".join(map(re.escape, re.split(r"[\s\-_]+", form.lower())))
    if form[0].isascii() and form[0].isalpha():
        body = rf"(?<![a-z]){body}"
    if form[-1].isascii() and form[-1].isalpha():
        body = rf"{body}(?:s|es|'s)?(?![a-z])"
    guard = GUARDS.get(form)
    return f"{body}(?!{guard})" if guard else body


def longest_first(forms: Iterable[str]) -> "re.Pattern[str]":
    """One pattern for all forms, the longest tried first."""
    ordered = sorted(set(forms), key=lambda form: (-len(squeezed(form)), form))
    return re.compile("|".join(map(form_pattern, ordered)))


class Forms:
    """Many forms, of which the longest matches: one pattern for each letter that one begins with."""

    def __init__(self, forms: Iterable[str]) -> None:
        grouped: dict[str, list[str]] = {}
        for form in forms:
            grouped.setdefault(form[0].lower(), []).append(form)
        self._patterns = {letter: longest_first(group) for letter, group in grouped.items()}

    def match(self, text: str, at: int) -> "re.Match[str] | None":
        """The longest form that begins there, in a text in lower case."""
        pattern = self._patterns.get(text[at : at + 1])
        return pattern.match(text, at) if pattern is not None else None


ALL_FORMS: tuple[str, ...] = tuple(form for _, group in _GROUPS for forms in group.values() for form in forms)


FORMS = Forms(ALL_FORMS)


def term_of(form: str) -> Term | None:
    """The term that a matched form stands for, its plural taken off."""
    key = squeezed(form)
    for ending in ("", "'s", "es", "s"):
        if key.endswith(ending) and (term := LEXICON.get(key[: len(key) - len(ending)])) is not None:
            return term
    return None


_STORED: Mapping[str, IndicatorKind] = {
    squeezed(name): IndicatorKind(kind)
    for kind, names in reversed(tuple(STORED_AS.items()))
    if kind != MOVING_AVERAGE
    for name in (*names, kind)
}


def indicator_named(stored: str) -> IndicatorKind | None:
    """The indicator that an engine recorded under this name (`RSI`, `SMA(20)`); None for one we do not know."""
    key = re.sub(r"[\d().,]+", "", squeezed(stored))
    if key in _STORED:
        return _STORED[key]
    if key in set(IndicatorKind):
        return IndicatorKind(key)
    term = LEXICON.get(key)
    if term is not None and term.kind is Kind.INDICATOR:
        return IndicatorKind.SMA if term.word == MOVING_AVERAGE else _kind(term.word)
    return None


def _kind(word: str) -> IndicatorKind | None:
    return IndicatorKind(word) if word in set(IndicatorKind) else None


def stored_names(word: str) -> tuple[str, ...]:
    """Every name under which engines record the indicator."""
    return STORED_AS.get(word, (word,))


def indicator_label(kind: str, language: Language) -> str:
    """An indicator's name in one language."""
    naming = INDICATORS[kind]
    return naming.korean if language is Language.KOREAN else naming.english


def family_label(family: StrategyType, language: Language) -> str:
    """A family's name in one language."""
    naming = FAMILIES[family]
    return naming.korean if language is Language.KOREAN else naming.english
