"""Whether a superlative asks for one run: `which run has the highest Sharpe`, `수익률이 제일 좋았던 게 뭐야`."""

import re

from domain.question_claims import Sentence

_PLURALS = (
    r"(?:runs|backtests|strategies|results|tests|systems|ones|those|these|trials|experiments|candidates|setups|them)"
)
_OUT_OF = re.compile(
    r"(?<![a-z])(?:among|amongst|out of|of|from|in|across|within|between|over) (?:all |any |each )?(?:of )?"
    rf"(?:the |my |our |these |those |all )*(?:[a-z0-9&/.-]+ ){{0,4}}?{_PLURALS}(?![a-z])"
)
_MANY = re.compile(rf"(?<![a-z]){_PLURALS}(?![a-z])")
_MANY_FIGURES = re.compile(
    r"(?<![a-z])(?:sharpes|sharpe ratios|returns|drawdowns|win rates|ratios|sortinos|calmars|volatilities|profits"
    r"|losses|gains|winners|losers|fees first|trades first|[a-z]+ factors)(?![a-z])"
)
_ONE = re.compile(
    r"(?<![a-z])(?:run|backtest|strategy|result|test|system|one|thing|single|trial|experiment|attempt|performer)(?![a-z])"
    r"|(?<![a-z])(?:what(?:'s| is| was)|which(?! have| are| were))(?![a-z])"
)
_SORTED = re.compile(
    r"(?<![a-z])(?:first|sort|sorted|rank|ranked|ranking|order|ordered|list|descending|ascending|then)(?![a-z])"
)
_WHICH = re.compile(
    r"(?:뭐야|뭐지|뭐니|뭐예요|뭐에요|뭐였|뭐더라|뭔가요|뭔지|뭘까|뭐죠|뭐임|무엇|어떤\s?(?:거|것|게|전략|백테스트)(?:야|지|예요|이야|인가|였|이에요|\?)"
    r"|어느\s?(?:거|것|전략|백테스트|쪽)|어떤\s?(?:거|건가|것인가))"
)
_KOREAN_MANY = re.compile(
    r"들(?:은|이|을|만|도|의|로|중|\s|\?|$)|순(?:으로|서|위|\s|$|대로)|부터|정렬|몇\s?(?:개|건)|상위|하위|뭐뭐|목록|리스트|전부|모두"
)


def asks_for_one(sentence: Sentence, span: tuple[int, int]) -> bool:
    """By the number of the noun, in English; by a question for one thing that follows, in Korean."""
    text = sentence.words.text.lower()
    tokens = sentence.words.tokens
    ranking = text[tokens[span[0]].start : tokens[span[1] - 1].end]
    if re.search("[가-힣]", ranking):
        return _WHICH.search(text, tokens[span[0]].start) is not None and _KOREAN_MANY.search(text) is None
    if re.search("[가-힣]", text) or _SORTED.search(text):
        return False
    alone = _OUT_OF.sub(" ", text)
    if _MANY.search(alone) or _MANY_FIGURES.search(ranking):
        return False
    return _ONE.search(alone) is not None
