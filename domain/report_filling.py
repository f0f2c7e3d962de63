"""Prose with slots to prose with figures; a sentence that states a number of its own gives way to a template."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.checked_text import split_sentences
from domain.josa import with_fitting_josa
from domain.language import Language, language_of
from domain.number_words import number_in
from domain.report import Figure
from domain.report_slots import Slots, plain_form

LONGEST_TEXT = 8_000
LONGEST_SENTENCE = 600
MOST_SENTENCES = 12
_SLOT = re.compile(r"\{\{\s*(?P<name>[^{}\n]{1,120}?)\s*\}\}")
_FIRST_MASK = 0xE000
_MASK = re.compile("[\ue000-\uf8ff]")
_DECORATION = re.compile(r"[*`]+|(?<![^\W_])_+|_+(?![^\W_])|(?m:^\s*(?:#+|[-+•])\s+)")
_FORBIDDEN = re.compile(r"[\\\[\]<>|{}~@$]|&#?\w+;|://|\bwww\.")
_SIGN_BEFORE = re.compile(
    r"(?:[-+\u2212\u2013×^≈]|(?<![A-Za-z])x)\s?$|[.,\u2012\u2014]$|(?:\b(?:minus|negative|plus)\s|마이너스\s?|플러스\s?)$",
    re.IGNORECASE,
)
_PERCENT_AFTER = re.compile(r"^\s?(?:%p?|percent(?:age points?)?|퍼센트(?:\s?포인트)?|프로(?![가-힣]))")
_SCALE_AFTER = re.compile(r"^(?:[A-Za-z0-9]|[.,]\d|\s?(?:억|조|bps?\b|basis))")
_LONG_SCALE_AFTER = re.compile(r"^\s?(?:배|times\b|x\b)")
_ARTICLE = re.compile(r"\b([Aa])n?( )$")
_LAST_LATIN = 0x250


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A text that is fit to be read, its figures in order, and how many of the sentences given were not."""

    text: str
    figures: tuple[Figure, ...]
    sentences: int
    refused: int


class Unfit(Exception):
    """A sentence that cannot be shown, and why."""


def fill(text: str, slots: Slots, *, instead: Sequence[str] = ()) -> Filled:
    """The text with its slots filled. A sentence that fails gives way to the next of `instead` that says another thing.

    A sentence fails by a slot that is unknown or has no value, by a number in digits or words that no slot and no name
    of the backtest accounts for, by markup, or by another language. Where none passes, `instead` is the whole text.
    """
    masks = _Masks(slots)
    told = _sentences(masks.masked(text))
    passed: list[_Rendered | None] = []
    for sentence in told[:MOST_SENTENCES]:
        try:
            passed.append(masks.rendered(sentence))
        except Unfit:
            passed.append(None)
    refused = len(told) - sum(one is not None for one in passed)
    shown = _completed(passed, _templates(instead, slots))
    return Filled(
        text=" ".join(one.text for one in shown),
        figures=distinct(figure for one in shown for figure in one.figures),
        sentences=len(told),
        refused=refused,
    )


def fill_template(sentence: str, slots: Slots) -> Filled:
    """One of our own sentences, filled. Raises: KeyError for a slot without a value."""
    rendered = _template(sentence, slots)
    return Filled(text=rendered.text, figures=rendered.figures, sentences=1, refused=0)


def slots_in(text: str) -> tuple[str, ...]:
    """The names of the slots, in order."""
    return tuple(match["name"] for match in _SLOT.finditer(text))


def distinct(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Each figure once, in order."""
    return tuple({(figure.metric, figure.backtest_id): figure for figure in figures}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rendered:
    text: str
    figures: tuple[Figure, ...]


def _completed(passed: list[_Rendered | None], templates: list[_Rendered]) -> list[_Rendered]:
    if not any(passed):
        return templates
    said = {figure.metric for one in passed if one is not None for figure in one.figures}
    other = iter([one for one in templates if not said & {figure.metric for figure in one.figures}])
    return [one for one in (one or next(other, None) for one in passed) if one is not None]


def _sentences(text: str) -> list[str]:
    whole, rest = split_sentences(text)
    return [sentence.strip() for sentence in (*whole, rest) if sentence.strip()]


def _templates(sentences: Sequence[str], slots: Slots) -> list[_Rendered]:
    return [_template(sentence, slots) for sentence in sentences]


def _template(sentence: str, slots: Slots) -> _Rendered:
    values = {name: figure.text for name, figure in slots.figures.items()} | dict(slots.words)
    names = slots_in(sentence)
    parts = re.split(r"\{\{[^{}]*\}\}", sentence)
    text = _joined(parts, [_Value(text=values[name]) for name in names], slots.language)
    return _Rendered(text=text, figures=tuple(slots.figures[name] for name in names if name in slots.figures))


def _joined(parts: Sequence[str], values: Sequence["_Value"], language: Language) -> str:
    """The parts with the values between them, each with the particle or the article that it asks for."""
    text = parts[-1]
    for part, value in zip(reversed(parts[:-1]), reversed(values), strict=True):
        if value.quoted:
            text = f"{part}{value.text}{text}"
        elif language is Language.KOREAN:
            text = part + with_fitting_josa(value.text, text)
        else:
            text = _ARTICLE.sub(rf"\1{'n' if _sounds_like_a_vowel(value.text) else ''}\2", part) + value.text + text
    return text


def _sounds_like_a_vowel(value: str) -> bool:
    return value.startswith("8") or bool(re.match(r"1[18](?!\d)", value)) or value[:1].casefold() in tuple("aeio")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """What stands for a mask. What the writer quoted stays as it was written, its particle too."""

    text: str
    figure: Figure | None = None
    quoted: bool = False


class _Masks:
    """Slots and quoted names as single characters that no text has, so that sentences split and read without them."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._meant: dict[str, _Value] = {}

    def masked(self, text: str) -> str:
        plain = plain_form(text[:LONGEST_TEXT])
        visible = "".join(c for c in plain if c in "\n\t" or unicodedata.category(c)[0] != "C")
        with_slots = _SLOT.sub(self._slot, visible)
        quoted = self._slots.quotable.sub(lambda match: self._mask(_Value(text=match[0], quoted=True)), with_slots)
        return _DECORATION.sub("", quoted)

    def _slot(self, match: re.Match[str]) -> str:
        """A slot that cannot be filled stays as it is, and fails its sentence by its braces."""
        name = match["name"]
        figure, word = self._slots.figures.get(name), self._slots.words.get(name)
        if figure is not None:
            return self._mask(_Value(text=figure.text, figure=figure))
        return match[0] if word is None else self._mask(_Value(text=word))

    def _mask(self, value: _Value) -> str:
        mask = chr(_FIRST_MASK + len(self._meant))
        self._meant[mask] = value
        return mask

    def rendered(self, sentence: str) -> _Rendered:
        """Raises: Unfit."""
        line = " ".join(sentence.split())
        _require_prose(_MASK.sub("", line), self._slots.language)
        if len(line) > LONGEST_SENTENCE:
            raise Unfit("it is too long")
        values = [self._meant[mask] for mask in _MASK.findall(line)]
        parts = _MASK.split(line)
        for i, value in enumerate(values):
            if value.figure is not None:
                parts[i + 1] = _fitting(value.text, before=parts[i], after=parts[i + 1])
        figures = tuple(value.figure for value in values if value.figure is not None)
        return _Rendered(text=_joined(parts, values, self._slots.language), figures=figures)


def _require_prose(bare: str, language: Language) -> None:
    if _FORBIDDEN.search(bare):
        raise Unfit("a slot without a value, or markup")
    if number_in(bare) is not None:
        raise Unfit(f"a number of its own: {number_in(bare)}")
    letters = [character for character in bare if character.isalpha()]
    foreign = [c for c in letters if ord(c) >= _LAST_LATIN and language_of(c) is not Language.KOREAN]
    hangul = any(language_of(c) is Language.KOREAN for c in letters)
    if not letters or foreign or hangul is not (language is Language.KOREAN):
        raise Unfit("another language")


def _fitting(figure: str, *, before: str, after: str) -> str:
    """What follows the figure, a unit said twice left out. Raises: Unfit where a sign or a scale would change it."""
    if _SIGN_BEFORE.search(before) or _SCALE_AFTER.search(after):
        raise Unfit("a sign or a scale beside a figure")
    of_hundred = figure.endswith(("%", "%p", "points"))
    unit = _PERCENT_AFTER.match(after)
    if unit is not None and not of_hundred:
        raise Unfit("a percentage of what is none")
    if of_hundred and _LONG_SCALE_AFTER.match(after):
        raise Unfit("a multiple of what is a percentage")
    return after[unit.end() :] if unit is not None else after
