"""Families of strategies that a question describes in plain words: preferred in the answer, never a condition."""

import re
from collections.abc import Mapping

from domain.backtest import StrategyType

_DESCRIBED: Mapping[StrategyType, tuple[str, ...]] = {
    StrategyType.MEAN_REVERSION: (
        r"(?:많이|너무|크게|급하게)\s?(?:빠졌|빠진|빠지|떨어졌|떨어진|내린)[가-힣]*",
        r"급락(?!한 종목은)[가-힣]*\s?(?:때|후|하면|할|시)",
        r"떨어지는\s?칼날|과매도|되돌림|되돌아|저점\s?매수|줍는|주워|튀어\s?오르|반등",
        r"(?:쌀|싸졌을|싸게|싸지면)[가-힣]*\s?(?:때\s?)?(?:사|매수|담)",
        r"눌림|눌렸|눌릴|눌리면",
        r"평균(?:으로|에서|선에서)?[가-힣\s]{0,12}(?:돌아오|돌아올|회귀|벌어지|벌어졌)",
        r"(?<![a-z])(?:dips?|oversold|rebounds?|bounces?|snap(?:s|ping)? back|pullbacks?)(?![a-z])",
        r"(?<![a-z])(?:falling knife|knife[- ]catch\w*)(?![a-z])",
        r"(?<![a-z])(?:beaten[- ]down|washed[- ]out|fad(?:e|es|ing)|revert\w*|overstretched)(?![a-z])",
        r"(?<![a-z])(?:counter[- ]the[- ]crowd|against the crowd)(?![a-z])",
        r"(?<![a-z])(?:sharp|steep|big|sudden) (?:falls?|drops?|sell-?offs?|declines?)(?![a-z])",
        r"(?<![a-z])buy(?:s|ing)? (?:low|cheap|weakness)(?![a-z])",
    ),
    StrategyType.TREND_FOLLOWING: (
        r"추세(?:를|만|에)?\s?(?:길게\s?)?(?:타|따라|따르|올라타|먹)",
        r"큰\s?(?:흐름|추세|방향)|방향\s?잡|오래\s?(?:끌고|들고)|골든\s?크로스",
        r"(?:일선|이평선?|평균선?|평균)\s?(?:위에서만|위면|위일\s?때|위에\s?있을)",
        (r"(?<![a-z])(?:ride|rides|riding|follow|follows|following|trail|stay(?:s|ing)? with) "
        r"(?:the |a |big |long |prevailing )*(?:trends?|direction)(?![a-z])"),
        r"(?<![a-z])(?:trend riders?|long-haul|big trends?|golden cross)(?![a-z])",
        r"(?<![a-z])(?:hang(?:s|ing)? on to (?:a|the|big) (?:moves?|trends?))(?![a-z])",
    ),
    StrategyType.BREAKOUT: (
        r"신고가|전고점|최고가\s?(?:경신|갱신|를\s?넘)|고점(?:을)?\s?(?:뚫|넘|돌파)|거북이",
        r"밴드\s?(?:위로|위쪽을|상단을)\s?(?:터지|뚫|넘|돌파)|(?:상단|윗선)(?:을)?\s?(?:뚫|넘)",
        r"(?<![a-z])(?:new|fresh)[- ]highs?(?![a-z])|(?<![a-z])turtles?(?![a-z])|richard dennis",
        r"(?<![a-z])(?:above|over|through) the upper band(?![a-z])",
    ),
    StrategyType.MOMENTUM: (
        r"(?:오르는|오른|강한|잘\s?나가는)\s?(?:놈|것|게|종목|걸|애)[가-힣\s]{0,12}(?:더|계속)\s?(?:오르|오른|간|갈|쫓)",
        r"winners? keep|keeps? (?:going up|winning|rising)",
        r"(?:has|have) (?:risen|gone up|gained) (?:over|in) the (?:past|last)",
        r"what went up|(?<![a-z])relative strength(?! index)",
    ),
}  # fmt: skip
_PATTERNS = {family: re.compile("|".join(patterns)) for family, patterns in _DESCRIBED.items()}


def described_family(text: str) -> tuple[StrategyType, ...]:
    """The one family that the words describe; none where they could be more than one."""
    lower = text.lower()
    found = tuple(family for family, pattern in _PATTERNS.items() if pattern.search(lower))
    return found if len(found) == 1 else ()
