"""Requests that state rules, and what must come of them: direction, entry, exit (None where it is left open)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a request states; `numbers` must stand in the strategy, `told` be told as not used."""

    request: str
    entry: str
    exit: str | None = None
    direction: str = "long"
    numbers: tuple[float, ...] = ()
    told: tuple[str, ...] = ()
    absent: str = ""


CROSS_UP, CROSS_DOWN = "macd.line crosses_above macd.signal", "macd.line crosses_below macd.signal"
TEMPERED = "stochastic.k crosses_above stochastic.d"
STATED: tuple[Stated, ...] = (
    Stated(request="RSI 14 mean reversion on IBM below 34, sell above 74", entry="rsi < 34", exit="rsi > 74"),
    Stated(request="RSI 14 under 30 then exit over 70 on IBM", entry="rsi < 30", exit="rsi > 70"),
    Stated(request="RSI(14) under 30, exit at 50, MSFT", entry="rsi < 30", exit="rsi > 50"),
    Stated(request="z-score under -1.5, exit above 0.5", entry="zscore < -1.5", exit="zscore > 0.5"),
    Stated(
        request="stochastic below 15 then sell above 85",
        entry=f"{TEMPERED} & stochastic.k < 15",
        exit="stochastic.k > 85",
    ),
    Stated(request="MSFT RSI 2 oversold 5 exit 65", entry="rsi < 5", exit="rsi > 65", numbers=(2,)),
    Stated(request="RSI oversold 20, sell at 80", entry="rsi < 20", exit="rsi > 80"),
    Stated(request="Exit at RSI 55 and enter at RSI 25 on MSFT", entry="rsi < 25", exit="rsi > 55"),
    Stated(request="sell when RSI > 75, buy when RSI < 25", entry="rsi < 25", exit="rsi > 75"),
    Stated(
        request="매수: RSI 35 이하, 매도: RSI 65 이상, 손절: 5%", entry="rsi <= 35", exit="rsi >= 65", numbers=(0.05,)
    ),
    Stated(request="buy 10 shares of AAPL when RSI below 30", entry="rsi < 30", told=("10",)),
    Stated(request="short when RSI above 70, cover below 50", direction="short", entry="rsi > 70", exit="rsi < 50"),
    Stated(request="RSI 70 위에서 숏, 40 아래에서 환매", direction="short", entry="rsi > 70", exit="rsi < 40"),
    Stated(request="z-score above 2 short, exit below 0", direction="short", entry="zscore > 2", exit="zscore < 0"),
    Stated(request="RSI 75 위 매도, 40 아래 매수하는 숏 전략", direction="short", entry="rsi > 75", exit="rsi < 40"),
    Stated(
        request="볼린저 밴드 상단 돌파하면 공매도, 중간선에서 청산. 표준편차 2.5",
        direction="short",
        entry="close > bollinger.upper",
        exit="close < bollinger.middle",
        numbers=(2.5,),
    ),
    Stated(
        request="비트코인 4시간봉에서 MACD 12 26 9로 시그널 상향 돌파시 숏",
        direction="short",
        entry=CROSS_UP,
        exit=CROSS_DOWN,
    ),
    Stated(request="MACD 데드크로스에 숏, 골든크로스에 청산", direction="short", entry=CROSS_DOWN, exit=CROSS_UP),
    Stated(request="종가가 볼린저 상단 위면 사는 005930 전략", entry="close > bollinger.upper"),
    Stated(request="RSI<30 매수 RSI>70 숏", entry="rsi < 30", exit="rsi > 70", told=("숏",)),
    Stated(
        request="fade the golden cross: short when 50 SMA crosses above 200 SMA",
        direction="short",
        entry="sma_50 crosses_above sma_200",
        exit="sma_50 crosses_below sma_200",
    ),
    Stated(request="fade the upper Bollinger band on SPY", direction="short", entry="close > bollinger.upper"),
    Stated(request="buy when MACD crosses below signal", entry=CROSS_DOWN, exit=CROSS_UP),
    Stated(request="buy when MACD crosses above signal, exit when RSI above 70", entry=CROSS_UP, exit="rsi > 70"),
    Stated(request="SMA 20 below SMA 50 buy", entry="sma_20 < sma_50", exit="sma_20 > sma_50"),
    Stated(
        request="EMA 9가 EMA 21 위에 있고 RSI 50 이상이면 매수, EMA 9가 EMA 21 아래면 청산",
        entry="ema_9 > ema_21 & rsi >= 50",
        exit="ema_9 < ema_21",
    ),
    Stated(
        request="20일선이 60일선을 하향 돌파하면 매도, 상향 돌파하면 매수",
        entry="sma_20 crosses_above sma_60",
        exit="sma_20 crosses_below sma_60",
    ),
    Stated(
        request="AAPL 5일선 위로 올라오면 매수 20일선 아래로 내려가면 매도",
        entry="close > sma_5",
        exit="close < sma_20",
    ),
    Stated(
        request="sell BTC-USD when price closes below the lower Bollinger band (20, 2), cover at the middle",
        direction="short",
        entry="close < bollinger.lower",
        exit="close > bollinger.middle",
    ),
    Stated(
        request="buy at the lower band and sell at the upper band",
        entry="close < bollinger.lower",
        exit="close > bollinger.upper",
    ),
    Stated(
        request="ema 9 / ema 21 crossover, long and short",
        entry="ema_9 crosses_above ema_21",
        exit="ema_9 crosses_below ema_21",
        told=("short",),
    ),
    Stated(
        request="RSI(2)가 10 밑이면 사서 5일 이동평균 위로 올라오면 파는 SPY", entry="rsi < 10", exit="close > sma_5"
    ),
    Stated(request="RSI는 쓰지 말고 MACD만으로 AAPL 전략", entry=CROSS_UP, exit=CROSS_DOWN, absent="rsi"),
    Stated(request="Don't use RSI; build a z-score strategy on MSFT", entry="zscore < -2", absent="rsi"),
    Stated(request="avoid RSI; MACD on AAPL", entry=CROSS_UP, absent="rsi"),
    Stated(request="only MACD on AAPL, not RSI", entry=CROSS_UP, absent="rsi"),
    Stated(request="RSI 얘기가 많은데 MACD만 써서 AAPL 전략", entry=CROSS_UP, absent="rsi"),
    Stated(
        request="Donchian 20/10 on SPY",
        entry="close >= donchian.upper",
        exit="close <= donchian_exit.lower",
        numbers=(20, 10),
    ),
    Stated(
        request="돈치안 20/10", entry="close >= donchian.upper", exit="close <= donchian_exit.lower", numbers=(20, 10)
    ),
    Stated(request="buy AAPL dips RSI below 20 hold 5 days", entry="rsi < 20", numbers=(5,)),
    Stated(request="애플 RSI 30 아래면 사고 5일 뒤 청산", entry="rsi < 30", numbers=(5,)),
    Stated(request="exit after 5 days RSI<20", entry="rsi < 20", numbers=(5,)),
    Stated(request="exit after 5 bars, RSI below 25", entry="rsi < 25", numbers=(5,)),
    Stated(request="RSI 30 아래면 매수, 10일 뒤 청산", entry="rsi < 30", numbers=(10,)),
    Stated(request="스토캐스틱 25/85", entry=f"{TEMPERED} & stochastic.k < 25", exit="stochastic.k > 85"),
    Stated(request="매수 RSI 40 매도 RSI 60", entry="rsi < 40", exit="rsi > 60"),
    Stated(request="RSI on AAPL, risk 2% per trade", entry="rsi < 30", numbers=(1,), told=("risk 2% per trade",)),
    Stated(
        request="볼린져밴드 하단 터치하면 매수 상단에서 익절",
        entry="close < bollinger.lower",
        exit="close > bollinger.upper",
    ),
    Stated(request="RSI 30 매수 ATR 2배 손절", entry="rsi < 30", told=("ATR 2배 손절",), absent="atr"),
    Stated(request="MACD on MSFT stop loss 2 ATR", entry=CROSS_UP, told=("stop loss 2 ATR",), absent="atr"),
    Stated(request="bullish MACD cross buy, bearish MACD cross sell", entry=CROSS_UP, exit=CROSS_DOWN),
    Stated(request="RSI 30 cross up buy on MSFT", entry="rsi crosses_above 30"),
    Stated(request="IBM RSI 25 under buy, 75 over sell", entry="rsi < 25", exit="rsi > 75"),
    Stated(request="RSI on AAPL 9% target", entry="rsi < 30", numbers=(0.09,)),
)
