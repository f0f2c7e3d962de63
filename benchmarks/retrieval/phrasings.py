"""How the questions of the development half are put: sentences with slots, and what may stand in each slot.

A sentence's slots: `{kind}` an indicator, `{type}` a family, `{symbol}`, `{bound}`, `{other}` and `{that}` a
condition on a figure, `{when}` a time, `{order}` and `{sort}` a ranking, `{n}` how many, `{like}` a strategy in plain
words.
"""

from collections.abc import Mapping
from typing import Any

Words = tuple[tuple[str, Mapping[str, Any]], ...]
"""What may be said, beside what it means, in the members of a question file."""


def _f(field: str, op: str, value: object) -> dict[str, Any]:
    return {"filters": [{"field": field, "op": op, "value": value}]}


def _through(first: str, last: str) -> dict[str, Any]:
    return {"filters": [{"field": "start", "op": "<=", "value": last}, {"field": "end", "op": ">=", "value": first}]}


def _inside(first: str, last: str) -> dict[str, Any]:
    return {"filters": [{"field": "start", "op": ">=", "value": first}, {"field": "end", "op": "<=", "value": last}]}


def _symbols(*names: str) -> dict[str, Any]:
    return _f("symbols", "in", list(names))


def _order(field: str, *, descending: bool) -> dict[str, Any]:
    return {"order": {"field": field, "descending": descending}}


def _like(*kinds: str, type: str | None = None, **parameters: float) -> dict[str, Any]:  # noqa: A002  # the file's own word
    relevance: dict[str, Any] = {"kinds": list(kinds)} if kinds else {}
    if type is not None:
        relevance["types"] = [type]
    if parameters:
        relevance["parameters"] = parameters
    return {"relevance": relevance}


KINDS: Mapping[str, Words] = {
    "ko": (
        ("RSI", {"kinds": ["rsi"]}), ("상대강도지수", {"kinds": ["rsi"]}), ("MACD", {"kinds": ["macd"]}),
        ("볼린저 밴드", {"kinds": ["bollinger"]}), ("볼밴", {"kinds": ["bollinger"]}),
        ("단순 이동평균", {"kinds": ["sma"]}), ("EMA", {"kinds": ["ema"]}), ("지수이평", {"kinds": ["ema"]}),
        ("돈치안 채널", {"kinds": ["donchian"]}), ("스토캐스틱", {"kinds": ["stochastic"]}),
        ("ATR", {"kinds": ["atr"]}), ("Z점수", {"kinds": ["zscore"]}), ("이동평균", {"kinds": ["sma", "ema"]}),
        ("ROC", {"kinds": ["roc"]}),
    ),
    "en": (
        ("RSI", {"kinds": ["rsi"]}), ("relative strength index", {"kinds": ["rsi"]}), ("MACD", {"kinds": ["macd"]}),
        ("Bollinger band", {"kinds": ["bollinger"]}), ("SMA", {"kinds": ["sma"]}),
        ("exponential moving average", {"kinds": ["ema"]}), ("EMA", {"kinds": ["ema"]}),
        ("Donchian", {"kinds": ["donchian"]}), ("stochastic", {"kinds": ["stochastic"]}), ("ATR", {"kinds": ["atr"]}),
        ("z-score", {"kinds": ["zscore"]}), ("rate of change", {"kinds": ["roc"]}),
        ("moving average", {"kinds": ["sma", "ema"]}),
    ),
}  # fmt: skip
TYPES: Mapping[str, Words] = {
    "ko": (
        ("추세추종", {"types": ["trend_following"]}), ("평균회귀", {"types": ["mean_reversion"]}),
        ("역추세", {"types": ["mean_reversion"]}), ("돌파", {"types": ["breakout"]}),
        ("모멘텀", {"types": ["momentum"]}),
    ),
    "en": (
        ("trend following", {"types": ["trend_following"]}), ("mean reversion", {"types": ["mean_reversion"]}),
        ("breakout", {"types": ["breakout"]}), ("momentum", {"types": ["momentum"]}),
        ("contrarian", {"types": ["mean_reversion"]}),
    ),
}  # fmt: skip
SYMBOLS: Mapping[str, Words] = {
    "ko": (
        ("애플", _symbols("AAPL")), ("GOOG", _symbols("GOOG")), ("구글", _symbols("GOOG")), ("MSFT", _symbols("MSFT")),
        ("마이크로소프트", _symbols("MSFT")), ("IBM", _symbols("IBM")), ("S&P500", _symbols("SPX")),
        ("나스닥", _symbols("IXIC")), ("AAPL", _symbols("AAPL")), ("SPX", _symbols("SPX")), ("WTI", _symbols("WTI")),
        ("EURUSD", _symbols("EURUSD")),
    ),
    "en": (
        ("AAPL", _symbols("AAPL")), ("Apple", _symbols("AAPL")), ("GOOG", _symbols("GOOG")),
        ("Google", _symbols("GOOG")), ("MSFT", _symbols("MSFT")), ("Microsoft", _symbols("MSFT")),
        ("IBM", _symbols("IBM")), ("the S&P 500", _symbols("SPX")), ("SPX", _symbols("SPX")),
        ("IXIC", _symbols("IXIC")), ("the Nasdaq", _symbols("IXIC")), ("WTI", _symbols("WTI")),
    ),
}  # fmt: skip
BOUNDS: Mapping[str, Words] = {
    "ko": (
        ("샤프 0.5 이상", _f("sharpe_ratio", ">=", 0.5)), ("샤프지수 1 초과", _f("sharpe_ratio", ">", 1)),
        ("MDD 20% 이하", _f("max_drawdown", "<=", 0.2)), ("최대낙폭 15% 미만", _f("max_drawdown", "<", 0.15)),
        ("낙폭 30% 초과", _f("max_drawdown", ">", 0.3)), ("승률 60% 이상", _f("win_rate", ">=", 0.6)),
        ("승률 절반 이하", _f("win_rate", "<=", 0.5)), ("수익률 50% 초과", _f("total_return", ">", 0.5)),
        ("총수익률 10% 미만", _f("total_return", "<", 0.1)), ("거래 30건 이상", _f("trade_count", ">=", 30)),
        ("거래 횟수 20회 이하", _f("trade_count", "<=", 20)), ("연수익률 8% 이상", _f("annual_return", ">=", 0.08)),
        ("변동성 15% 이하", _f("volatility", "<=", 0.15)), ("손익비 1.5배 이상", _f("profit_factor", ">=", 1.5)),
        ("소르티노 1 이상", _f("sortino_ratio", ">=", 1)), ("칼마 0.5 이상", _f("calmar_ratio", ">=", 0.5)),
        ("노출도 40% 이하", _f("exposure_time", "<=", 0.4)), ("샤프 0 미만", _f("sharpe_ratio", "<", 0)),
        ("수수료 100 이하", _f("fees_paid", "<=", 100)),
        ("승률 50%에서 70% 사이", {"filters": [
            {"field": "win_rate", "op": ">=", "value": 0.5}, {"field": "win_rate", "op": "<=", "value": 0.7}]}),
    ),
    "en": (
        ("a Sharpe of at least 0.5", _f("sharpe_ratio", ">=", 0.5)), ("Sharpe above 1", _f("sharpe_ratio", ">", 1)),
        ("drawdown under 20%", _f("max_drawdown", "<", 0.2)),
        ("max drawdown at most 15%", _f("max_drawdown", "<=", 0.15)),
        ("a drawdown over 30%", _f("max_drawdown", ">", 0.3)), ("win rate of 60% or more", _f("win_rate", ">=", 0.6)),
        ("a win rate below 50%", _f("win_rate", "<", 0.5)), ("total return above 50%", _f("total_return", ">", 0.5)),
        ("return of less than 10%", _f("total_return", "<", 0.1)), ("at least 30 trades", _f("trade_count", ">=", 30)),
        ("fewer than 20 trades", _f("trade_count", "<", 20)), ("annual return over 8%", _f("annual_return", ">", 0.08)),
        ("volatility no more than 15%", _f("volatility", "<=", 0.15)),
        ("profit factor greater than 1.5", _f("profit_factor", ">", 1.5)),
        ("a Sortino ratio of 1 or better", _f("sortino_ratio", ">=", 1)),
        ("Calmar over 0.5", _f("calmar_ratio", ">", 0.5)), ("exposure below 40%", _f("exposure_time", "<", 0.4)),
        ("a negative Sharpe", _f("sharpe_ratio", "<", 0)), ("fees under 100", _f("fees_paid", "<", 100)),
        ("Sharpe between 0.5 and 1", {"filters": [
            {"field": "sharpe_ratio", "op": ">=", "value": 0.5}, {"field": "sharpe_ratio", "op": "<=", "value": 1}]}),
    ),
}  # fmt: skip
THATS: Mapping[str, Words] = {
    "ko": (
        ("낙폭이 30%를 넘는", _f("max_drawdown", ">", 0.3)), ("수익률이 50%를 웃도는", _f("total_return", ">", 0.5)),
        ("샤프가 1보다 큰", _f("sharpe_ratio", ">", 1)), ("승률이 60%보다 높은", _f("win_rate", ">", 0.6)),
        ("거래가 20번이 안 되는", _f("trade_count", "<", 20)), ("MDD가 20%를 넘지 않는", _f("max_drawdown", "<=", 0.2)),
        ("변동성이 15%보다 낮은", _f("volatility", "<", 0.15)), ("손익비가 2를 넘는", _f("profit_factor", ">", 2)),
        ("샤프가 0.3 밑인", _f("sharpe_ratio", "<", 0.3)), ("돈을 잃은", _f("total_return", "<", 0)),
    ),
    "en": (
        ("never drew down more than 20%", _f("max_drawdown", "<=", 0.2)),
        ("returned more than 50%", _f("total_return", ">", 0.5)),
        ("traded fewer than 20 times", _f("trade_count", "<", 20)),
        ("won more than 60% of trades", _f("win_rate", ">", 0.6)), ("lost money", _f("total_return", "<", 0)),
        ("had a Sharpe better than 1", _f("sharpe_ratio", ">", 1)),
        ("made over 8% a year", _f("annual_return", ">", 0.08)),
        ("kept volatility below 15%", _f("volatility", "<", 0.15)),
    ),
}  # fmt: skip
"""Conditions as a verb says them."""
TIMES: Mapping[str, Words] = {
    "ko": (
        ("2008년", _through("2008-01-01", "2008-12-31")), ("2011년", _through("2011-01-01", "2011-12-31")),
        ("2004년부터 2012년까지", _inside("2004-01-01", "2012-12-31")),
        ("2010년 이후", _f("start", ">=", "2010-01-01")),
        ("2003~2007년", _inside("2003-01-01", "2007-12-31")), ("2005년 이전", _f("end", "<", "2005-01-01")),
    ),
    "en": (
        ("in 2008", _through("2008-01-01", "2008-12-31")), ("during 2011", _through("2011-01-01", "2011-12-31")),
        ("from 2004 to 2012", _inside("2004-01-01", "2012-12-31")), ("since 2010", _f("start", ">=", "2010-01-01")),
        ("between 2003 and 2007", _inside("2003-01-01", "2007-12-31")), ("before 2005", _f("end", "<", "2005-01-01")),
    ),
}  # fmt: skip
ORDERS: Mapping[str, Words] = {
    "ko": (
        ("수익률이 가장 높은", _order("total_return", descending=True)),
        ("샤프가 제일 높은", _order("sharpe_ratio", descending=True)),
        ("낙폭이 가장 작은", _order("max_drawdown", descending=False)),
        ("승률이 가장 낮은", _order("win_rate", descending=False)),
        ("거래가 제일 많은", _order("trade_count", descending=True)),
        ("변동성이 가장 낮은", _order("volatility", descending=False)),
        ("손익비가 제일 좋은", _order("profit_factor", descending=True)),
        ("수익률이 가장 나쁜", _order("total_return", descending=False)),
        ("MDD가 제일 큰", _order("max_drawdown", descending=True)),
        ("연환산 수익률이 가장 높은", _order("annual_return", descending=True)),
    ),
    "en": (
        ("highest total return", _order("total_return", descending=True)),
        ("best Sharpe", _order("sharpe_ratio", descending=True)),
        ("lowest drawdown", _order("max_drawdown", descending=False)),
        ("lowest win rate", _order("win_rate", descending=False)),
        ("most trades", _order("trade_count", descending=True)),
        ("lowest volatility", _order("volatility", descending=False)),
        ("highest profit factor", _order("profit_factor", descending=True)),
        ("worst return", _order("total_return", descending=False)),
        ("largest drawdown", _order("max_drawdown", descending=True)),
        ("highest annual return", _order("annual_return", descending=True)),
    ),
}  # fmt: skip
SORTS: Mapping[str, Words] = {
    "ko": (
        ("샤프 높은 순", _order("sharpe_ratio", descending=True)),
        ("수익률 낮은 순", _order("total_return", descending=False)),
        ("승률 높은 순", _order("win_rate", descending=True)),
        ("낙폭 작은 순", _order("max_drawdown", descending=False)),
        ("거래 많은 순", _order("trade_count", descending=True)),
    ),
    "en": (
        ("by Sharpe, highest first", _order("sharpe_ratio", descending=True)),
        ("by return, lowest first", _order("total_return", descending=False)),
        ("by win rate, highest first", _order("win_rate", descending=True)),
        ("by drawdown, smallest first", _order("max_drawdown", descending=False)),
        ("by number of trades, most first", _order("trade_count", descending=True)),
    ),
}  # fmt: skip
COUNTS: Mapping[str, Words] = {
    "ko": (("3", {"limit": 3}), ("5", {"limit": 5}), ("7", {"limit": 7})),
    "en": (("three", {"limit": 3}), ("5", {"limit": 5}), ("seven", {"limit": 7})),
}
LIKES: Mapping[str, Words] = {
    "ko": (
        ("많이 빠졌을 때 사서 되돌림을 노리는", _like(type="mean_reversion")),
        ("RSI 과매도에서 반등을 노리는", _like("rsi", type="mean_reversion")),
        ("골든크로스에 사고 데드크로스에 파는", _like("sma", type="trend_following")),
        ("신고가를 뚫으면 따라 사는", _like("donchian", type="breakout")),
        ("볼린저 하단에서 줍는", _like("bollinger", type="mean_reversion")),
        ("밴드 상단을 뚫을 때 올라타는", _like("bollinger", type="breakout")),
        ("ATR로 손절선을 끌어올리는 터틀식", _like("atr", type="breakout")),
        ("거래량이 실린 돌파만 믿는", _like("volume_sma", type="breakout")),
        ("오르는 것이 더 오른다고 보는", _like(type="momentum")),
        ("시그널선을 넘으면 타는 MACD", _like("macd", type="trend_following")),
        ("상승 추세에서 눌릴 때 사는", _like("sma", type="mean_reversion")),
        ("스토캐스틱이 바닥에서 도는 것을 보는", _like("stochastic", type="mean_reversion")),
        ("평균에서 표준편차만큼 벌어지면 사는", _like("zscore", type="mean_reversion")),
        ("두 지수이평의 교차를 따라가는", _like("ema", type="trend_following")),
        ("ADX로 추세가 있는지 보고 들어가는", _like("adx", type="trend_following")),
        ("RSI 14, 과매도 30을 쓰는", _like("rsi", length=14, oversold=30)),
        ("200일선 위에서만 들고 있는", _like("sma", type="trend_following", length=200)),
        ("20일 돈치안 돌파", _like("donchian", entry=20)),
    ),
    "en": (
        ("buys after a sharp fall and waits for the bounce", _like(type="mean_reversion")),
        ("uses an oversold RSI to catch a rebound", _like("rsi", type="mean_reversion")),
        ("buys the golden cross and sells the death cross", _like("sma", type="trend_following")),
        ("chases new highs", _like("donchian", type="breakout")),
        ("buys at the lower Bollinger band", _like("bollinger", type="mean_reversion")),
        ("follows a close above the upper band", _like("bollinger", type="breakout")),
        ("trails an ATR stop like the turtles", _like("atr", type="breakout")),
        ("trusts a breakout only on heavy volume", _like("volume_sma", type="breakout")),
        ("bets that winners keep winning", _like(type="momentum")),
        ("rides MACD above its signal line", _like("macd", type="trend_following")),
        ("buys small dips in an uptrend", _like("sma", type="mean_reversion")),
        ("waits for the stochastic to turn up from the bottom", _like("stochastic", type="mean_reversion")),
        ("fades a move of two standard deviations", _like("zscore", type="mean_reversion")),
        ("compares a fast and a slow EMA", _like("ema", type="trend_following")),
        ("needs ADX to confirm the trend", _like("adx", type="trend_following")),
        ("uses RSI 14 with oversold at 30", _like("rsi", length=14, oversold=30)),
        ("holds only above the 200-day average", _like("sma", type="trend_following", length=200)),
        ("enters on a 20-day Donchian breakout", _like("donchian", entry=20)),
    ),
}  # fmt: skip
ONES: Mapping[str, Words] = {"en": (("run", {"limit": 1}),)}
SLOTS: Mapping[str, Mapping[str, Words]] = {
    "kind": KINDS, "type": TYPES, "symbol": SYMBOLS, "bound": BOUNDS, "other": BOUNDS, "that": THATS, "when": TIMES,
    "order": ORDERS, "sort": SORTS, "n": COUNTS, "one": ONES, "like": LIKES,
}  # fmt: skip
SENTENCES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("condition", "ko"): (
        "{bound}인 {kind} 전략", "{symbol}에서 {bound}인 백테스트 보여줘", "{kind} 쓴 것 중에 {bound}, {other}인 것만",
        "{when} {symbol} 백테스트", "{type} 전략 중 {bound}인 게 뭐야?", "{bound}이고 {other}인 거 찾아줘",
        "{symbol}에서 돌린 {kind} 전략 전부", "{when} 구간에서 {bound}였던 것", "{kind} 말고 {bound}인 것",
        "내 {symbol} 결과 가운데 {bound}인 {type} 전략이 있나요?", "{kind} 제외하고 {symbol} 전략 목록",
        "{that} {kind} 전략", "{symbol}에서 {that} 백테스트가 있었나",
    ),
    ("condition", "en"): (
        "{kind} runs with {bound}", "show me {symbol} backtests with {bound}",
        "which of my {kind} strategies had {bound} and {other}?", "{symbol} backtests {when}",
        "{type} strategies with {bound}", "everything with {bound} and {other}", "all {kind} runs on {symbol}",
        "runs {when} with {bound}", "{bound}, excluding {kind}", "do I have a {type} run on {symbol} with {bound}?",
        "{symbol} strategies without {kind}", "{kind} runs that {that}", "which {symbol} strategies {that}?",
    ),
    ("condition", "mixed"): (
        "{symbol} {kind} run 중 {bound}", "{bound}인 {type} strategy list", "{kind} backtest, {bound}",
        "{symbol} backtest with {bound}",
    ),
    ("order", "ko"): (
        "{order} {n}개", "{kind} 전략 중 {order} {n}개 보여줘", "{symbol}에서 {order} 백테스트는?",
        "{bound}인 것 중 {order} {n}개", "{sort}으로 {kind} 전략 정렬해줘", "{symbol} 백테스트를 {sort}으로",
        "{when} 결과 중 {order} 것", "{type} 전략에서 {order} {n}개만", "{sort}으로 {n}개",
        "{kind} 빼고 {order} {n}개",
    ),
    ("order", "en"): (
        "the {n} with the {order}", "{kind} runs with the {order}", "which {symbol} {one} has the {order}?",
        "of those with {bound}, the {n} with the {order}", "sort my {kind} strategies {sort}",
        "{symbol} backtests {sort}", "the {n} {type} runs with the {order}", "{n} runs {when} with the {order}",
        "list {bound}, {sort}", "the {n} with the {order} on {symbol}",
    ),
    ("order", "mixed"): (
        "{symbol}에서 {order} run {n}개", "{kind} strategy 중 {order} top {n}", "{bound} run을 {sort}으로",
    ),
    ("similarity", "ko"): (
        "{like} 전략", "{symbol}에서 {like} 전략 해본 적 있나?", "{like} 방식과 비슷한 백테스트 찾아줘",
    ),
    ("similarity", "en"): (
        "something that {like}", "have I tried a strategy on {symbol} that {like}?", "a system that {like}",
    ),
    ("similarity", "mixed"): ("{like} strategy", "{symbol}에서 {like} system 찾아줘"),
    ("mixed", "ko"): (
        "{like} 전략 중 {bound}인 것", "{symbol}에서 {like} 전략, {bound}", "{when} {like} 전략 있었어?",
    ),
    ("mixed", "en"): (
        "something that {like}, with {bound}", "on {symbol}, a strategy that {like}, {bound}",
        "a run {when} that {like}",
    ),
    ("mixed", "mixed"): ("{like} strategy, {bound}", "{symbol} {like} backtest 중 {bound}"),
}  # fmt: skip
"""By kind and language. Where the language is mixed, the words of the slots are Korean and English in turn."""
