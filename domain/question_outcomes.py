"""Whether a run made money or lost it, said without a number: `profitable`, `손실 안 난`, `never lost money`."""

import re

from domain.filters import Filter, FilterOp
from domain.ordering import Order
from domain.question_claims import Claim, Sentence
from domain.question_negation import flipped, governed
from domain.question_singular import asks_for_one
from domain.vocabulary import Kind

_KOREAN = (
    r"(?:이|가|을|를|은|는|도)?\s?(?:(?:한\s?번도|전혀|절대|아직|결코)\s?)?"
    r"(?P<adverb>(?:안|못)(?=\s?[나난내낸보본입벌번버잃날]))?\s?"
)
_ENDING = r"(?P<ending>지(?:는|도|를)?\s?(?:않|못)[가-힣]*)"
_VERBS = (
    rf"(?:(?:나|내|보|입|벌|잃|날리){_ENDING}"
    r"|난|낸|나는|내는|본|보는|입은|났[가-힣]*|냈[가-힣]*|봤[가-힣]*|번|버는|벌었[가-힣]*|벌고|내고|나고"
    r"|잃은|잃는|잃었[가-힣]*|날린|날렸[가-힣]*)"
)
_NO_ESCAPE = r"(?!(?:를|을|에서|로|이|가)?\s?(?:전환|피[하한해했]|면[하한해했]|모면|탈출|벗어|막))"
_NO_TRADES = r"(?!\s?거래)"
_GAINS = (
    re.compile(rf"(?:수익|이익|흑자){_KOREAN}{_VERBS}{_NO_TRADES}"),
    re.compile(r"(?:수익|이익|흑자|플러스)로\s?(?:끝|마감|마무리)[가-힣]*"),
    re.compile(rf"돈{_KOREAN}(?:벌{_ENDING}|번(?!째)|버는|벌었[가-힣]*|벌고){_NO_TRADES}"),
    re.compile(
        rf"흑자{_NO_ESCAPE}|(?<![a-z])(?:profitable(?! trade)"
        r"|(?:made|make|makes|making|earned|earn) (?:any |some )?money"
        r"|winning(?= (?:strateg|backtest|run|ones))"
        r"|(?<!\bbuy )(?<!\bbuys )(?<!\bthat )(?<!\bride )(?<!\brides )(?<!\bpast )(?<!\brecent )(?<!\bchases )"
        r"(?:winners?|gainers?)(?! (?:keep|win|run|stay|continue|go|going|tend|will|that))|money[ -]?makers?)(?![a-z])"
    ),
)
_NO_GAIN = re.compile(r"(?:수익|이익)(?:이|도)?\s?(?P<ending>없(?:는|던|었던))(?!\s?거래)")
_LOSSES = (
    re.compile(rf"(?:손실|손해|적자){_KOREAN}{_VERBS}{_NO_TRADES}"),
    re.compile(r"(?:손실|손해|적자)로\s?(?:끝|마감|마무리)[가-힣]*"),
    re.compile(
        r"(?:원금|투자금|본전)(?:을|도|이|마저)?\s?(?:다\s?)?"
        r"(?:까먹|잃|날리|날린|날렸|깎|갉아|축[내낸])[가-힣]*"
        r"|(?:원금|본전)(?:을|도|이)?\s?(?:못\s?(?:건|찾|지킨)[가-힣]*|(?:건지|찾|지키)지\s?못[가-힣]*)"
    ),
    re.compile(r"(?:손실|손해)(?:이|가|은|도)?\s?(?P<ending>없(?:는|던|었던|이))(?!\s?거래)"),
    re.compile(rf"돈{_KOREAN}(?:(?:잃|날리){_ENDING}|잃은|잃는|잃었[가-힣]*|날린|날렸[가-힣]*){_NO_TRADES}"),
    re.compile(
        rf"적자{_NO_ESCAPE}|(?<![a-z])(?:unprofitable(?! trade)"
        r"|(?:lost|lose|loses|losing) (?:any |some )?money|loss[- ]making|losers?|money[ -]?losers?"
        r"|losing(?! (?:trade|streak|day|week|month|position|percent)))(?![a-z])"
    ),
)
_NO_TRADE = (
    re.compile(
        r"(?:거래|매매|체결)(?:가|를|도|이)?\s?(?:(?:단\s?)?한\s?(?:번|건)도\s?|전혀\s?|아예\s?)?(?:없(?:는|던|었던)|안\s?한|안\s?했던|하지\s?않[은았던]+)"
    ),
    re.compile(
        r"(?<![a-z])(?:no|without (?:any|a single)|not a single|never made a) trades?(?![a-z])"
        r"(?!\s?(?:over|above|under|below|more))"
    ),
)
_CONNECTIVE = re.compile(r"(?:고|며|면서|지만|는데)$")


_MEANT = (
    ((*_GAINS, _NO_GAIN), "total_return", FilterOp.GT),
    (_LOSSES, "total_return", FilterOp.LT),
    (_NO_TRADE, "trade_count", FilterOp.EQ),
)
_DEGREE = re.compile(r"(?<![a-z])(most|least|가장|제일)\s$")


def read_outcomes(sentence: Sentence) -> None:
    """Claims outcomes with the negations that govern them; one whose negation is unclear is shown as unapplied."""
    for patterns, field, op in _MEANT:
        for pattern in patterns:
            for match in pattern.finditer(sentence.words.text.lower()):
                _claim(sentence, match, Filter(field=field, op=op, value=0.0))


def _claim(sentence: Sentence, match: re.Match[str], condition: Filter) -> None:
    tokens = sentence.words.tokens
    inside = [i for i, token in enumerate(tokens) if token.start < match.end() and token.end > match.start()]
    if not inside or any(sentence.letters[i] in "_N" for i in inside):
        return
    if (
        sentence.letters[inside[0]] == Kind.FIGURE_VERB
        and Kind.ORDER in sentence.letters[max(0, inside[0] - 2) : inside[0]]
    ):
        return  # `the biggest losers` is a ranking
    around = governed(sentence, inside[0], inside[-1] + 1, adnominal=_CONNECTIVE.search(match[0]) is None)
    if around.negations is None:
        sentence.claim(Claim(first=around.first, last=around.last, unapplied=True))
        return
    if around.first < inside[0] and sentence.letters[inside[-1] + 1 : inside[-1] + 2] in set("SIFT"):
        # `exclude losing IBM runs` leaves out neither all that lose nor all on IBM.
        last = next(i for i in range(around.last, len(tokens) + 1) if sentence.letters[i : i + 1] not in set("SIFT"))
        sentence.claim(Claim(first=around.first, last=last, unapplied=True))
        return
    degree = _DEGREE.search(sentence.words.text[: match.start()].lower())
    if degree is not None and not around.negations:
        first = sum(token.start < degree.start() for token in tokens)
        turned = (condition.op is FilterOp.LT) != (degree[1] == "least")
        order = Order(field="total_return", descending=not turned)
        limit = 1 if asks_for_one(sentence, (first, around.last)) else None
        sentence.claim(Claim(first=first, last=around.last, order=order, limit=limit))
        return
    if condition.op is FilterOp.EQ:
        sentence.claim(
            Claim(
                first=around.first,
                last=around.last,
                filters=(flipped(condition),) if around.negations % 2 else (condition,),
            )
        )
        return
    own = sum(bool(match.groupdict().get(name)) for name in ("adverb", "ending"))
    meant = flipped(condition) if (own + around.negations) % 2 else condition
    sentence.claim(Claim(first=around.first, last=around.last, filters=(meant,)))
