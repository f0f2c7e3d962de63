"""Numbers in a text that is to hold none: digits of any script, and amounts spelled out in Korean or English."""

import re
import unicodedata

_ENGLISH = re.compile(
    r"\b(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred(?:s|fold)?|thousand(?:s|fold)?|(?:m|b|tr)illions?"
    r"|dozens?|half|halves|halved|halving|(?:one|two)-thirds?|quarters?|twice|thrice"
    r"|doubl(?:e|ed|es|ing)|tripl(?:e|ed|es|ing)|quadrupl(?:e|ed|es|ing)|[a-z]+-?fold"
    r"|(?<!this )(?<!that )(?<!the )(?<!each )(?<!any )(?<!every )(?<!no )(?<!another )(?<!which )"
    r"one(?! of| should| could| can| may| might| would| must| another))\b"
    r"|\b(?:rank(?:s|ed)?|plac(?:e|es|ed)|com(?:e|es)|came|finish(?:es|ed)?) (?:in )?(?:the )?"
    r"(?:first|second|third|fourth|fifth|last)\b"
    r"|\b(?:first|second|third|fourth|fifth)[ -](?:place|best|worst|highest|lowest)\b",
    re.IGNORECASE,
)
_COUNTERS = "번|배|개|건|회|달|가지|차례|종목|자릿수|분기|사람|명|곱|퍼센트|프로|포인트"
_NATIVE = "한|두|세|네|석|넉|다섯|여섯|일곱|여덟|아홉|열|열한|열두|스무|스물|서른|마흔|쉰|예순|일흔|여든|아흔"
_SINO = "일이삼사오육칠팔구십백천만억조영공"
_KOREAN = re.compile(
    rf"(?<![가-힣])(?:{_NATIVE})(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉)?\s?(?:{_COUNTERS})"
    rf"|(?<![가-힣])[{_SINO}]{{2,}}(?:\s?점\s?[{_SINO}]+)?\s?(?:{_COUNTERS}|년|개월|위|원|달러|일간)"
    rf"|(?<![가-힣])[영공삼사오육칠팔구]\s?점\s?[{_SINO}]"
    rf"|(?<![가-힣])[{_SINO}](?:\s?(?:퍼센트|프로|년간)|(?:배|위))(?![가-힣]*적)"
    r"|절반|반토막|갑절|곱절|수십|수백|수천|수만|(?<![가-힣])(?:하나|둘|셋|넷)(?:뿐|밖|만(?![가-힣]))"
)


def number_in(text: str) -> str | None:
    """The first number of the text, in digits or in words; None where there is none.

    Words that are rarely an amount (this one, 하나의) are let through.
    """
    for character in text:
        if unicodedata.numeric(character, None) is not None:
            return character
    word = _ENGLISH.search(text) or _KOREAN.search(text)
    return word[0] if word else None
