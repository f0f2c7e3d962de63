"""More words for the figures of runs, which only a question uses so."""

from collections.abc import Mapping

from domain.vocabulary_metrics import LOSS

METRICS_TOO: Mapping[str, tuple[str, ...]] = {
    "total_return": (
        "수익율", "총 수익율", "누적 수익율", "토탈 리턴", "리턴", "총 손익", "성과", "퍼포먼스", "총 이익",
        "이익률", "이익율", "수익률은", "net return", "overall return", "roi", "performance", "performing",
        "profitability", "gains", "return on investment", "retrun", "performer", "총 리턴", "누적 리턴", "earnings",
    ),
    LOSS: ("손해", "손해율", "손실율", "losses"),
    "annual_return": (
        "연 수익율", "연 환산 수익", "연 환산 수익율", "연간 수익율", "연간 수익", "연 복리", "연 평균 수익",
        "연 평균 수익율", "연율", "연율화 수익률", "씨에이지알", "연 리턴", "연간 리턴", "annualized", "annualised",
        "annualized profit", "annual gain", "annual profit", "compound annual growth rate", "compound annual growth",
        "yearly gain", "annual growth", "return per year", "returns per year", "return a year", "yearly profit",
        "cagrs", "anual return",
    ),
    "volatility": (
        "볼러틸리티", "annualized volatility", "annualised volatility", "vola", "volatile", "volatilty",
        "volitility", "표준편차 기준 변동성",
    ),
    "sharpe_ratio": (
        "샾프", "샾프 지수", "샾프 비율", "샤프 값", "샤프 레시오", "샤프 레이시오", "샤프 레이쇼", "샤프 수치",
        "샤프 점수", "샤프비", "샤프 지표", "sharp ratio", "sharp", "sharpe's", "sharpe score", "sharpe value",
        "shape ratio", "샤픈", "쌰프", "shrape", "sharpes", "risk adjusted return", "위험 조정 수익률",
        "위험 대비 수익률",
    ),
    "sortino_ratio": (
        "소르티노 레시오", "소르티노 값", "소티노 지수", "소티노 비율", "솔티노", "소르티노비", "sortinos",
        "sortino score",
    ),
    "calmar_ratio": (
        "칼마 레시오", "칼마 값", "캘마", "캘마 비율", "칼마르", "칼마르 비율", "칼머", "calmars", "calmer ratio",
        "calmar score",
    ),
    "max_drawdown": (
        "손실 폭", "최대 낙폭률", "낙폭률", "최대 하락 폭", "하락 폭", "최대 하락률", "드로우다운", "최대 드로다운",
        "최대 드로우다운", "맥스 드로다운", "맥스 드로우다운", "고점 대비 하락", "고점 대비 하락률",
        "고점 대비 낙폭", "mdd's", "dd", "peak to trough", "peak to trough loss", "maximal drawdown",
        "max. drawdown", "drawdwon", "max loss", "최대 손실", "peak to trough decline", "peak-to-trough drop",
    ),
    "win_rate": (
        "승율", "적중률", "적중율", "이긴 비율", "이길 확률", "성공률", "성공율", "이긴 거래 비율", "수익 거래 비율",
        "윈레이트", "winning percentage", "success rate", "win %", "hit ratio", "win percent", "batting average",
        "percentage of winning trades", "share of winning trades", "percent of winning trades",
        "winning trade percentage", "percent profitable", "accuracy", "win pct", "win rates", "hit rates",
        "win raet",
    ),
    "profit_factor": ("손익 비율", "프로핏 펙터", "profit factors", "profit ratio"),
    "trade_count": (
        "거래 회수", "매매 회수", "트레이드 수", "트레이드 횟수", "트레이드", "매매 수", "체결 수", "체결 건수",
        "체결", "총 거래", "총 거래 수", "총 거래 횟수", "number of trade", "# of trades", "trading count",
        "round trips", "round trip", "transactions", "transaction", "executions", "trade number", "trade counts",
        "num trades", "total trades", "매매 건", "거래 빈도",
    ),
    "exposure_time": (
        "노출 비율", "노출률", "노출율", "익스포저", "익스포져", "시장 노출도", "시장 노출률", "시장 노출 비율",
        "시장에 머문 시간", "시장에 있던 시간", "시장 체류 시간", "시장에 머무른 시간", "시장에 있는 시간",
        "시장에 노출된 시간", "market exposure", "time invested", "time exposed", "time spent in the market",
        "exposed time", "시장 참여 시간", "시장 참여율", "in the market",
    ),
    "fees_paid": (
        "총 수수료", "거래 비용", "거래 수수료", "매매 수수료", "수수료 합계", "수수료 총액", "낸 수수료", "비용",
        "commissions", "commission paid", "transaction cost", "transaction costs", "total fees", "trading cost",
        "trading costs", "trading fees", "costs", "commission costs", "fee paid", "수수료 지출",
    ),
    "benchmark_return": (
        "벤치마크의 수익률", "벤치마크 수익율", "벤치마크 수익", "시장 수익률", "지수 수익률", "단순 보유 수익률",
        "매수 후 보유 수익률", "buy & hold return", "benchmark's return", "benchmark returns", "market return",
        "index return", "benchmark gain", "buy and hold returns", "benchmark performance", "return of the benchmark",
        "바이앤홀드 수익률", "벤치 수익률",
    ),
    "initial_capital": (
        "초기 자금", "시작 자금", "초기 투자금", "초기 투자 금액", "원금", "시드 머니", "시드", "종잣돈",
        "시작 금액", "시작 자본금", "투자금", "초기 자산", "initial cash", "starting cash", "starting balance",
        "initial balance", "initial equity", "start capital", "starting equity", "starting money",
        "initial investment", "seed money", "seed capital", "initial money", "starting funds",
    ),
    "final_equity": (
        "최종 잔고", "최종 금액", "마지막 자산", "최종 평가액", "최종 평가 금액", "최종 자금", "최종 자본금",
        "최종 에쿼티", "최종 잔액", "기말 자산", "최종 평가금", "final balance", "ending balance", "final capital",
        "ending capital", "final value", "final portfolio value", "end equity", "final account value",
        "ending value", "end balance", "closing equity", "final equities",
    ),
}  # fmt: skip
OTHER_METRICS = (
    "평균 수익률", "평균 수익", "평균 이익", "평균 손실", "평균 거래", "평균 낙폭", "월 수익률", "월간 수익률",
    "월별 수익률", "일 수익률", "일간 수익률", "일별 수익률", "주간 수익률", "초과 수익률", "초과 수익",
    "상대 수익률", "알파", "베타", "정보 비율", "연속 손실", "연속 손실 횟수", "최대 연속 손실", "손실 거래",
    "손실 거래 수", "수익 거래", "수익 거래 수", "이긴 거래", "진 거래", "낙폭 기간", "낙폭 회복 기간", "회복 기간",
    "평균 보유 기간", "거래당 수익률", "거래당 수익", "건당 수익률", "거래당 평균 수익", "기대값", "기대 수익률",
    "승패비", "왜도", "첨도", "턴오버", "회전율", "울서 지수", "오메가", "average return", "avg return",
    "mean return", "average trade", "avg trade", "average drawdown", "avg drawdown", "average profit",
    "average gain", "average win", "average loss", "avg win", "avg loss", "monthly return", "daily return",
    "weekly return", "excess return", "relative return", "expected return", "drawdown duration", "recovery time",
    "time to recovery", "alpha", "beta", "information ratio", "consecutive losses", "consecutive losing trades",
    "losing streak", "winning streak", "winning trade", "losing trade", "trade duration", "average trade duration",
    "average holding period", "best trade", "worst trade", "payoff ratio", "expectancy", "skew", "skewness",
    "kurtosis", "turnover", "ulcer index", "omega", "omega ratio", "treynor", "treynor ratio", "tail ratio",
    "value at risk", "recovery factor", "kelly", "return per trade", "profit per trade", "losing month",
    "losing day", "winning month", "sqn", "risk free rate",
)  # fmt: skip
"""Figures that no record of a run has."""
VERBS: Mapping[str, tuple[str, ...]] = {
    "total_return": (
        "returned", "returning", "averaging", "averaged",
        "gained", "gaining", "made", "making", "make", "makes", "earned", "earning", "earn",
        "earns", "yielded", "yielding", "yield", "yields", "profited", "grew",
    ),
    LOSS: ("lost", "losing", "lose", "loses", "dropped"),
    "trade_count": ("traded", "trading", "trades at", "executed", "had traded"),
    "max_drawdown": ("drew down", "drawing down", "draws down"),
    "initial_capital": ("started with", "starting with", "starts with", "began with", "시작한 자본", "funded with"),
    "final_equity": ("ended with", "ending with", "ended up with", "ends with", "finished with", "ended at"),
    "fees_paid": ("paid",),
}  # fmt: skip
"""Verbs that are about a figure where a number follows."""
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "total_return": (
        "winners", "winner", "gainers", "gainer", "earners", "번", "벌어준", "벌어들인", "벌었던", "벌어다 준",
        "불린",
    ),
    LOSS: ("losers", "loser", "잃은", "잃었던", "까먹은", "날린", "말아먹은"),
}  # fmt: skip
"""Runs by how they came out."""
SIGNS: Mapping[str, tuple[str, ...]] = {
    "> 0": (
        "양수", "플러스", "positive", "above water", "in the black", "in profit", "at a profit", "in the green",
        "above zero", "greater than zero", "over zero", "more than zero", "영보다 큰", "0보다 큰",
    ),
    "< 0": (
        "음수", "마이너스", "negative", "underwater", "in the red", "at a loss", "below zero", "less than zero",
        "under zero", "영보다 작은",
    ),
    "> 1": (
        "more than doubled", "more than doubled my money", "more than doubled in value", "두 배 넘게 번",
        "두 배 넘게 불린",
    ),
    ">= 1": ("doubled", "doubled my money", "at least doubled", "두 배가 된", "두 배로 불린"),
    "< 0.1": ("한 자릿수", "한자리수", "single digit", "single digits"),
    ">= 0.1": ("두 자릿수", "두자리수", "double digit", "double digits"),
}  # fmt: skip
"""What says a bound without a number."""
YEARLY = (
    "a year", "per year", "annually", "per annum", "p.a.", "pa", "each year", "every year", "yearly", "a yr", "/yr",
    "/year", "매년", "해마다", "연평균", "연간", "1년에", "per yr",
)  # fmt: skip
OTHER_PACES = (
    "a month", "per month", "monthly", "each month", "every month", "a week", "per week", "every week", "a day",
    "per day", "every day", "per trade", "a trade", "매월", "매달", "한 달에", "한달에", "월평균", "하루에", "매일",
    "일평균", "매주", "일주일에", "거래당", "건당", "per quarter", "a quarter", "매분기", "달마다",
)  # fmt: skip
"""At these paces no record of a run keeps a figure."""
