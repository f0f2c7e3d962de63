"""The other words of a request: symbols, bar lengths, parameters, risk, actions, order, negation and glue."""

from collections.abc import Mapping

SYMBOLS: Mapping[str, tuple[str, ...]] = {
    "GOOG": ("goog", "구글", "알파벳 주식", "google"),
    "AAPL": ("aapl", "애플", "apple"),
    "MSFT": ("msft", "마이크로소프트", "마소", "microsoft"),
    "IBM": ("ibm", "아이비엠"),
    "SPX": (
        "spx",
        "s&p 500",
        "s&p500",
        "sp500",
        "s&p",
        "snp 500",
        "에스앤피 500",
        "에스앤피",
        "에스엔피 500",
        "에스엔피",
    ),
    "IXIC": ("ixic", "나스닥 종합 지수", "나스닥 종합", "나스닥 지수", "나스닥", "nasdaq composite", "nasdaq"),
    "BTC/USDT": ("btc/usdt", "btcusdt", "btc", "비트코인", "bitcoin"),
    "ETH/USDT": ("eth/usdt", "ethusdt", "이더리움", "ethereum"),
    "META": ("페이스북", "facebook"),
    "TSLA": ("tsla", "테슬라", "tesla"),
    "NVDA": ("nvda", "엔비디아", "nvidia"),
    "AMZN": ("amzn", "아마존", "amazon"),
    "005930.KS": ("삼성전자", "samsung electronics"),
    "000660.KS": ("sk하이닉스", "하이닉스"),
}
QUOTES = ("USDT", "USDC", "BUSD", "USD", "KRW", "EUR", "JPY", "GBP", "BTC", "ETH", "PERP")
_CAPITALS = """
AI ALL AM AN AND ANY API AS AT BE BEST BETA BP BPS BUY BY CAGR CSV DAY DAYS DD DO EPS ESG ETF EV EXIT FOR FROM
FX GET GO HFT HIGH HOLD IF IN INTO IS IT ITS JSON KOSPI KRW LESS LIST LLM LONG LOW MAKE MAX ME MDD MIN ML MORE
MY NEW NO NOT OF OHLC OK ON ONLY OR OUT OVER PER PF PM PNL QA ROE ROI RUN RUNS SELL SHORT SHOW SL SO SORT SQL
STOP TEST THAN THAT THE TO TOP TP TRADE UP US USD USDT USE VAR VIX VS WHAT WHEN WHERE WHICH WITH YOY KPI URL TSI
DEMA TEMA KAMA PPO TRIX NAN NULL TRUE FALSE IR CVAR PER PBR BAND BANDS DAILY PRICE CROSS ABOVE BELOW UNDER LEAST
MOST GOOD HELP HI HELLO FIND GIVE RATE RATIO RISK TREND TIME YEAR YEARS MONTH WEEK SINCE UNTIL AFTER BUILD ENTER
ENTRY CLOSE OPEN WANT WILL CAN YOU WE THEY THIS THESE THOSE HAVE HAS HAD WERE WAS ARE NOW THEN ELSE ALSO BOTH
EACH LAST NEXT FIRST SECOND THIRD BELOW EURO DOLLAR CASH SIZE PLEASE TELL LOSS PROFIT TRADES STOCK STOCKS INDEX
ORDER
"""
NOT_SYMBOLS = frozenset(_CAPITALS.split())
"""Capitals of one to five letters that are words or terms, and no tickers."""

TIMEFRAMES: Mapping[str, tuple[str, ...]] = {
    "1m": ("1분봉", "1 minute bar", "1 minute candle", "1 minute", "1 min"),
    "5m": ("5분봉", "5 minute bar", "5 minute candle", "5 minute", "5 min"),
    "15m": ("15분봉", "15 minute bar", "15 minute candle", "15 minute", "15 min"),
    "30m": ("30분봉", "30 minute bar", "30 minute candle", "30 minute", "30 min"),
    "1h": (
        "1시간봉",
        "시간봉",
        "60분봉",
        "1 hour bar",
        "1 hour candle",
        "hourly bar",
        "hourly candle",
        "hourly",
        "1 hour",
    ),
    "2h": ("2시간봉", "2 hour bar", "2 hour candle", "2 hour"),
    "4h": ("4시간봉", "240분봉", "4 hour bar", "4 hour candle", "4 hour"),
    "6h": ("6시간봉", "6 hour bar", "6 hour"),
    "12h": ("12시간봉", "12 hour bar", "12 hour"),
    "1d": ("1일봉", "일봉", "daily bar", "daily candle", "daily chart", "daily data", "daily timeframe", "daily close"),
    "1w": ("1주봉", "주봉", "weekly bar", "weekly candle", "weekly chart", "weekly data", "weekly timeframe"),
    "1mo": ("월봉", "monthly bar", "monthly candle", "monthly chart", "monthly data", "monthly timeframe"),
}
LOOSE_TIMEFRAMES: Mapping[str, tuple[str, ...]] = {"1d": ("daily",), "1w": ("weekly",), "1mo": ("monthly",)}
"""Adjectives that name the bars of a strategy, and in a question may mean anything (`daily returns`)."""

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "length": ("길이", "기간", "length", "period", "window", "lookback", "룩백", "윈도우", "창"),
    "lower": ("과매도 기준", "과매도선", "과매도", "oversold level", "oversold", "하한", "하단 기준"),
    "upper": ("과매수 기준", "과매수선", "과매수", "overbought level", "overbought", "상한", "상단 기준"),
    "fast": ("단기선", "단기", "빠른 선", "fast period", "fast length", "fast"),
    "slow": ("장기선", "장기", "느린 선", "slow period", "slow length", "slow"),
    "signal": ("시그널", "signal period", "signal"),
    "deviations": ("표준 편차", "standard deviation", "stdev", "std dev", "deviation", "승수", "multiplier", "시그마"),
    "smooth": ("평활", "smoothing", "smooth", "slowing"),
    "threshold": ("임계값", "임계치", "문턱", "기준값", "threshold"),
}
RISKS: Mapping[str, tuple[str, ...]] = {
    "stop_loss": ("손절 라인", "손절선", "손절매", "손절", "로스컷", "스탑로스", "스톱로스", "스탑", "stop loss",
        "stoploss", "stop", "sl"),
    "take_profit": ("이익 실현", "익절", "목표 수익률", "목표 수익", "목표가", "take profit", "profit target",
        "target profit", "tp"),
    "position_fraction": (
        "투자 비중", "포지션 비중", "비중", "자본의", "자산의", "자금의", "계좌의", "포지션 크기", "of equity",
        "of capital",
        "of the capital", "of the equity", "of my capital", "of the account", "of the portfolio", "position size",
        "position fraction", "allocation", "per trade", "per position", "allocate", "position",
    ),
    "max_holding_bars": (
        "최대 보유 기간", "최대 보유", "보유 기간", "보유", "holding period", "hold for", "holding for", "hold",
        "time stop",
        "max holding", "보유하고", "시간 청산",
    ),
}  # fmt: skip
HALVES = ("half of", "절반", "half")
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "entry": (
        "매수", "진입", "사고", "사서", "사는", "산다", "사줘", "사면", "사자", "매입", "buying", "buys", "buy",
        "enters", "enter",
        "entry", "get in", "gets in", "getting in", "담고", "담아", "담는", "go long", "long when", "long if",
        "long above", "long below", "in when",
    ),
    "exit": (
        "매도", "청산", "팔고", "팔아", "파는", "판다", "팔기", "팔면", "팔자", "selling", "sells", "sell",
        "exits", "exit", "closes",
        "close the position", "close out", "out when", "out if", "get out", "gets out", "getting out",
        "이탈 시", "leave", "던지고", "던지는", "던져", "털고",
    ),
}  # fmt: skip
DIRECTIONS: Mapping[str, tuple[str, ...]] = {
    "short": (
        "공매도",
        "숏 전략",
        "숏 포지션",
        "숏",
        "하락 베팅",
        "하락에 베팅",
        "short selling",
        "sell short",
        "shorting",
        "go short",
        "short position",
        "short strategy",
        "short only",
        "short side",
        "bearish",
    ),
    "long": ("롱 전략", "롱 포지션", "롱", "매수 전용", "long only", "long position", "long side"),
}
COUNTED = (
    "백테스트", "백테", "전략", "결과", "기록", "backtest", "back test", "strategy", "strategies", "run",
    "result", "개",
)  # fmt: skip
NEGATE_AFTER = (
    "말고", "빼고", "뺀", "제외하고", "제외하면", "제외하곤", "제외한", "제외", "아닌", "아니고", "아니라", "없이",
    "없는",
    "쓰지 않는", "쓰지 않은", "쓰지 않고", "사용하지 않는", "사용하지 않은", "안 쓰는", "안 쓴", "안쓰는", "외에",
    "이외",
    "포함하지 않는", "포함하지 않은", "들어가지 않는",
    "excluded", "안 들어간", "들어가지 않은", "미사용",
)  # fmt: skip
NEGATE_BEFORE = (
    "excluding", "exclude", "except for", "except", "without", "not using", "not use", "other than", "apart from",
    "anything but", "not with", "not on", "not in", "non", "not", "no", "neither", "nor",
    "leave out", "leaving out", "omit", "minus",
)  # fmt: skip
TOGETHER = (
    "함께",
    "같이",
    "동시에",
    "조합",
    "결합",
    "섞은",
    "혼합",
    "둘 다",
    "모두",
    "combined",
    "together",
    "combination",
    "combining",
    "both",
    "combo",
    "plus",
)
BETWEEN = ("between",)
BETWEEN_AFTER = ("사이", "범위", "구간")
CROSSES: Mapping[str, tuple[str, ...]] = {
    "crosses_above": (
        "상향 돌파", "위로 돌파", "위로 뚫", "상향 교차", "crosses above", "cross above", "crosses over",
        "cross over", "crossing above",
        "crosses back above", "rises above", "breaks above",
    ),
    "crosses_below": (
        "하향 돌파", "하향 이탈", "아래로 돌파", "하향 교차", "crosses below", "cross below", "crosses under",
        "crossing below",
        "crosses back below", "falls below", "drops below",
    ),
}  # fmt: skip
DATE_BOUNDS: Mapping[str, tuple[str, ...]] = {
    "since": (
        "since",
        "starting",
        "starting in",
        "starting from",
        "from",
        "beginning",
        "on or after",
        "no earlier than",
        "from the start of",
        "from the beginning of",
        "since the start of",
        "since the beginning of",
        "초부터",
        "초 이후",
        "이후",
        "부터",
        "이래",
    ),
    "after": ("after", "later than", "다음", "말 이후"),
    "until": (
        "until",
        "till",
        "through",
        "up to",
        "ending",
        "ending in",
        "to",
        "on or before",
        "no later than",
        "by",
        "up until",
        "by the end of",
        "by the close of",
        "말 이전",
        "말까지",
        "말 전까지",
        "until the end of",
        "through the end of",
        "이전",
        "까지",
    ),
    "before": (
        "before",
        "prior to",
        "earlier than",
        "before the start of",
        "ahead of",
        "이전",
        "전",
        "전에",
        "전까지",
        "전에만",
        "되기 전",
        "되기 전에",
        "이 되기 전에",
        "가 되기 전에",
        "오기 전에",
        "보다 먼저",
        "보다 앞서",
    ),
}
ANDS = ("and", "&", "그리고", "및", "with", "+", "but", "하지만")
RANGES = ("to",)
ORS = ("or", "또는", "혹은", "아니면", "이나")
FILLERS = (
    "is",
    "are",
    "was",
    "were",
    "of",
    "the",
    "a",
    "an",
    "on",
    "for",
    "in",
    "at",
    "whose",
    "that",
    "have",
    "has",
    "had",
    "having",
    "where",
    "which",
    "약",
    "대략",
    "using",
    "use",
    "about",
    "than",
    "when",
    "if",
    "its",
    "only",
    "my",
    "during",
    "throughout",
)
