"""How many are wanted, where no ranking says it: `RSI 전략 4개`, `10 losing AAPL runs`, `세 개만`."""

import re

from domain.question_claims import Claim, Sentence, compiled
from domain.question_orders import whole_count
from domain.vocabulary import Kind

_COUNTS = (compiled(r"(?<![IRHMrNc=PCBKkx])(?P<n>N)(?=(?P<after>[_VJAIFHSTcz]{0,12}(?P<o>o|$)))"), compiled("(?P<n>N)"))
_COUNTED = re.compile(r"(?:개|가지|건|하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열)\s*$")
_LEADING = ("of", "at", "to", "with", "by", "into", "than", "was", "is")
"""After these an English number says a value."""
_MOST_RUNS = 1_000
"""Nobody asks for more of them than that: it is an amount."""
_NOT_RUNS = ("지표", "종목", "심볼", "조건", "파라미터", "매개변수", "indicators", "symbols")


def read_counts(sentence: Sentence) -> None:
    """Claims how many are wanted, once; what counts and cannot be a limit is shown as unapplied."""
    limited = any(claim.limit is not None for claim in sentence.claims)
    for match in sentence.matches(*_COUNTS):
        at = match.start("n")
        count = whole_count(sentence.words.tokens[at])
        if count is None:
            continue
        if count > _MOST_RUNS:
            sentence.claim(Claim(first=at, last=at + 1, unapplied=True))
            continue
        if _counts_runs(sentence, match) and not limited:
            limited = True
            sentence.claim(Claim(first=at, last=at + 1, limit=count, words=sentence.text_of(at)))
        elif _COUNTED.search(sentence.text_of(at)) or sentence.letters[at + 1 : at + 2] == Kind.COUNTED:
            sentence.claim(Claim(first=at, last=at + 1, unapplied=True))


def _counts_runs(sentence: Sentence, match: "re.Match[str]") -> bool:
    if "o" not in match.re.groupindex:
        return False
    at = match.start("n")
    before = sentence.text_of(at - 1).lower() if at else ""
    if before in _NOT_RUNS or before in _LEADING:
        return False
    korean = _COUNTED.search(sentence.text_of(at)) is not None
    follows = sentence.words.letters[max(0, at - 1) : at] in ("", "o", "V", "_")
    taken = sentence.letters[max(0, at - 1) : at] in ("", "_")
    return match["o"] == "o" or korean or follows or taken
