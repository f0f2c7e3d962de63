"""What a question names outright: where no card says it, there is no answer, however near other cards are."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from domain.terms import known_here, terms_of
from domain.vocabulary_indicators import OTHER_INDICATORS

_THINGS: Final = """
option straddle strangle delta gamma vega theta hedge hedging futures spread arbitrage scalp scalping sentiment tweet
dividend bond swap etf ipo lstm neural grid quotes martingale lottery vix forex gold crude oil eurusd
netflix nflx intel amd alibaba disney dogecoin solana ripple coinbase
"""
_KOREAN_THINGS: Final = """
옵션 콜옵션 풋옵션 커버드콜 델타 감마 헤지 헷지 선물 현물 차익거래 스캘핑 호가 호가창 스프레드 감성 뉴스 배당 배당주
채권 금리 공모주 러닝 딥러닝 신경망 강화학습 그리드 시장조성 양매도 실적발표 환율 마틴게일 원유 금값 달러
카카오 네이버 현대차 기아 셀트리온 포스코 넷플릭스 인텔 알리바바 디즈니 도지코인 리플 솔라나
"""
_FAMILIES: Final = ("arbitrage", "market_making", "차익거래")
THINGS: Final = frozenset(
    (
        *(term for word in _THINGS.split() for term in terms_of(word)),
        *_KOREAN_THINGS.split(),
        *OTHER_INDICATORS,
        *_FAMILIES,
    )
)
"""Terms of finance that say by themselves what is asked for."""
_PEOPLE: Final = """
what it that there here who he she let how where when why today yesterday week year month day market one price i we you
they 팀장 사장 부장 올해 작년 재작년 내년 오늘 어제 최근 이전 기존 예전 지난주 지난달 이번주 이번달 과거 우리팀
과장 대리 대표 이사 교수 선생 고객 형 누나 boss
내 제 나 저 우리 누 누구 이것 그것 저것 것 거 게 애 사람 전략 시장 지수 가격 종가 종목 추세 지표
"""
_NOBODY: Final = frozenset(_PEOPLE.split())
"""What may stand where a name does, and names nobody."""
_NAMED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\w'’])(?P<name>[A-Za-z][\w.@-]*|[가-힣]+)['’]s(?![a-z])",
        r"(?<!\w)(?P<name>[A-Za-z][\w.@-]*|[가-힣]{2,4})\s?(?:님|씨)(?=[의이가은는]?(?:\s|$))",
        r"(?<!\w)(?:user|사용자|유저)\s(?P<name>[A-Za-z][\w.@-]*|[가-힣]{2,4})(?![a-z])",
        r"(?<!\w)(?P<name>[A-Za-z][\w.@-]*|[가-힣]{2,4}?)(?:의)?\s(?:계정|사용자|유저)(?=[의이가은는에]|\s|$)",
        r"(?<!\w)(?P<name>[A-Za-z][\w.@-]*|[가-힣]{2,4}?)(?:이|가)\s?(?:돌린|돌렸던|한|했던|실행한|테스트한|올린)(?=\s|$)",
        r"(?<!\w)(?P<name>[A-Za-z][\w.@-]*|[가-힣]{2,3})의\s(?:\S+\s)?(?:결과|백테스트|실험|기록)(?![가-힣]{2})",
        r"(?<!\w)(?:did|has)\s(?P<name>[A-Za-z][\w.@-]*|[가-힣]{2,4})\s(?:run|test|do|try|backtest)(?![a-z])",
        r"(?<!\w)(?P<name>[A-Za-z][\w.@-]*)\s(?:ran|tested)(?![a-z])",
        r"(?<!\w)(?P<name>[A-Za-z]{1,6}[-_/]?\d{3,})(?!\w)",
    )
)
_CODE: Final = re.compile(r"(?<![\w/])[A-Z]{2,6}(?![\w/])")
_LOWER: Final = re.compile("[a-z가-힣]")


def names_what_is_absent(text: str, held_by: Mapping[str, int], *, spelled: Callable[[str], bool] = known_here) -> bool:
    """Whether the text names a thing of finance, a person, an id or a code of which no card says anything.

    `held_by` is in how many cards each term of the text stands.
    """
    if any(term in THINGS and not holding for term, holding in held_by.items()):
        return True
    return any(_is_absent(name, held_by, spelled) for name in _names(text))


def _names(text: str) -> Iterable[str]:
    for pattern in _NAMED:
        for match in pattern.finditer(text):
            if match["name"].lower() not in _NOBODY:
                yield match["name"]
    if _LOWER.search(text):
        yield from _CODE.findall(text)


def _is_absent(name: str, held_by: Mapping[str, int], spelled: Callable[[str], bool]) -> bool:
    # In the text it may stand as whose something is.
    terms = [term for each in terms_of(name) for term in (each, f"{each}'s") if term in held_by]
    return bool(terms) and not any(held_by[term] or spelled(term) for term in terms)
