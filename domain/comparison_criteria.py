"""What runs are ranked by: the metrics asked for, those a question speaks of, or a mix that is stated."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.backtest import METRIC_NAMES
from domain.errors import InvalidQuestion, Violation
from domain.lexer import read_words
from domain.metric_text import higher_is_better
from domain.numbers import plain
from domain.vocabulary import Kind, term_of
from domain.vocabulary_metrics import LOSS

DEFAULT_MIX = ("sharpe_ratio", "total_return", "max_drawdown")
_NEAR = 16
"""How many characters a word of direction may stand away from its metric."""


class Basis(StrEnum):
    """Where the criteria are from."""

    ASKED = "asked"
    QUESTION = "question"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A metric, and whether more of it comes first."""

    metric: str
    higher: bool

    @property
    def natural(self) -> bool:
        """Whether what comes first is what is better."""
        return higher_is_better(self.metric) in (None, self.higher)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """All of them weigh the same. `shown` are metrics spoken of that rank nothing: more of them is no better."""

    basis: Basis
    ranked: tuple[Criterion, ...]
    shown: tuple[str, ...] = ()

    @property
    def natural(self) -> bool:
        """Whether the first is the best one, and not the worst that somebody asked for."""
        return all(criterion.natural for criterion in self.ranked)


def read_criteria(*, metrics: Sequence[str], question: str | None) -> Criteria:
    """The criteria. A question decides which side of a metric comes first where it says so.

    Raises: InvalidQuestion, with every name that is no metric.
    """
    spoken = dict(spoken_criteria(question or ""))
    names = _metrics(metrics)
    if names:
        spoken = {name: spoken.get(name) for name in names}
    sides = {name: higher_is_better(name) if side is None else side for name, side in spoken.items()}
    ranked = tuple(Criterion(metric=name, higher=side) for name, side in sides.items() if side is not None)
    if not ranked:
        return Criteria(basis=Basis.DEFAULT, ranked=_DEFAULT, shown=tuple(sides))
    shown = tuple(name for name, side in sides.items() if side is None)
    return Criteria(basis=Basis.ASKED if names else Basis.QUESTION, ranked=ranked, shown=shown)


_DEFAULT = tuple(Criterion(metric=name, higher=higher_is_better(name) is True) for name in DEFAULT_MIX)


def _metrics(given: Sequence[str]) -> tuple[str, ...]:
    """The metrics by their own names; a word that people use for one will do."""
    names, wrong = [], []
    for i, text in enumerate(given[: len(METRIC_NAMES) + 1]):
        term = term_of(text)
        name = term.word if term is not None and term.kind is Kind.METRIC else text
        if name not in METRIC_NAMES:
            near = difflib.get_close_matches(text[:60].casefold(), METRIC_NAMES, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(METRIC_NAMES)}"
            wrong.append(Violation(field=f"metrics[{i}]", message=f"is no metric; {hint}"))
        elif name in names:
            wrong.append(Violation(field=f"metrics[{i}]", message=f"names {name} again"))
        names.append(name)
    if wrong:
        raise InvalidQuestion(*wrong)
    return tuple(names)


def spoken_criteria(text: str) -> tuple[tuple[str, bool | None], ...]:
    """Every metric that a text speaks of, in order, with the side that comes first: None where it says none.

    What people say in place of a metric counts too: “가장 안정적인” is a small drawdown, little volatility, a high
    Sharpe ratio.
    """
    shown = plain(text)
    folded = shown.lower() if len(shown.lower()) == len(shown) else shown
    found: list[tuple[int, str, bool | None]] = []
    for pattern, meant in _MEANT:
        for match in pattern.finditer(folded):
            found += [(match.start(), name, side) for name, side in meant]
        folded = pattern.sub(lambda match: "\n" * len(match[0]), folded)
    found += _metrics_in(folded)
    sides: dict[str, bool | None] = {}
    for _, name, side in sorted(found, key=lambda item: item[0]):
        sides[name] = side if sides.get(name) is None else sides[name]
    return tuple(sides.items())


def _metrics_in(text: str) -> Iterator[tuple[int, str, bool | None]]:
    for token in read_words(text).tokens:
        if token.kind is not Kind.METRIC or (token.word not in METRIC_NAMES and token.word != LOSS):
            continue
        side = _side(token.word, text, token.start, token.end)
        if token.word == LOSS:
            yield token.start, "total_return", None if side is None else not side
        else:
            yield token.start, token.word, side


def _side(metric: str, text: str, start: int, end: int) -> bool | None:
    """Whether more of the metric is meant to come first, by the words around it."""
    after, before = text[end : end + _NEAR], text[max(0, start - _NEAR) : start]
    match = _KOREAN_AFTER.match(after) or _KOREAN_BEFORE.search(before)
    match = match or _ENGLISH_BEFORE.search(before) or _ENGLISH_AFTER.match(after)
    if match is None:
        return None
    sense = next(sense for sense, words in _SENSES.items() if match[1] in words)
    if sense in ("up", "down"):
        return sense == "up"
    natural = higher_is_better(metric)
    return None if natural is None else natural == (sense == "good")


_SENSES = {
    "up": (
        "높", "많", "크", "큰", "최고", "최대", "highest", "most", "largest", "biggest", "greatest", "higher", "more",
    ),
    "down": (
        "낮", "적", "작", "최저", "최소", "덜", "lowest", "least", "smallest", "fewest", "minimal", "minimum", "lower",
        "less", "fewer", "smaller", "shallowest",
    ),
    "good": ("좋", "우수", "나은", "best", "better"),
    "bad": ("나쁘", "나쁜", "worst", "worse", "poorest"),
}  # fmt: skip
_HANGUL = "|".join(word for words in _SENSES.values() for word in words if not word.isascii())
_LATIN = "|".join(word for words in _SENSES.values() for word in words if word.isascii())
_KOREAN_AFTER = re.compile(rf"\s?(?:이|가|은|는|도|면에서|측면에서)?\s*(?:가장|제일|더|훨씬)?\s*({_HANGUL})")
_KOREAN_BEFORE = re.compile(rf"({_HANGUL})(?:은|의|인)?\s*$")
_ENGLISH_BEFORE = re.compile(rf"\b({_LATIN})\s+(?:[a-z]+\s+)?$")
_ENGLISH_AFTER = re.compile(rf"\s*(?:is|was|are|that is)?\s*(?:the\s+)?({_LATIN})\b")
_SAFE = (("max_drawdown", False), ("volatility", False), ("sharpe_ratio", True))
_RISKY = (("max_drawdown", True), ("volatility", True))
_MEANT: tuple[tuple[re.Pattern[str], tuple[tuple[str, bool], ...]], ...] = (
    (
        re.compile(
            r"(?:위험|리스크)\s?(?:대비|조정)(?:\s?(?:후|한))?(?:\s?(?:수익률?|성과))?"
            r"|risk[- ]adjusted(?: returns?| performance)?|returns? (?:per unit of|for (?:the|its)) risk"
        ),
        (("sharpe_ratio", True), ("sortino_ratio", True)),
    ),
    (
        re.compile(
            r"불안정|가장 위험한|제일 위험한|위험도?가? (?:가장 |제일 )?(?:높|큰|크)"
            r"|\bunstable\b|\bunsafe\b|riskiest|most risky"
        ),
        _RISKY,
    ),
    (
        re.compile(
            r"안정|안전|보수적|위험도?[이가]? ?(?:가장 |제일 )?(?:낮|적|작)|위험한지|리스크"
            r"|\b(?:stable|stability|safe(?:st|r|ty)?|stead(?:y|iest)|conservative"
            r"|(?:least|less|low|lower|lowest)[- ]risky?)\b"
        ),
        _SAFE,
    ),
    (
        re.compile(r"꾸준|일관|한결같|\b(?:consistent(?:ly)?|consistency|reliable|dependable)\b"),
        (("sharpe_ratio", True), ("win_rate", True), ("max_drawdown", False)),
    ),
    (
        re.compile(
            r"수익성|돈을 (?:가장 |제일 )?많이|많이 번|많이 벌"
            r"|\b(?:profitable|earned|made (?:the )?most|most money)\b"
        ),
        (("total_return", True),),
    ),
)  # fmt: skip
"""What people say in place of a metric; the first that fits takes its words."""
