"""Which negations govern a stretch of a question: what is negated is never executed as it stands."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from domain.asking import asks
from domain.filters import Filter, FilterOp
from domain.question_claims import Sentence

FLIPPED = {
    FilterOp.GE: FilterOp.LT, FilterOp.LT: FilterOp.GE, FilterOp.GT: FilterOp.LE, FilterOp.LE: FilterOp.GT,
    FilterOp.EQ: FilterOp.NE, FilterOp.NE: FilterOp.EQ, FilterOp.IN: FilterOp.NOT_IN, FilterOp.NOT_IN: FilterOp.IN,
}  # fmt: skip
_REACH = 300
"""How many characters a negation reaches; bounded, so that no text takes long."""
_CONTENT = "•"
# What a negation may stand before or after; words of these kinds are seen as they are written, the rest as content.
_SEEN = "GgVJAOcozxQqNBLr"
_LISTING = r"excludes?|omit|leave out|drop|remove|skip|ignore|hide|filter out"
_MODIFYING = (
    r"excluding|except for|except|without|leaving out|omitting|other than|apart from|anything but|minus|ignoring"
    r"|outside(?: of)?|besides|aside from|rather than|instead of|not counting|sans|w/o"
)
_PLAIN = (
    r"nothing(?! but(?![a-z]))|cannot|not using|not use|not with|not|never|non|no|none|neither|nor|hardly"
    r"|avoid(?:s|ed|ing)?|fail(?:s|ed|ing)? to|\w+n['’]?t"
)
_BEFORE = re.compile(rf"(?<![a-z])(?:(?P<listing>{_LISTING})|(?P<modifying>{_MODIFYING})|(?P<plain>{_PLAIN}))(?![a-z])")
_FALSE = re.compile(r"(?:want|different|recent|current|point|percent|instrument|investment|important|consistent)$")
_LIGHTS = """
    with and to
    did does do done doing ever yet been be being really actually even include including count keep return
    consider considered who any those these it ones one i but has have had also still just either
    used uses trade traded trades contain contains based
"""
_LIGHT = frozenset(_LIGHTS.split())
_LIGHT_AFTER = (
    r"(?:\s|[\"')\]:]|전략|(?<![가-힣])(?:다|싹|전부|모두|좀|제발)(?![가-힣])|결과|백테스트|종목|케이스|경우|기록|것|거|건|걸|게|애|놈|쪽|적|들|만|은|는|이|가|을|를|도|인"
    r"|였던|하는|한|된|의|로|으로|ones?|runs?|strateg(?:y|ies)|results?|backtests?|are|is|were|was|should|must|to|be)*"
)
_NEGATOR_AFTER = (
    r"(?:지(?:는|도|를)?\s?(?:않|못[하한했])[가-힣]*|말고|말구|빼고|빼줘|빼 줘|빼|뺀|제외[가-힣]*|아닌|아니[가-힣]*"
    r"|않[가-힣]*|없(?:[는이던었][가-힣]*|을(?!까|지)[가-힣]*)|이외|외에"
    r"|(?:안|못)\s?(?:되|된|돼)[가-힣]*|excluded|omitted|left out)"
)
_AFTER = re.compile(_LIGHT_AFTER + _NEGATOR_AFTER)
_LATER = re.compile(
    rf"(?P<negator>{_NEGATOR_AFTER})|[,.;?!\n]|중(?:에|에서|에는)?(?![가-힣])|가운데|고(?![가-힣])|면서|지만|[인는]데|그리고"
    r"|(?<![a-z])(?:and|but)(?![a-z])"
)
_ENDS_MODIFYING, _ENDS_PLAIN = r"[,:]|(?<![a-z])(?:where|whose)(?![a-z])", r"[,:]|(?<![a-z])(?:and|with)(?![a-z])"
_NOUN = re.compile(r"(?<![a-z])(?:ones?|those|runs?|backtests?|results?|strateg(?:y|ies)|tests?)(?![a-z])")
"""`except Bollinger runs where …` leaves out only some of them, `except Bollinger where …` goes on."""
_FREED = re.compile(r"[.;?!\n]|(?<![a-z])but(?![a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Governed:
    """Tokens `first` up to and without `last` with their negations, how many there are; None where none can say."""

    first: int
    last: int
    negations: int | None


def flipped(condition: Filter) -> Filter:
    """The condition that a run with the value meets exactly where it does not meet this one."""
    return Filter(field=condition.field, op=FLIPPED[condition.op], value=condition.value)


def governed(sentence: Sentence, first: int, last: int, *, adnominal: bool = True, ranking: bool = False) -> Governed:
    """The negations around tokens `first` up to `last`; `adnominal` where the words describe what comes after them.

    What a list leaves out is no `ranking` after a comma.
    """
    shown = sentence.shown = sentence.shown or _shown(sentence)
    start, end = sentence.words.tokens[first].start, sentence.words.tokens[last - 1].end
    before, begin = _before(shown, start, ranking=ranking)
    after, finish = _after(shown, end, adnominal=adnominal)
    reach = Governed(first=_index(sentence, begin), last=_index(sentence, finish), negations=None)
    if before is None or after is None:
        return reach
    return Governed(first=reach.first, last=reach.last, negations=before + after)


def _shown(sentence: Sentence) -> str:
    """The text in lower case, in which only words that say nothing of a run can be read."""
    text = list("".join(c.lower() if len(c.lower()) == 1 else c for c in sentence.words.text))
    for token in sentence.words.tokens:
        if token.kind not in _SEEN:
            text[token.start : token.end] = _CONTENT * (token.end - token.start)
    return "".join(text)


def _index(sentence: Sentence, place: int) -> int:
    return bisect_left(sentence.words.tokens, place, key=lambda token: token.start)


def _before(shown: str, start: int, *, ranking: bool) -> tuple[int | None, int]:
    """How many negations before govern what starts here, and where the first of them starts."""
    reach = max(0, start - _REACH)
    freed = max((match.end() for match in _FREED.finditer(shown, reach, start)), default=reach)
    count, at = 0, start
    for match in reversed(list(_BEFORE.finditer(shown, freed, start))):
        between = shown[match.end() : at]
        if _FALSE.search(match[0]):
            continue
        if _is_light(between):
            count, at = count + 1, match.start()
        elif not _is_over(match, between, ranking=ranking):
            return None, start
    return count, at


def _is_light(between: str) -> bool:
    found = re.findall(r"[^\W_]+|[,•]", between)
    return all(word in _LIGHT or asks(word) for word in found)


def _is_over(match: re.Match[str], between: str, *, ranking: bool) -> bool:
    """Whether the negation had something of its own to govern, and a comma or a conjunction ended that."""
    ends = {"listing": "[,:]" if ranking else "(?!)", "modifying": _ENDS_MODIFYING, "plain": _ENDS_PLAIN}[
        match.lastgroup or ""
    ]
    return any(_ends(between[: end.start()], end[0]) for end in re.finditer(ends, between))


def _ends(before: str, ended_by: str) -> bool:
    return not _is_light(before) and not (ended_by in ("where", "whose") and _NOUN.search(before))


def _after(shown: str, end: int, *, adnominal: bool) -> tuple[int | None, int]:
    """How many negations after govern what ends here, and where the last of them ends."""
    count, at = 0, end
    while (match := _AFTER.match(shown, at)) is not None:
        count, at = count + 1, match.end()
    if count or not adnominal:
        return count, at
    later = _LATER.search(shown, end)
    return (None, later.end()) if later is not None and later["negator"] else (0, end)


def is_negated(sentence: Sentence, index: int) -> bool:
    """Whether the negations right around one token turn it round: `runs that don't use RSI`."""
    negations = governed(sentence, index, index + 1, adnominal=False).negations
    return negations is not None and negations % 2 == 1
