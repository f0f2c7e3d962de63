"""A text as a row of words of the field: the grammars match over the row's letters, one a word."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from domain import vocabulary_korean as korean
from domain import vocabulary_words as words
from domain.filter_op import FilterOp
from domain.lexer_dates import DATES, days_of
from domain.lexer_tokens import Token, Words
from domain.numbers import Unit, number_at, plain
from domain.numbers_spelled import half_at, spelled_at
from domain.vocabulary import FORMS, Kind, longest_first, term_of

MAX_CAPITAL_WORDS = 4
"""A text with more words than that, all in capitals, is shouted: its words are no tickers."""

_JOSA = tuple(
    (kind, re.compile("|".join(sorted(forms, key=len, reverse=True))))
    for kind, forms in ((Kind.AND, korean.JOSA_ANDS), (Kind.OR, korean.JOSA_ORS), (Kind.JOSA, korean.JOSA))
)
_QUOTES = "|".join(words.QUOTES)
_CURRENCIES = "USD|EUR|JPY|GBP|KRW|AUD|CAD|CHF|NZD|CNY|CNH|HKD|SGD|SEK|NOK|XAU|XAG|BTC|ETH"
_PAIR = rf"(?:(?:{_CURRENCIES}){{2}}|[A-Z]{{2,5}}(?:USDT|USDC|BUSD|KRW))(?![A-Za-z])"
_SYMBOL = re.compile(
    rf"(?<![A-Za-z0-9_.])(?:\d{{6}}\.K[SQ]|{_PAIR}|(\$)?([A-Z]{{1,5}})(?:([/-])((?:{_QUOTES}))(?![A-Za-z])|(\.[A-Z]{{1,4}})(?![A-Za-z]))?)"
    r"(?![A-Za-z_])"
)
_TIMEFRAME = re.compile(r"(?<![a-z0-9.])(1m|5m|15m|30m|1h|2h|4h|6h|12h|1d|1w|1mo)(?![a-z0-9])")
_ASSIGNMENT = re.compile(r"(?<![a-z0-9_.])([a-z_][a-z0-9_.]*)\s?(?:=|:=)\s?(?=[-+.\d])")
_DATE_BOUND = longest_first(form for forms in words.DATE_BOUNDS.values() for form in forms)
_BOUNDS = {form: bound for bound, forms in reversed(tuple(words.DATE_BOUNDS.items())) for form in forms}
_PLAIN_WORD = re.compile(r"[a-z]+(?:[-_][a-z0-9]+(?:\.\d+)?)*|[^\W\d_]|_+|\d", re.IGNORECASE)
_AFTER_BARS: tuple[tuple[Kind, str, re.Pattern[str]], ...] = (
    (
        Kind.INDICATOR,
        "ma",
        re.compile(r"선(?!택|물|정|호|행)|(?:line|average)s?(?![a-z])(?! volume)|평균(?!\s?(?:거래|진폭|실제|회귀))"),
    ),
    (Kind.HINT, "donchian", re.compile(r"(?:high|low)s?(?![a-z])|고점|저점|최고(?!가)|최저(?!가)|고가|저가")),
)
_MARKS = {"~": Kind.RANGE, ".": Kind.STOP, ";": Kind.STOP, "?": Kind.STOP, "!": Kind.STOP, "\n": Kind.STOP}


Reading: TypeAlias = Callable[[str, int, Token | None, Kind | None], Token | None]
"""A word of a grammar of its own: of the text in lower case, the place, the word before, the last kind that matters."""


def read_words(text: str, *, first: Reading | None = None) -> Words:
    """Every word, number and mark of the text, in order; blanks are left out. `first` is asked before the lexicon."""
    shown = plain(text)
    reader = _Reader(shown, first)
    tokens = tuple(reader.tokens())
    return Words(text=shown, tokens=tokens, letters="".join(token.kind for token in tokens))


class _Reader:
    """Reads one text from left to right; what was read before decides what may come next."""

    def __init__(self, text: str, first: Reading | None) -> None:
        self.text = text
        self.first = first
        self.folded = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        upper = not any(c.islower() for c in text)
        self.shouted = upper and len(re.findall("[A-Z]{2,}", text)) > MAX_CAPITAL_WORDS
        self.last: Token | None = None
        self.last_content: Kind | None = None
        self.depth = 0

    def tokens(self) -> Iterator[Token]:
        at = 0
        while at < len(self.text):
            if self.text[at].isspace() and self.text[at] != "\n":
                at += 1
                continue
            token = next(filter(None, (read(at) for read in self._readers())))
            self._remember(token)
            yield token
            at = token.end

    def _readers(self) -> tuple[Callable[[int], Token | None], ...]:
        return (
            self._assignment, self._plus, self._signed, self._first, self._date, self._date_bound, self._timeframe,
            self._code, self._after_bars, self._spelled, self._form, self._number, self._josa, self._symbol, self._mark,
        )  # fmt: skip

    def _remember(self, token: Token) -> None:
        self.last = token
        if token.kind not in (Kind.JOSA, Kind.FILLER):
            self.last_content = token.kind

    def _assignment(self, at: int) -> Token | None:
        match = _ASSIGNMENT.match(self.folded, at)
        number = number_at(self.folded, match.end()) if match else None
        if match is None or number is None or term_kind(match[1]) in (Kind.METRIC, Kind.INDICATOR, Kind.RISK):
            return None
        return Token(kind=Kind.ASSIGNMENT, start=at, end=number.end, word=match[1], number=number)

    def _first(self, at: int) -> Token | None:
        return self.first(self.folded, at, self.last, self.last_content) if self.first is not None else None

    def _plus(self, at: int) -> Token | None:
        """`50+` is 50 or more."""
        after_number = self.last is not None and self.last.kind is Kind.NUMBER and self.last.end == at
        if self.text[at] != "+" or not after_number or self.text[at + 1 : at + 2].isdigit():
            return None
        return Token(kind=Kind.AFTER, start=at, end=at + 1, word=FilterOp.GE)

    def _signed(self, at: int) -> Token | None:
        """The sign of `손절-4%` and `익절+9%` joins nothing: what stands before it is no number."""
        glued = self.last is not None and self.last.kind in (Kind.RISK, Kind.METRIC) and self.last.end == at
        if self.text[at] not in "+-" or not glued or not "가" <= self.text[at - 1] <= "힣":
            return None
        number = number_at(self.folded, at + 1) if self.text[at + 1 : at + 2].isdigit() else None
        if number is None:
            return None
        value = -number.value if self.text[at] == "-" else number.value
        return Token(kind=Kind.NUMBER, start=at, end=number.end, number=replace(number, value=value, start=at))

    def _date(self, at: int, *, bound: bool = False) -> Token | None:
        if not self.text[at].isascii() or not self.text[at].isalnum():
            return None
        for pattern, shape in DATES:
            match = pattern.match(self.folded, at)
            days = days_of(match, shape) if match else None
            if match is not None and days is not None and (bound or not self._is_amount(match, shape)):
                return Token(kind=Kind.DATE, start=at, end=match.end(), word=shape, days=days)
        return None

    def _is_amount(self, match: re.Match[str], shape: str) -> bool:
        """A bare year after a metric or a comparator is a number."""
        bare = shape == "y" and match[0].isdigit()
        return bare and self.last_content in (Kind.METRIC, Kind.BEFORE, Kind.INDICATOR, Kind.PARAMETER)

    def _date_bound(self, at: int) -> Token | None:
        match = _DATE_BOUND.match(self.folded, at)
        if match is None:
            return None
        after_date = self.last_content is Kind.DATE
        hangul = "가" <= match[0][0] <= "힣"
        before_date = not hangul and self._date(self._skip(match.end()), bound=True) is not None
        if (hangul and after_date) or before_date:
            return Token(kind=Kind.DATE_BOUND, start=at, end=match.end(), word=_BOUNDS[match[0]])
        return None

    def _skip(self, at: int) -> int:
        while at < len(self.text) - 1 and self.text[at] == " ":
            at += 1
        return min(at, len(self.text) - 1)

    def _timeframe(self, at: int) -> Token | None:
        match = _TIMEFRAME.match(self.folded, at)
        if match is None or self.last_content in (Kind.BEFORE, Kind.METRIC, Kind.RISK, Kind.PARAMETER):
            return None
        return Token(kind=Kind.TIMEFRAME, start=at, end=match.end(), word=match[1])

    def _code(self, at: int) -> Token | None:
        """A pair or a listing, before its parts are read as words: BTC/USDT, BRK.B, 005930.KS."""
        match = _SYMBOL.match(self.text, at)
        if match is None or (match[2] is not None and not (match[3] or match[5])):
            return None
        if match[5] and match[2] in words.NOT_SYMBOLS:
            return None
        return Token(kind=Kind.SYMBOL, start=at, end=match.end(), word=match[0].lstrip("$"))

    def _form(self, at: int) -> Token | None:
        match = FORMS.match(self.folded, at)
        term = term_of(match[0]) if match else None
        if match is None or term is None or not self._fits(term.kind, match):
            return None
        return Token(kind=term.kind, start=at, end=match.end(), word=term.word)

    def _fits(self, kind: Kind, match: re.Match[str]) -> bool:
        if kind is Kind.AFTER:
            return self.last_content in (Kind.NUMBER, Kind.METRIC, Kind.RANGE, Kind.HALF, Kind.YEARLY)
        if kind is Kind.SYMBOL and match[0].isascii() and match[0].isalpha():
            return not (len(match[0]) > 1 and self.folded[match.end() : match.end() + 1] == "_")
        if kind is Kind.ORDER_TAIL:
            counted = match[0] == "by" and self.last_content in (Kind.NUMBER, Kind.COUNTED)
            listed = match[0] == "by" and self.last_content is Kind.COMMA
            return counted or listed or self.last_content in (Kind.ORDER, Kind.METRIC, Kind.ORDER_TAIL)
        return True

    def _number(self, at: int) -> Token | None:
        if self.text[at] not in "+-.0123456789":
            return None
        listed = self.last_content in (Kind.INDICATOR, Kind.HINT, Kind.COMMA) and self._in_list()
        number = number_at(self.folded, at, listed=listed)
        if number is None:
            return None
        return Token(kind=Kind.NUMBER, start=at, end=number.end, number=number)

    def _spelled(self, at: int) -> Token | None:
        number = spelled_at(self.folded, at)
        if number is None and self.last_content is Kind.METRIC:
            number = half_at(self.folded, at)
        return Token(kind=Kind.NUMBER, start=at, end=number.end, number=number) if number is not None else None

    def _in_list(self) -> bool:
        return self.depth > 0 or self.last_content in (Kind.INDICATOR, Kind.HINT)

    def _josa(self, at: int) -> Token | None:
        if self.last is None or self.last.end != at or self.last.kind in (Kind.WORD, Kind.STOP, Kind.COMMA):
            return None
        for kind, pattern in _JOSA:
            match = pattern.match(self.folded, at)
            if match is not None and self._ends_josa(match):
                return Token(kind=kind, start=at, end=match.end(), word=match[0])
        return None

    def _ends_josa(self, match: re.Match[str]) -> bool:
        after = self.folded[match.end() : match.end() + 1]
        if len(match[0]) > 1 or not "가" <= after <= "힣":
            return True
        return FORMS.match(self.folded, match.end()) is not None

    def _after_bars(self, at: int) -> Token | None:
        """What only a span before it makes an indicator: `20일선`, `10-day low`, `200-day average`."""
        number = self.last.number if self.last is not None and self.last.kind is Kind.NUMBER else None
        if number is None or number.unit not in (Unit.BARS, Unit.WEEKS):
            return None
        for kind, word, pattern in _AFTER_BARS:
            match = pattern.match(self.folded, at)
            if match is not None:
                return Token(kind=kind, start=at, end=match.end(), word=word)
        return None

    def _symbol(self, at: int) -> Token | None:
        match = _SYMBOL.match(self.text, at)
        if match is None:
            return None
        letters = match[2] or ""
        bare = not match[1]
        if bare and (len(letters) == 1 or letters in words.NOT_SYMBOLS or self.shouted):
            return None
        return Token(kind=Kind.SYMBOL, start=at, end=match.end(), word=match[0].lstrip("$"))

    def _mark(self, at: int) -> Token:
        mark = self.text[at]
        if mark in "([":
            self.depth += 1
        elif mark in ")]":
            self.depth = max(0, self.depth - 1)
        elif mark == "-":
            return Token(kind=Kind.RANGE, start=at, end=at + 1)
        word = _PLAIN_WORD.match(self.folded, at)
        if word is not None:
            return Token(kind=Kind.WORD, start=at, end=self._word_end(word))
        return Token(kind=_MARKS.get(mark, Kind.COMMA), start=at, end=at + 1)

    def _word_end(self, word: re.Match[str]) -> int:
        """Hangul runs on until a word of the field begins."""
        end = word.end()
        if not "가" <= word[0][0] <= "힣":
            return end
        while end < len(self.folded) and "가" <= self.folded[end] <= "힣" and not self._starts_term(end):
            end += 1
        return end

    def _starts_term(self, at: int) -> bool:
        match = FORMS.match(self.folded, at)
        if match is None and self.first is not None:
            own = self.first(self.folded, at, None, None)
            return own is not None and own.kind is not Kind.FILLER and own.end - at > 1
        return match is not None and len(match[0]) > 1 and "가" <= match[0][0] <= "힣"


def term_kind(form: str) -> Kind | None:
    """The kind of a form; None for a word that is not in the lexicon."""
    term = term_of(form)
    return term.kind if term is not None else None
