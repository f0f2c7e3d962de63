"""Words that people use when they talk about their runs: companies, figures, adjectives, and what is said beside."""

from collections.abc import Mapping

from domain.filter_op import FilterOp
from domain.vocabulary_orders import BAD, BY, DOWN, GOOD, HIGH, LOW, UP

COMPANIES: Mapping[str, tuple[str, ...]] = {
    "VIX": ("vix", "공포 지수"),
    "IBM": ("big blue", "빅블루"),
    "DJI": ("다우 존스", "다우 지수", "다우존스 지수", "dow jones"),
    "KOSDAQ": ("코스닥", "kosdaq"),
    "NFLX": ("넷플릭스", "netflix"),
    "INTC": ("인텔", "intel"),
    "AMD": ("에이엠디",),
    "ORCL": ("오라클", "oracle"),
    "DIS": ("디즈니", "disney"),
    "KO": ("코카콜라", "coca cola"),
    "JPM": ("제이피모건", "jp morgan", "jpmorgan"),
    "SBUX": ("스타벅스", "starbucks"),
    "MCD": ("맥도날드", "mcdonalds"),
    "PLTR": ("팔란티어", "palantir"),
    "005380.KS": ("현대차", "현대자동차", "hyundai motor"),
    "035420.KS": ("네이버", "naver"),
    "035720.KS": ("카카오", "kakao"),
    "SOL/USDT": ("솔라나", "solana"),
    "XRP/USDT": ("리플", "ripple"),
    "DOGE/USDT": ("도지코인", "dogecoin"),
}  # fmt: skip
_IN_THE_MARKET = tuple(
    f"시장에 {doing} {what}"
    for doing in ("머문", "머무른", "머무는", "머물렀던", "있던", "있는", "있었던", "들어가 있던", "들어가 있는",
        "들어가 있었던", "들어가 있은", "노출된", "체류한", "참여한", "남아 있던")
    for what in ("시간", "시간 비율", "기간", "비율")
)  # fmt: skip
FIGURES: Mapping[str, tuple[str, ...]] = {
    "exposure_time": (*_IN_THE_MARKET, "market time", "time exposed to the market", "share of time in the market"),
    "benchmark_return": ("벤치마크가", "벤치마크는"),
    "trade_count": ("사고판 횟수", "매매한 횟수", "거래한 횟수", "매매 빈도"),
    "fees_paid": ("수수료로", "거래 수수료로", "broker fees", "brokerage", "수수료가"),
    "max_drawdown": ("최대 손실폭", "최대 하락"),
}  # fmt: skip
DOINGS: Mapping[str, tuple[str, ...]] = {
    "win_rate": ("won", "wins", "이긴", "이기는", "이겼던", "맞힌", "적중한"),
    "max_drawdown": ("물렸던", "물린", "꺾였던", "drew down by"),
    "fees_paid": ("paid out",),
}  # fmt: skip
"""Verbs that are about a figure where a number or a degree stands beside."""
TAILS: Mapping[str, tuple[str, ...]] = {
    HIGH: (
        "심한", "심했던", "심하게", "심하고", "큰", "길었던", "길게", "오래", "많던", "크던", "높던", "컸고", "높았고",
        "많았고", "많으면서", "크면서", "많이 남은", "많이 나온", "많이 나간", "깊게", "깊고", "잦은", "잦았던",
    ),
    LOW: (
        "짧았던", "짧게", "낮던", "적던", "작던", "낮았고", "작았고", "적었고", "낮으면서", "작으면서", "적으면서",
        "적게 나간", "얕게", "얕고", "뜸한", "드문",
    ),
    GOOD: ("훌륭한", "훌륭했던", "괜찮은", "괜찮았던", "나은", "나았던", "우수했던", "뛰어났던", "잘 나온", "잘나온"),
    BAD: (
        "못한", "못했던", "형편없는", "형편없던", "형편없었던", "처참한", "처참했던", "부진한", "부진했던", "안좋은",
        "안좋았던", "안 나온",
    ),
}  # fmt: skip
"""How much of a figure, beside `가장` and before `순`."""
_SIZES = (
    ("smallest", "largest"), ("lowest", "highest"), ("least", "most"), ("fewest", "most"), ("shallowest", "deepest"),
    ("shortest", "longest"), ("small", "large"), ("low", "high"), ("small", "big"), ("smallest", "biggest"),
)  # fmt: skip
SORTINGS: Mapping[str, tuple[str, ...]] = {
    UP: tuple(
        form
        for low, high in _SIZES
        for form in (f"from {low} to {high}", f"{low} to {high}", f"from the {low} to the {high}")
    ),
    DOWN: tuple(
        form
        for low, high in _SIZES
        for form in (f"from {high} to {low}", f"{high} to {low}", f"from the {high} to the {low}")
    ),
    GOOD: ("from best to worst", "best to worst", "best first"),
    BAD: ("from worst to best", "worst to best", "worst first"),
    LOW: ("cheapest",),
    HIGH: ("costliest", "priciest", "most expensive"),
    BY: ("줄 세워", "줄세워", "순서 매겨", "순위 매겨", "순위를 매겨", "ordered", "ordering"),
}  # fmt: skip
BEFORE_TALK: Mapping[str, tuple[str, ...]] = {
    FilterOp.GT: ("beats", "beating", "beat", "bests", "outdoing", "greater", "crossed", "crossing", "cracked"),
    FilterOp.LT: ("fell short of", "falls short of", "falling short of", "came in under", "came in below"),
    FilterOp.GE: ("not dropping below", "not dipping below", "not falling below", "never below", "never under"),
    FilterOp.LE: ("never above", "never over", "not going above", "never exceeding", "never more than", "held to"),
}  # fmt: skip
AFTER_TALK: Mapping[str, tuple[str, ...]] = {
    FilterOp.GT: ("넘게 나간", "넘긴 것", "웃도는데"),
    FilterOp.LT: ("밑으로 나온", "아래로 나온", "언더", "채 안 되는", "에 그친", "못 채운", "도 못 채운"),
}  # fmt: skip
EDGES_TALK: Mapping[str, tuple[str, ...]] = {
    "start": (
        "시작한 게", "시작한 날짜가", "시작한 날짜", "시작한 날", "시작된 날짜", "시작한 시점", "commenced",
        "commencing", "kicked off", "kicking off", "시작점이", "시작 날짜가",
    ),
    "end": (
        "끝난 날짜가", "끝난 날짜", "끝난 날", "종료된 날짜", "끝난 시점", "마지막 날짜", "finished",
        "concluded", "concluding", "wrapped up", "끝나 있는", "끝나버린", "마무리된", "마친", "마쳤던",
        "종료 날짜가", "끝마친",
    ),
}  # fmt: skip
PARAMETERS_TALK: Mapping[str, tuple[str, ...]] = {
    "multiple": ("multiple", "배수", "multiples"),
    "entry": ("entry period", "entry length", "entry window", "진입 기간", "진입 기준", "entry level"),
    "exit": ("exit period", "exit length", "exit window", "청산 기간", "청산 기준", "exit level"),
}  # fmt: skip
INDICATORS_TALK: Mapping[str, tuple[str, ...]] = {
    "sma": ("sma 크로스", "sma 교차", "sma cross", "sma crossover", "단순이동평균 교차", "단순 이동평균 교차"),
    "ema": ("ema 크로스", "ema 교차", "ema cross", "ema crossover", "지수이동평균 교차", "지수 이동평균 교차"),
    "ma": ("이평선 크로스", "이평 크로스", "이동평균 교차", "이동평균선 크로스", "moving average crosses"),
    "bollinger": ("볼린저밴드", "bollinger-band", "볼밴드"),
}  # fmt: skip
_ASIDE = """
onward onwards
achieved actually again altogether anyway anywhere approximately article asked asking asks attempt attempts back
basically believe blog boss btw called cant cheers choose chosen client clients closed colleague colleagues complete
completed cost costs cover covering covers curious dashboard dear deck done dont down else email ended ending executed
experiment experiments favor favour finished finishing forget fyi generated gonna guess hand hands here hey hmm
holding homework hurt id im interested ive kept know let's lets like liked list listing log logged logs looking made
managed manager meeting memo name named names need needed needs off oh ok okay old out overall paper per pick picked
picking posted prepare preparing presentation produced question quick recall record records registered remember report
reports reran rerun review roughly said scored se showing slide slides so somewhere span spanning spans spreadsheet
stuff style suffered summary table team test tests there thesis think thought thx total trial trials turned ty uh um
up us w/ wanna want wanted wants well whats wonder wondering write writing written wrote yielded yo
"""
ASIDE = frozenset(_ASIDE.split())
"""What people say of themselves and of why they ask; in what is written about a run the same words may tell."""
