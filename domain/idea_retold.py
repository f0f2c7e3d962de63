"""A request in plainer words: turns of phrase that no single word gives away, before its numbers find their places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.lexer_tokens import Token, Words
from domain.numbers import Unit
from domain.vocabulary import Kind

_TIMES = r"\d+(?:\.\d+)?\s?(?:x|배|times)?\s?\*?\s?"
_STOPS = r"(?:trailing\s|트레일링\s)?(?:손절매?|익절|스탑|stop(?:\sloss)?|stoploss|take profit|target)"
_LENGTH = r"(?:\s?\(\d+\)|\s\d+(?=\s\d))"
_SPANS = r"(?:일|봉|거래일|주|개월|시간)"
_SURELY = r"(?:무조건\s?|전량\s?|자동\s?)"
_LEAVING = r"(?:청산|매도|정리|파는|판다|팔고|팔아|팔기|팔면)"
_POSITION = r"(?:\sthe\s(?:trade|position)|\sit)"
_BARS = r"(?:trading\s)?(?:bar|day|candle|week|session|month)s?(?![a-z])"
_OF_RISK = r"(?:\s(?:of|on)\s[a-z ]*?(?:equity|capital|account|portfolio))?(?:\s(?:per|a|each)\s(?:trade|position))?"
_NOT_BARE = (
    r"(?![\s-]?(?:[=\d]|term|run|window|period|length|lived|ma\b|sma|ema|moving|average|strateg|position|side|selling))"
)
UNUSABLE: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![a-z]){_STOPS}(?:\s(?:loss|at|of|is))*[은는을를]?\s?{_TIMES}atr(?:\s?\(\d+\))?",
        rf"(?:{_TIMES})?(?<![a-z])atr{_LENGTH}?(?:의|로)?\s?(?:{_TIMES})?{_STOPS}(?:\s\d+(?:\.\d+)?배)?(?!\s?\d)",
        rf"(?<![a-z])risk(?:ing|s)?\s(?:only\s|about\s)?\d+(?:\.\d+)?\s?%{_OF_RISK}",
        rf"\d+(?:\.\d+)?\s?%\s(?:of\s)?risk{_OF_RISK}",
        r"(?:(?:거래|매매)당\s?)?(?:리스크|위험)[은는을를]?\s?\d+(?:\.\d+)?\s?%",
    )
)
"""What a request may state and a strategy of ours has no place for: stops in ranges, losses planned for a trade."""

_PHRASES: tuple[tuple[Kind, str, re.Pattern[str]], ...] = tuple(
    (kind, word, re.compile("|".join(patterns)))
    for kind, word, *patterns in (
        (
            Kind.NEGATE_BEFORE, "not",
            r"(?<![a-z])(?:(?:do not|don['’]?t|never) (?:use|want|include|add)|avoid(?:ing)?|instead of)(?![a-z])",
        ),
        (
            Kind.NEGATE_AFTER, "not",
            r"(?:쓰지|사용하지|이용하지|넣지)\s?(?:말고|말\s?것|마|않고|않는|않은)", r"안\s?쓰고", "금지", "배제하고",
        ),
        (
            Kind.RISK, "max_holding_bars",
            rf"(?<![a-z])(?:exit|sell|close|cover|get out|out)s?{_POSITION}?\s(?:after|in)(?=\s\d+[\s-]?{_BARS})",
            rf"(?<![a-z])(?:exit|sell|close|cover)s?(?=\s\d+\s{_BARS}\slater)",
            rf"(?<=\d){_SPANS}\s?(?P<told>(?:뒤|후|지나면|경과)(?:에|에는)?\s?(?:후\s?)?{_SURELY}?{_LEAVING})",
        ),
        (
            Kind.RISK, "take_profit",
            r"(?<=%)\s?(?P<told>(?:profit\s)?target)(?![a-z])",
            r"(?<![a-z])target(?=\s(?:of\s|at\s)?\d+(?:\.\d+)?\s?%)",
        ),
        (
            Kind.WORD, "",
            r"(?<![a-z])closes?(?=\s(?:back\s|up\s)?(?:below|above|under|over|outside|at|beneath))",
        ),
        (
            Kind.ACTION, "exit",
            r"(?<![a-z])(?:buy(?:s|ing)?\s(?:to\scover|back)|cover(?:s|ing)?)(?![a-z])",
            r"되사\w?", "환매수?", r"숏\s?커버\w?", "정리(?=하|해|한)",
        ),
        (Kind.CROSS, "crosses_above", r"(?<![a-z])cross(?:es|ing)?\sup(?:wards?)?(?:\sthrough)?(?![a-z])"),
        (Kind.CROSS, "crosses_below", r"(?<![a-z])cross(?:es|ing)?\sdown(?:wards?)?(?:\sthrough)?(?![a-z])"),
        (Kind.ACTION, "entry", r"(?<![가-힣])들어가(?!지)"),
        (
            Kind.DIRECTION, "short",
            rf"(?<![a-z-])(?<!in )short(?:s|ed)?(?![a-z]){_NOT_BARE}",
            r"(?<![a-z])fad(?:es?|ing)(?=(?:\s\w+){0,3}\s(?:upper|golden|rall|highs?|spikes?|strength|breakouts?))",
        ),
        (
            Kind.DIRECTION, "long",
            rf"(?<![a-z-])(?<!as )(?<!how )(?<!go )long(?!\s(?:when|if|above|below)\s)(?![a-z]){_NOT_BARE}",
        ),
    )
)  # fmt: skip
_NUMBERED = re.compile(r"K[JVPq=]*x?[JVP]*N|N[JV]*K")
_CODE_LENGTH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """The request's words, and the texts in it that no strategy of ours can hold."""

    words: Words
    unusable: tuple[str, ...]


def retold(words: Words) -> Retold:
    """The same request with turns of phrase as single words."""
    folded = "".join(c.lower() if len(c.lower()) == 1 else c for c in words.text)
    unusable = [match.span() for pattern in UNUSABLE for match in pattern.finditer(folded)]
    unusable = [span for i, span in enumerate(unusable) if not any(_meet(span, other) for other in unusable[:i])]
    spans = [(start, end, Kind.WORD, "unusable") for start, end in unusable]
    spans += [span for span in _phrases(folded) if not any(_meet(span[:2], other) for other in unusable)]
    tokens = _with_exits(_without_colons(words, tuple(_replaced(words, sorted(spans)))))
    told = Words(text=words.text, tokens=tokens, letters="".join(token.kind for token in tokens))
    return Retold(words=told, unusable=tuple(words.text[start:end].strip() for start, end in unusable))


def _phrases(folded: str) -> Iterator[tuple[int, int, Kind, str]]:
    taken: list[tuple[int, int]] = []
    for kind, word, pattern in _PHRASES:
        for match in pattern.finditer(folded):
            group = next((name for name, told in match.groupdict().items() if told), 0)
            span = match.span(group)
            if not any(_meet(span, other) for other in taken):
                taken.append(span)
                yield (*span, kind, word)


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _replaced(words: Words, spans: list[tuple[int, int, Kind, str]]) -> Iterator[Token]:
    """The tokens in order; those that a span touches make way for it, a longer form of the same kind stays."""
    waiting = list(spans)
    end_of_last = 0
    for token in words.tokens:
        while waiting and waiting[0][0] < token.end:
            start, end, kind, word = waiting.pop(0)
            if token.start < start and token.kind in (Kind.DIRECTION, Kind.ACTION, Kind.SYMBOL, Kind.RISK):
                continue
            if token.kind is kind and token.end > end:
                continue
            yield Token(kind=kind, start=start, end=end, word=word)
            end_of_last = end
        if token.start >= end_of_last:
            yield _as_code(words, token)


def _as_code(words: Words, token: Token) -> Token:
    """Six digits without a unit, such as 005930, are a Korean listing."""
    digits = words.text[token.start : token.end].strip()
    plain = token.kind is Kind.NUMBER and token.number is not None and token.number.unit is Unit.PLAIN
    if plain and len(digits) == _CODE_LENGTH and digits.isdigit() and not digits.endswith("0000"):
        return Token(kind=Kind.SYMBOL, start=token.start, end=token.end, word=digits)
    return token


def _without_colons(words: Words, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """`매수: 30 이하`, `stop: 5%`: the colon after a heading ends nothing."""
    headings = (Kind.ACTION, Kind.RISK, Kind.DIRECTION)
    pairs = zip((None, *tokens), tokens, strict=False)
    return tuple(
        token
        for before, token in pairs
        if before is None or before.kind not in headings or words.text[token.start : token.end] != ":"
    )


def _with_exits(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """`상단에서 익절`: a stop or target without a number says when to leave."""
    letters = "".join(token.kind for token in tokens)
    numbered = {i for match in _NUMBERED.finditer(letters) for i in range(match.start(), match.end())}
    return tuple(
        Token(kind=Kind.ACTION, start=t.start, end=t.end, word="exit")
        if t.kind is Kind.RISK and t.word in ("stop_loss", "take_profit") and i not in numbered
        else t
        for i, t in enumerate(tokens)
    )
