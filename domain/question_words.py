"""The words of a question that the common lexicon does not know, or knows as something else."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from domain import vocabulary_figures as figures
from domain import vocabulary_korean as korean
from domain import vocabulary_orders as orders
from domain import vocabulary_questions as words
from domain import vocabulary_talk as talk
from domain.asking import MARKS_ASKING, asks_in_english, only_asks
from domain.filter_op import FilterOp
from domain.lexer_tokens import Token
from domain.lexicon import Lexicon
from domain.numbers import Number, Unit, number_at
from domain.numbers_counted import counted_at
from domain.numbers_shares import share_at
from domain.numbers_spelled import half_at
from domain.vocabulary import FORMS, Kind
from domain.vocabulary_indicators import CERTAIN_HINTS
from domain.vocabulary_purpose import PURPOSE

OTHER, YEAR = "other", "year"
_MORE = Lexicon(
    (
        (Kind.METRIC, figures.METRICS_TOO),
        (Kind.METRIC, {OTHER: figures.OTHER_METRICS}),
        (Kind.SIGN, figures.SIGNS),
        (Kind.HINT, CERTAIN_HINTS),
        (Kind.INDICATOR, words.INDICATORS_TOO),
        (Kind.PARAMETER, words.PARAMETERS_TOO),
        (Kind.FAMILY, words.FAMILIES_TOO),
        (Kind.SYMBOL, words.SYMBOLS_TOO),
        (Kind.FIGURE_VERB, figures.VERBS),
        (Kind.FIGURE_VERB, figures.OUTCOMES),
        (Kind.YEARLY, {YEAR: figures.YEARLY, OTHER: figures.OTHER_PACES}),
        (Kind.BEFORE, words.BEFORE_TOO),
        (Kind.AFTER, words.AFTER_TOO),
        (Kind.NEGATE_BEFORE, {"not": words.NEGATE_BEFORE_TOO}),
        (Kind.NEGATE_AFTER, {"not": words.NEGATE_AFTER_TOO}),
        (Kind.EDGE, {"start": words.STARTS, "end": words.ENDS, "completed": words.COMPLETED}),
        (Kind.EDGE, talk.EDGES_TALK),
        (Kind.SYMBOL, talk.COMPANIES),
        (Kind.INDICATOR, talk.INDICATORS_TALK),
        (Kind.METRIC, talk.FIGURES),
        (Kind.FIGURE_VERB, talk.DOINGS),
        (Kind.PARAMETER, talk.PARAMETERS_TALK),
        (Kind.ORDER, talk.SORTINGS),
        (Kind.ORDER_TAIL, talk.TAILS),
        (Kind.BEFORE, talk.BEFORE_TALK),
        (Kind.AFTER, talk.AFTER_TALK),
    )
)
_AFTER_A_NUMBER = (Kind.NUMBER, Kind.DATE, Kind.METRIC, Kind.RANGE, Kind.HALF, Kind.YEARLY)
_SPAN = (
    r"(?!\s?(?:about\s)?(?:\d+|[한두세네몇]|다섯|여섯|few|couple|two|three|four|five|six|ten|twelve)\s?(?:of\s)?"
    r"(?:개월|일|주|년|달(?!러)|시간|분기|영업일|days?|weeks?|months?|years?|quarters?|hours?))"
)
_RAN = r"(?:에|의)?(?:\s?(?:돌린|실행한|완료된|완료한|끝난|한|테스트한|돌려본|백테스트한))?(?![가-힣])"
_PRICES = (
    r"(?:에|의)?\s(?:[가-힣]+\s)?(?:고저|고점|저점|고가|저가|가격|범위|값|변동|박스"
    r"|오른|오르던|내린|떨어진|상승|하락|급등|급락|강한|약한)"
)
_ENGLISH_PRICES = (
    r"(?!\s(?:[a-z-]+\s){0,2}?(?:ranges?|highs?|lows?|high-low|prices?|peaks?|gains?|gainers?|losers?|winners?|moves?|rises?"
    r"|falls?|drops?|rall(?:y|ies)|strength|weakness|volatility|volume|momentum effect|swings?|extremes?)(?![a-z]))"
)
"""What was lately so in a market says nothing of when a run was made."""
_RECENT = re.compile(
    rf"(?:(?:가장|제일|젤)\s?)?(?:최근|최신)(?:\s?(?:순으로|순서대로|순서로|순))(?![가-힣])|(?:가장|제일|젤)\s?(?:최근|최신|마지막){_RAN}{_SPAN}"
    rf"|(?:최근|최신)(?!{_PRICES}){_RAN}{_SPAN}|최근\s?(?:것|거)부터|마지막으로\s?(?:돌린|실행한|한)"
    r"|(?<![a-z])(?:most\s?recent(?:ly)?|latest|newest|recent(?:ly)?)(?:\s(?:completed|run|finished|executed|ran)(?![a-z]))?(?![a-z])"
    rf"{_ENGLISH_PRICES}{_SPAN}|(?<![a-z])last(?=\s(?:\d+|two|three|four|five|six|seven|eight|nine|ten)?\s?(?:runs?|backtests?|results?|strateg|ones))"
)
_OLDEST = re.compile(
    r"(?:(?:가장|제일|젤)\s?)(?:오래된|오래전에?\s?돌린|먼저\s?돌린|예전에?\s?돌린)(?![가-힣])|오래된\s?(?:순으로|순서대로|순)(?![가-힣])"
    r"|(?<![a-z])(?:oldest|earliest)(?:\s(?:completed|run|executed)(?![a-z]))?(?![a-z])"
)
_RANK = re.compile(
    r"(?:[1일]\s?(?:등|위)?\s?(?:부터|에서|[~-])\s?(?P<last>\d{1,3})\s?(?:등|위)|(?P<n>\d{1,3}|[일삼오십])\s?(?:등|위)(?=\s?(?:까지|안에|안|이내|내)))"
    r"(?:\s?(?:까지|안에|안|이내|내)(?:의|에|만)?)?(?![가-힣])|(?P<one>1|일)\s?(?:등|위)(?![가-힣]{2})"
    r"|(?P<first>#\s?1|no\.?\s?1|number one)(?![a-z0-9])"
)
_RANKS = {"일": 1, "삼": 3, "오": 5, "십": 10}
_MORE_OR_LESS = (
    r"(?:(?:fewer|less|more|lower|higher|greater|smaller|larger|bigger|better|worse) (?:than|then)"
    r"|(?:above|over|below|under) (?:an? )?[-+$.\d])"
)
_AND = re.compile(rf"(?<![a-z])and(?= {_MORE_OR_LESS})")
_OR = re.compile(rf"(?<![a-z])or(?= {_MORE_OR_LESS})")
_THEN = re.compile(r"(?<![a-z])then(?: by)?(?![a-z])|(?:그\s?다음|같으면|동률이면|동점이면)(?:에|은|엔|으로|에는)?")
_ALL_BUT = re.compile(r"(?<![a-z])(?:every|all|any|each)(?:\s[a-z]+){0,2}\s$")
_SUB = re.compile(r"(?<![a-z])sub[- ]?(?=\d)")
_UNTIL_DAY, _SINCE_DAY = re.compile(r"(?<![a-z])on or before(?![a-z])"), re.compile(r"(?<![a-z])on or after(?![a-z])")
_NEVER = re.compile(r"(?<![a-z])never(?![a-z])")
_EXPLICIT = re.compile(r"(?<![\w)%])\+(?=\.?\d)")
_CONTRACTED = re.compile(
    r"(?<![a-z])(?:is|was|are|were|does|did|do|has|have|had|ca|wo|would|should|could)n['’]?t(?![a-z])"
)
_MINUS = re.compile(r"(?:마이너스|minus|negative)\s?(?=\d)")
_PLUS = re.compile(r"(?:플러스|plus)\s?(?=\d)")
_YEAR_BEFORE = re.compile(r"연(?=\s?\d)|연간(?=\s?\d)|연평균(?=\s?\d)|매년(?=\s?\d)")
_LAST = r"(?![a-z])(?=\s*(?:$|[,;?!)]|\.(?!\d)|(?:and|but|on|for|with|in|trades?|drawdown)(?![a-z])))"
_AT_LEAST = re.compile(rf"(?<![a-z])(?:at (?:the )?(?:least|minimum)|minimum|min){_LAST}")
_AT_MOST = re.compile(rf"(?<![a-z])(?:at (?:the )?(?:most|maximum)|maximum|max){_LAST}")
_LATE = (
    (_AT_LEAST, FilterOp.GE),
    (_AT_MOST, FilterOp.LE),
    (re.compile(r"(?<![a-z])(?:over|above)(?=\s*(?:$|[,;?!가-힣]))"), FilterOp.GT),
    (re.compile(r"(?<![a-z])(?:under|below)(?=\s*(?:$|[,;?!가-힣]))"), FilterOp.LT),
)
"""Comparators of English that come after their number where nothing follows."""
_ONWARDS = re.compile(r"(?:것|거|순|쪽|애)들?\s?부터")
_FROM = re.compile(r"(?<![a-z])from(?=\s[-+]?\d+(?:\.\d+)?\s?(?:%|percent|pct|to\s\d{1,3}(?!\d)))")
_HALF = re.compile(r"반(?=\s?(?:이상|이하|초과|미만|넘|은|도|을|이))")
_EITHER = re.compile(
    r"(?:둘|셋|세\s?개|두\s?개)\s?(?:중|가운데)(?:에|에서)?\s?(?:하나|한\s?(?:개|쪽|곳))(?:에서|라도|로|만|의|에)?"
    r"|둘\s?중|모두(?=\s?(?:보여|찾|알려|골라|뽑|나열|리스트|출력|조회))|한\s?번이라도"
    r"|몇\s?(?:개|건|가지)(?:나|야|인지|지|인가)?(?![가-힣])|(?:위|앞|처음)(?:에서|부터)(?=\s?(?:\d|[가-힣]{1,2}\s?개))"
    r"|(?:거래|매매)(?:의|\s?(?:중|가운데)(?:에|에서)?)"
    r"(?=\s?(?:\d+(?:\.\d+)?\s?(?:%|퍼|프로)|절반|[일이삼사오육칠팔구십]+\s?(?:퍼|프로|할)))"
    r"|[가-힣]{1,8}(?:와|과|랑|이랑)?(?:는|은)?\s?(?:상관|관계)\s?없이"
    r"|(?<=[%t] )of (?:the |its |their |all |my )?(?:trades|transactions|positions)(?![a-z])"
    r"|한\s?해(?:\s?(?:동안|내내))?(?:에만|만|에)?(?![가-힣])"
    r"|(?<![a-z])(?:of )?the time(?! in| spent| stop)(?![a-z])"
    r"|(?<![a-z])regardless of (?:the |its |my )?[a-z]+(?![a-z])"
    r"|(?<![a-z])(?:either(?:\sone)?\sof|of (?:the|my) time|set (?:to|at))(?![a-z])"
    r"|(?<![a-z])(?:pull|bring|look|dig|come) up(?: with)?(?![a-z])|(?<![a-z])first(?=\s(?:\d|two|three|four|five|ten))"
)
_SINGLE = re.compile(
    r"(?<![a-z])(?:(?:just|only|exactly)\s(?:the\s)?one|single)(?![a-z]|[\s-]?digit)|(?<![a-z])(?:one|1)(?=\s(?:single|best|worst)(?![a-z]))"
)
_ONE_OR = re.compile(r"(?<![a-z])one(?=\s(?:or|and)\s(?:more|above|better|higher|over|up|greater)|\s*(?:$|[,.;?!]))")
_RUN = re.compile("[가-힣]+")
_ENGLISH = re.compile(r"[a-z]+(?:['’-][a-z]+)*(?![a-z])")
_LONGEST, _LOOK = 18, 40
_JOSA = frozenset((*korean.JOSA, *korean.JOSA_ANDS, *korean.JOSA_ORS))


@dataclass(frozen=True, slots=True)
class _Here:
    """A place in a text in lower case, the word before it, the last kind of word that matters."""

    text: str
    at: int
    last: Token | None
    content: Kind | None


def question_word(text: str, at: int, last: Token | None, content: Kind | None) -> Token | None:
    """The word of a question that begins here, if it is none of the common ones."""
    letter = text[at]
    if not (letter.isalnum() or letter in "+#≧⩾≦⩽＞＜\"'/ㄱㅋ"):
        return None
    here = _Here(text, at, last, content)
    for read in _READERS:
        token = read(here)
        if token is not None:
            return token
    return None


_PATTERNS: tuple[tuple[re.Pattern[str], Kind, str], ...] = (
    (_RECENT, Kind.ORDER, orders.RECENT),
    (_OLDEST, Kind.ORDER, orders.OLDEST),
    (_EITHER, Kind.FILLER, ""),
    (PURPOSE, Kind.FILLER, ""),
    (_YEAR_BEFORE, Kind.YEARLY, YEAR),
    (_FROM, Kind.FILLER, ""),
    (_AND, Kind.AND, "and"),
    (_OR, Kind.OR, "or"),
    (_SUB, Kind.BEFORE, FilterOp.LT),
    (_UNTIL_DAY, Kind.DATE_BOUND, "until"),
    (_SINCE_DAY, Kind.DATE_BOUND, "since"),
    (_THEN, Kind.ORDER, orders.BY),
    (_NEVER, Kind.NEGATE_BEFORE, "not"),
    (_CONTRACTED, Kind.NEGATE_BEFORE, "not"),
    (_ONWARDS, Kind.ORDER_TAIL, orders.BY),
)


_BEFORE_A_SHARE = (Kind.METRIC, Kind.BEFORE, Kind.FIGURE_VERB)


def _special(here: _Here) -> Token | None:
    text, at = here.text, here.at
    for pattern, kind, word in _PATTERNS:
        match = pattern.match(text, at)
        if match is not None:
            return Token(kind=kind, start=at, end=match.end(), word=word)
    if text.startswith("but ", at) and _ALL_BUT.search(text[max(0, at - _LOOK) : at]):
        return Token(kind=Kind.NEGATE_BEFORE, start=at, end=at + 3, word="not")
    if here.content is Kind.NUMBER or (here.content is Kind.METRIC and text[at - 1 : at] == " "):
        for pattern, op in _LATE:
            match = pattern.match(text, at)
            if match is not None:
                return Token(kind=Kind.AFTER, start=at, end=match.end(), word=op)
    if here.content in _BEFORE_A_SHARE and (number := half_at(text, at) or _half(text, at)) is not None:
        return Token(kind=Kind.NUMBER, start=at, end=number.end, number=number)
    return None


def _half(text: str, at: int) -> Number | None:
    match = _HALF.match(text, at)
    return Number(value=50.0, unit=Unit.PERCENT, start=at, end=match.end()) if match is not None else None


def _rank(here: _Here) -> Token | None:
    """`1위`, `10위까지`: that many, the best first."""
    text, at = here.text, here.at
    match = _RANK.match(text, at) or _SINGLE.match(text, at)
    if match is None:
        return None
    named = match.groupdict().get("n") or match.groupdict().get("last")
    value = 1 if named is None else _RANKS.get(named) or int(named)
    number = Number(value=float(value), unit=Unit.COUNT, start=at, end=match.end())
    if match.re is _SINGLE:
        return Token(kind=Kind.NUMBER, start=at, end=match.end(), number=number)
    return Token(kind=Kind.ORDER, start=at, end=match.end(), word=orders.GOOD, number=number)


def _signed(here: _Here) -> Token | None:
    text, at = here.text, here.at
    for pattern, sign in ((_MINUS, -1), (_PLUS, 1), (_EXPLICIT, 1)):
        match = pattern.match(text, at)
        number = number_at(text, match.end()) if match is not None else None
        if number is not None:
            signed = replace(number, value=sign * number.value, start=at)
            return Token(kind=Kind.NUMBER, start=at, end=number.end, number=signed)
    return None


def _counted(here: _Here) -> Token | None:
    text, at = here.text, here.at
    number = counted_at(text, at)
    one = _ONE_OR.match(text, at) if here.content in _BEFORE_A_SHARE else None
    if one is not None:
        number = Number(value=1.0, unit=Unit.PLAIN, start=at, end=one.end())
    if here.content in _BEFORE_A_SHARE:
        number = share_at(text, at) or number
    return Token(kind=Kind.NUMBER, start=at, end=number.end, number=number) if number is not None else None


def _more(here: _Here) -> Token | None:
    text, at = here.text, here.at
    found = _MORE.match(text, at)
    if found is None:
        return None
    term, match = found
    common = FORMS.match(text, at)
    if common is not None and common.end() > match.end():
        return None
    if term.kind is Kind.AFTER and here.last is not None and here.content not in _AFTER_A_NUMBER:
        return None
    if term.kind is Kind.ORDER_TAIL and here.content not in (Kind.ORDER, Kind.METRIC, Kind.ORDER_TAIL):
        return None
    if term.kind is Kind.SYMBOL and text[match.end() : match.end() + 1] == "_":
        return None
    return Token(kind=term.kind, start=at, end=match.end(), word=term.word)


def _asking(here: _Here) -> Token | None:
    """A word that asks and says nothing; after another word what only ends it."""
    text, at = here.text, here.at
    run = _RUN.match(text, at)
    if run is not None:
        attached = at > 0 and here.last is not None and here.last.end == at and here.last.kind is not Kind.COMMA
        inside = at > 0 and "가" <= text[at - 1] <= "힣"
        if len(run[0]) > _LONGEST or (inside and not attached) or (attached and run[0] in _JOSA):
            return None
        if not only_asks(run[0], attached=attached) or _is_common(text, at, run.end()):
            return None
        return Token(kind=Kind.FILLER, start=at, end=run.end())
    marks = MARKS_ASKING.match(text, at)
    if marks is not None:
        return Token(kind=Kind.FILLER, start=at, end=marks.end())
    word = _ENGLISH.match(text, at) if not text[at - 1 : at].isalpha() else None
    if word is not None and asks_in_english(word[0]) and not _is_common(text, at, word.end() + 1):
        return Token(kind=Kind.FILLER, start=at, end=word.end())
    return None


def _is_common(text: str, at: int, end: int) -> bool:
    """Whether the common lexicon has a word here: in English one that is as long or longer."""
    common = FORMS.match(text, at)
    return common is not None and (common.end() >= end or ("가" <= text[at] <= "힣" and common.end() > at + 1))


_READERS: tuple[Callable[["_Here"], Token | None], ...] = (
    _special, _rank, _signed, _counted, _more, _asking,
)  # fmt: skip
