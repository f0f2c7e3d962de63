"""More words of questions about runs, which in a request for a strategy may say something else."""

from collections.abc import Mapping

from domain.backtest import StrategyType
from domain.filter_op import FilterOp
from domain.vocabulary_metrics import LOSS

METRICS_TOO: Mapping[str, tuple[str, ...]] = {
    "total_return": (
        "수익율", "총 수익율", "누적 수익율", "토탈 리턴", "리턴", "총 손익", "성과", "퍼포먼스", "총 이익", "이익률", "이익율", "수익률은",
        "net return", "overall return", "roi", "performance", "performing", "profitability", "gains", "수익 률",
        "return on investment", "totalreturn", "retrun", "performer", "총 리턴", "누적 리턴", "earnings",
    ),
    LOSS: ("손해", "손해율", "손실율", "losses"),
    "annual_return": (
        "연 수익율", "연 환산 수익", "연 환산 수익율", "연간 수익율", "연간 수익", "연 복리", "연 평균 수익", "연 평균 수익율", "연율",
        "연율화 수익률", "연환산", "씨에이지알", "연 리턴", "연간 리턴", "annualized", "annualised", "annualized profit", "annual gain",
        "annual profit", "compound annual growth rate", "compound annual growth", "yearly gain", "annual growth",
        "return per year", "returns per year", "return a year", "yearly profit", "cagrs", "anual return",
    ),
    "volatility": (
        "연 변동성", "볼러틸리티", "변동 성", "annualized volatility", "annualised volatility", "vola", "volatile", "volatilty",
        "volitility", "표준편차 기준 변동성",
    ),
    "sharpe_ratio": (
        "샾프", "샾프 지수", "샾프 비율", "샤프 값", "샤프 레시오", "샤프 레이시오", "샤프 레이쇼", "샤프 수치", "샤프 점수", "샤프비", "샤프 지표",
        "sharp ratio", "sharp", "sharpe's", "sharpe score", "sharpe value", "shape ratio", "샤픈", "쌰프", "shrape", "sharpes",
        "sharpe-ratio", "risk adjusted return", "위험 조정 수익률", "위험 대비 수익률", "sharperatio",
    ),
    "sortino_ratio": ("소르티노 레시오", "소르티노 값", "소티노 지수", "소티노 비율", "솔티노", "소르티노비", "sortinos", "sortino score", "sortinoratio"),
    "calmar_ratio": ("칼마 레시오", "칼마 값", "캘마", "캘마 비율", "칼마르", "칼마르 비율", "칼머", "calmars", "calmer ratio", "calmarratio", "calmar score"),
    "max_drawdown": (
        "최대 손실 폭", "손실 폭", "최대 낙폭률", "낙폭률", "최대 하락 폭", "하락 폭", "최대 하락률", "드로우다운", "드로우 다운", "최대 드로다운",
        "최대 드로우다운", "맥스 드로다운", "맥스 드로우다운", "고점 대비 하락", "고점 대비 하락률", "고점 대비 낙폭", "엠디디", "mdd's",
        "max draw down", "maximum draw down", "draw down", "dd", "peak to trough", "peak to trough loss", "maximal drawdown",
        "max. drawdown", "drawdwon", "maxdrawdown", "max loss", "최대 손실",
        "peak to trough decline", "peak-to-trough drop", "낙 폭",
    ),
    "win_rate": (
        "승율", "승 률", "적중률", "적중율", "이긴 비율", "이길 확률", "성공률", "성공율", "이긴 거래 비율", "수익 거래 비율", "윈레이트", "윈 레이트",
        "winning percentage", "success rate", "win %", "hit ratio", "win percent", "batting average", "win-rate",
        "percentage of winning trades", "share of winning trades", "percent of winning trades", "winning trade percentage",
        "percent profitable", "accuracy", "win pct", "win rates", "hit rates", "win raet",
    ),
    "profit_factor": (
        "손익 비율", "손익 비", "프로핏 팩터", "프로핏팩터", "프로핏 펙터", "profit factors", "profit ratio", "pf", "profitfactor",
    ),
    "trade_count": (
        "거래 회수", "매매 회수", "트레이드 수", "트레이드 횟수", "트레이드", "매매 수", "체결 수", "체결 건수", "체결", "총 거래", "총 거래 수",
        "총 거래 횟수", "number of trade", "# of trades", "trading count", "round trips", "round trip", "transactions",
        "transaction", "executions", "trade number", "trade counts", "num trades", "total trades", "매매 건", "거래 빈도",
    ),
    "exposure_time": (
        "노출 비율", "노출률", "노출율", "익스포저", "익스포져", "시장 노출도", "시장 노출률", "시장 노출 비율", "시장에 머문 시간", "시장에 있던 시간",
        "시장 체류 시간", "시장에 머무른 시간", "시장에 있는 시간", "시장에 노출된 시간", "market exposure", "time invested", "time exposed",
        "time spent in the market", "exposed time", "시장 참여 시간", "시장 참여율", "in the market",
    ),
    "fees_paid": (
        "총 수수료", "거래 비용", "거래 수수료", "매매 수수료", "수수료 합계", "수수료 총액", "낸 수수료", "비용", "commissions", "commission paid",
        "transaction cost", "transaction costs", "total fees", "trading cost", "trading costs", "trading fees", "costs",
        "commission costs", "fee paid", "수수료 지출",
    ),
    "benchmark_return": (
        "벤치마크의 수익률", "벤치마크 수익율", "벤치마크 수익", "시장 수익률", "지수 수익률", "단순 보유 수익률", "매수 후 보유 수익률", "buy & hold return",
        "buy-and-hold return", "benchmark's return", "benchmark returns", "market return", "index return", "benchmark gain",
        "buy and hold returns", "benchmark performance", "return of the benchmark", "바이앤홀드 수익률", "벤치 수익률",
    ),
    "initial_capital": (
        "초기 자금", "시작 자금", "초기 투자금", "초기 투자 금액", "원금", "시드 머니", "시드머니", "시드", "종잣돈", "시작 금액", "시작 자본금",
        "투자금", "초기 자산", "initial cash", "starting cash", "starting balance", "initial balance", "initial equity", "start capital",
        "starting equity", "starting money", "initial investment", "seed money", "seed capital", "initial money", "starting funds",
    ),
    "final_equity": (
        "최종 잔고", "최종 금액", "마지막 자산", "최종 평가액", "최종 평가 금액", "최종 자금", "최종 자본금", "최종 에쿼티", "최종 잔액", "기말 자산",
        "최종 평가금", "final balance", "ending balance", "final capital", "ending capital", "final value", "final portfolio value",
        "end equity", "final account value", "ending value", "end balance", "closing equity", "final equities",
    ),
}  # fmt: skip

VERBS: Mapping[str, tuple[str, ...]] = {
    "total_return": (
        "returned", "returning", "gained", "gaining", "made", "making", "make", "makes", "earned", "earning", "earn", "earns",
        "yielded", "yielding", "yield", "yields", "profited", "grew",
    ),
    LOSS: ("lost", "losing", "lose", "loses", "dropped"),
    "trade_count": ("traded", "trading at", "trades at", "executed", "had traded"),
    "max_drawdown": ("drew down", "drawing down", "draws down"),
    "initial_capital": ("started with", "starting with", "starts with", "began with", "시작한 자본", "funded with"),
    "final_equity": ("ended with", "ending with", "ended up with", "ends with", "finished with", "ended at"),
    "fees_paid": ("paid",),
}  # fmt: skip
"""Verbs that are about a figure where a number follows."""

OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "total_return": ("winners", "winner", "gainers", "gainer", "earners", "번", "벌어준", "벌어들인", "벌었던", "벌어다 준", "불린"),
    LOSS: ("losers", "loser", "잃은", "잃었던", "까먹은", "날린", "말아먹은"),
}  # fmt: skip
"""Runs by how they came out."""
AFTER_TOO: Mapping[str, tuple[str, ...]] = {
    FilterOp.GE: (
        "or up", "and higher", "or over", "and more", "and greater", "or greater than", "은 되는", "는 되는", "은 되고",
        "는 되고", "은 되어야", "이상 되는", "이상씩", "은 넘거나 같은", "넘거나 같은", "보다 크거나 같은", "보다 높거나 같은", "같거나 큰", "같거나 높은",
        "크거나 같은", "높거나 같은", "도 넘거나 같은", "or bigger", "or larger",
        "은 나오는", "는 나오는", "은 나온", "는 나온", "은 찍은", "는 찍은", "은 했던", "이상은", "에 못 미치지 않는", "상회하거나 같은", "은 넘기거나 같은",
        "or later", "은 된", "는 된",
    ),
    FilterOp.LE: (
        "or smaller", "or lesser", "and under", "and lower", "and less", "and fewer", "or lower than", "보다 작거나 같은", "보다 낮거나 같은",
        "같거나 작은", "같거나 낮은", "작거나 같은", "낮거나 같은", "넘지 않게", "넘기지 않은", "넘기지 않는", "안 넘었", "안 넘었으면", "안 넘던", "안 넘기는", "안 넘었던",
        "초과 안 하는", "초과 안 한", "이내로", "안으로", "도 안 넘는", "도 안 넘은", "이하로", "tops", "초과하지 못한",
        "넘지 못했던", "을 안 넘는", "를 안 넘는", "은 안 넘는", "는 안 넘는", "가 안 넘는", "을 안 넘은", "를 안 넘은", "까지만", "을 넘기지 않은", "or shallower",
        "도 넘지 못한", "도 못 넘은", "도 못 넘긴", "넘지 않았",
    ),
    FilterOp.GT: (
        "넘기는", "넘겼던", "넘겼", "넘던", "넘었던", "넘어가는", "넘어간", "넘어선", "넘어서는", "넘는게", "뛰어넘는", "뛰어넘은", "웃돈", "웃돌", "웃돌았던", "상회한",
        "보다 위인", "초과한", "초과했던", "초과로", "초과하는", "보다 컸던", "보다 높았던", "보다 많았던", "보다 더 높은", "보다 더 큰", "보다 더 많은", "이 넘는",
        "가 넘는", "을 넘는", "를 넘는", "은 넘는", "는 넘는", "은 넘고", "는 넘고", "은 넘은", "도 넘는", "도 넘은", "도 넘게", "이 넘은", "가 넘은", "을 넘은", "를 넘은",
        "을 넘긴", "를 넘긴", "이 넘게", "을 초과하는", "를 초과하는", "을 초과한", "를 초과한", "을 웃도는", "를 웃도는", "을 상회하는", "를 상회하는", "보다 높게",
        "보다 크게", "보다 많이", "는 넘겨", "은 넘겨", "넘겨", "보다 깊은", "보다 높고", "보다 크고", "보다 많고", "넘었", "보다 큰 것",
    ),
    FilterOp.LT: (
        "못 미친", "못 미치", "에 못 미치는", "에 못 미친", "에 못 미치", "에 미치지 못하는", "에 미치지 못한", "미달", "에 미달", "밑돈", "밑돌", "밑돌았던", "하회한",
        "보다 밑", "보다 아래인", "도 안 되는", "도 안되는", "도 안 된", "도 안된", "도 안 나온", "도 못 되는", "도 안 하는", "도 안 한", "도 못 한", "도 거래 안 한",
        "가 안 되는", "이 안 되는", "가 안되는", "이 안되는", "은 안 되는", "는 안 되는", "가 안 된", "안 된", "안된", "이 안 된", "보다 더 낮은", "보다 더 작은", "보다 더 적은",
        "보다 낮았던", "보다 작았던", "보다 적었던", "을 밑도는", "를 밑도는", "을 하회하는", "를 하회하는", "을 밑돈", "를 밑돈", "밑인", "아래인", "밑으로", "보다 낮게", "보다 적게",
        "보다 작게", "보다 얕은", "도 안 찍은", "도 못 넘기고", "에도 못 미치는", "에도 못 미친", "도 채 안 되는", "보다 낮고", "보다 작고", "보다 적고", "도 못 미치는", "보다 작은 것",
    ),
    "better": ("보다 나은", "보다 좋은", "보다 좋았던", "보다 우수한", "보다 좋고", "보다 더 좋은", "보다 나았던"),
    "worse": ("보다 나쁜", "보다 나빴던", "보다 못한", "보다 안 좋은", "보다 저조한", "보다 나쁘"),
    "not_worse": ("or better",),
    "not_better": ("or worse",),
}  # fmt: skip
BEFORE_TOO: Mapping[str, tuple[str, ...]] = {
    FilterOp.GE: (
        "min of", "upwards of", "not less then", "≧", "⩾", "over or equal to", "greater or equal to", "greater than or equal", "no less then",
        "no smaller than", "equal to or above", "equal to or greater than", "equal or greater than", "equal or above", "above or equal to",
        "at or above", "reached", "reaching", "reaches", "reach", "hit", "hits", "at lest", "atleast", "more than or equal to", "최소한으로",
        "minimum", "higher than or equal to", "a min of", "starting at", "or more than",
    ),
    FilterOp.LE: (
        "no greater than", "no larger than", "no bigger than", "capped at", "no deeper than", "not deeper than", "less or equal to",
        "less than or equal", "under or equal to", "at or below", "equal to or below", "equal to or less than", "equal or less than",
        "below or equal to", "≦", "⩽", "max of", "not more then", "a max of", "lower than or equal to", "smaller than or equal to",
        "no higher then", "no more then", "limited to", "topping out at", "fewer than or equal to", "as low as or below", "at the most",
        "kept under or at", "contained to", "contained within",
    ),
    FilterOp.GT: (
        "north of", "deeper than", "in excess of", "topping", "surpassing", "surpasses", "surpassed", "exceeded", "more then", "greater then",
        "higher then", "bigger then", "larger then", "strictly above", "strictly greater than", "strictly more than", "topped", "past", "well above",
        "well over", "clearing", "clears", "cleared", "upward of", "＞", "longer than", "over and above", "strictly over", "larger-than",
    ),
    FilterOp.LT: (
        "south of", "short of", "shy of", "shallower than", "tighter than", "less then", "lower then", "smaller then", "fewer then",
        "strictly below", "strictly less than", "strictly under", "less-than", "well below", "well under", "not reaching", "＜", "not even",
        "failing to reach", "lower-than", "milder than", "gentler than", "kept under", "kept below", "staying under", "staying below",
    ),
    FilterOp.EQ: ("equal", "of exactly", "equalling", "equaling"),
    "better": ("better than", "better then"),
    "worse": ("worse than", "worse then"),
    "not_worse": ("no worse than", "not worse than", "no worse then"),
    "not_better": ("no better than", "not better than"),
}  # fmt: skip

SIGNS: Mapping[str, tuple[str, ...]] = {
    "> 0": ("양수", "플러스", "positive", "above water", "in the black", "in the green", "above zero", "greater than zero", "over zero",
            "more than zero", "영보다 큰", "0보다 큰"),
    "< 0": ("음수", "마이너스", "negative", "underwater", "in the red", "below zero", "less than zero", "under zero", "영보다 작은"),
    "> 1": ("more than doubled", "more than doubled my money", "more than doubled in value", "두 배 넘게 번", "두 배 넘게 불린"),
    ">= 1": ("doubled", "doubled my money", "at least doubled", "두 배가 된", "두 배로 불린"),
    "< 0.1": ("한 자릿수", "한자리수", "한자리 수", "한 자리 수", "single digit", "single-digit", "single digits"),
    ">= 0.1": ("두 자릿수", "두자리수", "두 자리 수", "double digit", "double-digit", "double digits"),
}  # fmt: skip
OTHER_METRICS = (
    "평균 수익률", "평균 수익", "평균 이익", "평균 손실", "평균 거래", "평균 낙폭", "월 수익률", "월간 수익률", "월별 수익률", "일 수익률", "일간 수익률", "일별 수익률",
    "주간 수익률", "초과 수익률", "초과 수익", "상대 수익률", "알파", "베타", "정보 비율", "연속 손실", "연속 손실 횟수", "최대 연속 손실", "손실 거래", "손실 거래 수",
    "수익 거래", "수익 거래 수", "이긴 거래", "진 거래", "낙폭 기간", "낙폭 회복 기간", "회복 기간", "평균 보유 기간", "거래당 수익률", "거래당 수익", "건당 수익률",
    "거래당 평균 수익", "기대값", "기대 수익률", "승패비", "왜도", "첨도", "턴오버", "회전율", "울서 지수", "오메가",
    "average return", "avg return", "mean return", "average trade", "avg trade", "average drawdown", "avg drawdown", "average profit",
    "average gain", "average win", "average loss", "avg win", "avg loss", "monthly return", "daily return", "weekly return", "excess return",
    "relative return", "expected return", "drawdown duration", "recovery time", "time to recovery", "alpha", "beta", "information ratio",
    "consecutive losses", "consecutive losing trades", "losing streak", "winning streak", "winning trade", "losing trade", "trade duration",
    "average trade duration", "average holding period", "best trade", "worst trade", "payoff ratio", "expectancy", "skew", "skewness", "kurtosis",
    "turnover", "ulcer index", "omega", "omega ratio", "treynor", "treynor ratio", "tail ratio", "value at risk", "recovery factor", "kelly",
    "return per trade", "profit per trade", "losing month", "losing day", "winning month", "sqn", "risk free rate",
)  # fmt: skip
"""Figures that no record of a run has."""
OTHER_PACES = (
    "a month", "per month", "monthly", "each month", "every month", "a week", "per week", "every week", "a day", "per day", "every day", "per trade",
    "a trade", "매월", "매달", "한 달에", "한달에", "월평균", "하루에", "매일", "일평균", "매주", "일주일에", "거래당", "건당", "per quarter",
    "a quarter", "매분기", "달마다",
)  # fmt: skip
YEARLY = ("a year", "per year", "annually", "per annum", "p.a.", "pa", "each year", "every year", "yearly", "a yr", "/yr", "/year", "매년", "해마다",
          "연평균", "연간", "1년에", "per yr")  # fmt: skip
STARTS = (
    "시작하는", "시작한", "시작해서", "시작하고", "시작된", "시작되는", "시작했던", "시작일이", "시작일", "시작", "start date", "start dates", "starts", "started",
    "start", "starting", "begins", "began", "beginning", "begin",
)  # fmt: skip
ENDS = (
    "끝나는", "끝난", "끝나고", "끝났던", "끝나", "종료된", "종료되는", "종료한", "종료일이", "종료일", "종료", "마감된", "end date", "end dates", "ends", "ended",
    "end", "ending", "finishing", "finishes",
)  # fmt: skip
COMPLETED = (
    "완료된", "완료한", "완료했던", "완료일이", "완료일", "완료 시각", "완료 시간", "완료", "completed at", "completed on", "completed in", "completed",
    "completion date", "completed_at", "finished running",
)  # fmt: skip
FAMILIES_TOO: Mapping[str, tuple[str, ...]] = {
    StrategyType.TREND_FOLLOWING: ("추세 추종형", "추세 매매", "추세형", "추세 전략", "트렌드 팔로잉", "트렌드 추종", "trend followers", "trend-follow",
                                   "trend_following", "trend strategies", "trend strategy"),
    StrategyType.MEAN_REVERSION: ("평균 회귀형", "역추세 매매", "민 리버전", "민리버전", "mean revert", "mean reverters", "mean_reversion",
                                  "mean-reverter", "평회", "평균으로 회귀하는", "역추세형", "reversion to the mean"),
    StrategyType.BREAKOUT: ("돌파형", "브레이크아웃", "브레이크 아웃", "break-outs"),
    StrategyType.MOMENTUM: ("모멘텀형", "모맨텀", "모멘텀 매매", "momentums"),
    StrategyType.ARBITRAGE: ("아비트리지", "차익거래형", "페어트레이딩", "pair trading", "pairs trade", "stat arb", "statistical arbitrage"),
    StrategyType.MARKET_MAKING: ("market_making", "market maker", "마켓메이커", "시장조성형"),
}  # fmt: skip
INDICATORS_TOO: Mapping[str, tuple[str, ...]] = {
    "rsi": ("rsi지표", "알에스아이", "상대강도"),
    "ma": ("moving averages", "ma cross", "이동 평균 교차", "이평 교차", "이동평균선 교차", "ma crossover", "moving average cross",
           "moving average crossover", "이평선 교차", "이동평균 크로스", "이동평균선", "mas"),
    "sma": ("smas", "단순이평선"),
    "ema": ("emas", "지수이평선"),
    "bollinger": ("bollinger's", "볼린저 벤드", "볼린져 벤드", "볼린저밴드", "bolinger", "bolinger band", "bollinger bands", "볼린저 밴드 하단", "볼린저 밴드 상단",
                  "볼린저 하단", "볼린저 상단"),
    "stochastic": ("stochastics", "스토캐스틱스", "스톡캐스틱", "스토케스틱스"),
    "macd": ("맥디", "macd's"),
    "donchian": ("donchian channels", "돈키안", "돈치언", "돈치안채널"),
    "zscore": ("z-scores", "z 스코어", "지스코어", "제트스코어"),
}  # fmt: skip
SYMBOLS_TOO: Mapping[str, tuple[str, ...]] = {
    "005930.KS": ("삼전", "삼성 전자", "samsung"),
    "000660.KS": ("sk 하이닉스", "에스케이하이닉스", "sk hynix", "hynix"),
    "MSFT": ("마이크로 소프트",),
    "BTC/USDT": ("비트", "btc usdt", "btc-usdt"),
    "ETH/USDT": ("이더", "eth", "eth usdt", "eth-usdt"),
    "SPX": ("에스피 500", "에센피", "스탠더드앤드푸어스", "s & p 500", "s and p 500", "미국 대표 지수"),
    "IXIC": ("나스닥지수", "the nasdaq"),
    "META": ("메타", "meta"),
    "IBM": ("아이비엠",),
    "GOOG": ("구글", "알파벳", "alphabet"),
    "KOSPI": ("코스피", "kospi"),
    "AMZN": ("amazon",),
}  # fmt: skip
NEGATE_BEFORE_TOO = (
    "outside", "outside of", "besides", "aside from", "rather than", "instead of", "but not", "sans", "not counting", "w/o", "leaving aside",
)  # fmt: skip
NEGATE_AFTER_TOO = (
    "말구", "빼고서", "뺴고", "제하고", "제외시키고", "제외한채", "제외해", "안 쓰고", "안 썼던", "안 쓰던", "안 사용한", "사용 안 한", "사용 안 하는", "쓰지 않았던",
    "안 들어가는", "left out", "not included", "빼줘", "도 아니고", "도 아닌", "이 아닌", "가 아닌", "은 아닌", "는 아닌", "쪽 말고", "것 말고", "거 말고",
)  # fmt: skip
