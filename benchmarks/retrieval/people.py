"""Who runs what in the corpus: people with habits of their own. They are made up; prices and results are real."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Tongue: TypeAlias = Literal["ko", "en", "mixed"]
Habit: TypeAlias = Literal["plain", "detailed", "file", "code", "chatty"]
Spelling: TypeAlias = Literal["plain", "upper", "long", "called"]

REVERSION = ("rsi_reversion", "bollinger_reversion", "zscore_reversion", "stochastic_reversal", "cci_reversal")
TREND = ("sma_cross", "ema_cross", "macd_cross", "sma_trend", "adx_trend")
BREAKOUT = ("donchian_breakout", "turtle", "bollinger_breakout", "volume_breakout")
STOCKS = ("AAPL", "GOOG", "MSFT", "IBM")
INDICES = ("SPX", "IXIC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One user and the habits of their records.

    `number` is a format for the ids, from the count of the run. `names` is how runs are called, `spelled` how their
    engine writes indicators. `leaves_out` names what some of the records lack, in so many of ten. `projects` are names
    that nobody else uses.
    """

    user_id: str
    tongues: tuple[Tongue, ...]
    symbols: tuple[str, ...]
    families: tuple[str, ...]
    number: str = "bt-{:04}"
    names: tuple[Habit, ...] = ("plain",)
    spelled: Spelling = "plain"
    timeframes: tuple[str, ...] = ("1d",)
    leaves_out: tuple[str, ...] = ()
    in_ten: int = 3
    projects: tuple[str, ...] = ()
    runs: int = 90
    capital: float = 10_000
    commission: float = 0.001


PEOPLE = (
    Person(
        user_id="minji", tongues=("ko",), symbols=("AAPL", "GOOG", "MSFT", "SPX"),
        families=("rsi_reversion", "sma_cross", "bollinger_reversion", "macd_cross", "ema_cross", "rsi_pullback"),
        names=("plain", "detailed"), projects=("한강 프로젝트",),
    ),
    Person(
        user_id="alex", tongues=("en",), symbols=("GOOG", "AAPL", "IBM", "SPX", "IXIC"),
        families=("donchian_breakout", "roc_momentum", "stochastic_reversal", "rsi_reversion", "turtle", "macd_cross"),
        capital=100_000, commission=0.0005, projects=("Project Bluebird",),
    ),
    Person(
        user_id="jun", tongues=("ko", "en"), symbols=("IBM", "MSFT", "AAPL", "IXIC"),
        families=("zscore_reversion", "sma_cross", "donchian_breakout", "bollinger_reversion", "roc_momentum"),
        capital=50_000, number="jun-{:03}", projects=("Falcon 프로젝트",),
    ),
    Person(
        user_id="서연", tongues=("ko",), symbols=("SPX", "IXIC", "AAPL"),
        families=("sma_trend", "sma_cross", "ema_cross", "macd_cross", "adx_trend", "roc_momentum"),
        number="백테스트-{:03}", names=("plain", "chatty"), leaves_out=("description", "notes"), in_ten=4,
        capital=30_000_000, commission=0.00015, projects=("은하수 실험",),
    ),
    Person(
        user_id="김하준", tongues=("ko", "mixed"), symbols=("GOOG", "MSFT", "WTI"),
        families=("rsi_reversion", "macd_rsi", "bollinger_breakout", "zscore_reversion", "ema_cross"),
        number="hj{:04}", names=("detailed",), spelled="upper", capital=5_000_000, projects=("노을 포트폴리오",),
    ),
    Person(
        user_id="park.doyun", tongues=("mixed",), symbols=("AAPL", "IBM", "SPX"),
        families=("turtle", "donchian_breakout", "volume_breakout", "bollinger_breakout", "roc_momentum"),
        number="DY-{:03}", names=("plain", "file"), spelled="upper", commission=0.0008, projects=("Tiger 돌파",),
    ),
    Person(
        user_id="emma", tongues=("en",), symbols=("AAPL", "MSFT", "IXIC"),
        families=("rsi_reversion", "rsi_pullback", "stochastic_reversal", "cci_reversal", "bollinger_reversion"),
        names=("plain", "chatty"), leaves_out=("type",), in_ten=4, capital=25_000, projects=("Marigold",),
    ),
    Person(
        user_id="liam", tongues=("en",), symbols=("SPX", "IXIC", "GOOG"),
        families=("sma_cross", "sma_trend", "ema_cross", "adx_trend", "macd_cross"),
        number="run_{:04}", names=("file", "plain"), leaves_out=("notes", "description"), in_ten=5,
        timeframes=("1d", "1w"), capital=1_000_000, commission=0.0002, projects=("Oak Street",),
    ),
    Person(
        user_id="haneul", tongues=("ko",), symbols=("EURUSD", "WTI"),
        families=("rsi_reversion", "bollinger_reversion", "macd_cross", "ema_cross", "zscore_reversion", "sma_cross"),
        number="fx-{:03}", timeframes=("1h", "4h", "1d"), names=("plain", "detailed"), capital=20_000,
        commission=0.0001, projects=("새벽 환율",),
    ),
    Person(
        user_id="priya", tongues=("en", "mixed"), symbols=("AAPL", "GOOG", "MSFT", "IBM", "SPX"),
        families=("zscore_reversion", "bollinger_reversion", "roc_momentum", "macd_rsi", "sma_cross"),
        number="P{:05}", spelled="long", names=("detailed", "plain"), capital=75_000, projects=("Monsoon",),
    ),
    Person(
        user_id="이서준", tongues=("ko",), symbols=("IXIC", "AAPL", "GOOG"),
        families=("stochastic_reversal", "rsi_reversion", "rsi_pullback", "donchian_breakout", "sma_trend"),
        number="서준-{:04}", names=("chatty", "plain"), leaves_out=("indicators",), in_ten=3, capital=10_000_000,
        commission=0.00025, projects=("도깨비 작전",),
    ),
    Person(
        user_id="noah.k", tongues=("en",), symbols=("IBM", "MSFT", "SPX"),
        families=("macd_cross", "ema_cross", "adx_trend", "turtle", "volume_breakout"),
        names=("code", "plain"), leaves_out=("notes",), in_ten=5, capital=15_000, projects=("Copper Canyon",),
    ),
    Person(
        user_id="지우", tongues=("ko", "mixed"), symbols=("AAPL", "FB", "GOOG"),
        families=("rsi_reversion", "bollinger_reversion", "ema_cross", "sma_cross", "stochastic_reversal"),
        number="jw_{:03}", names=("plain", "code"), leaves_out=("metrics",), in_ten=4, capital=3_000_000,
        projects=("고래 사냥",),
    ),
    Person(
        user_id="mateo", tongues=("en",), symbols=("WTI", "SPX"),
        families=("roc_momentum", "sma_trend", "zscore_reversion", "bollinger_breakout", "ema_cross"),
        number="oil-{:03}", timeframes=("1d", "1w"), names=("plain",), capital=200_000, commission=0.0003,
        projects=("Black Gold",),
    ),
    Person(
        user_id="yuki", tongues=("en", "ko"), symbols=("GOOG", "AAPL", "IXIC"),
        families=("turtle", "donchian_breakout", "roc_momentum", "rsi_pullback", "macd_cross"),
        names=("file",), leaves_out=("description", "type"), in_ten=4, capital=60_000, projects=("Sakura Nine",),
    ),
    Person(
        user_id="박지훈", tongues=("ko",), symbols=("SPX", "IBM", "MSFT"),
        families=("bollinger_reversion", "cci_reversal", "stochastic_reversal", "zscore_reversion", "rsi_reversion"),
        number="JH-{:04}", names=("detailed", "plain"), leaves_out=("notes",), in_ten=3, capital=100_000_000,
        commission=0.0004, projects=("청룡",),
    ),
    Person(
        user_id="quant-desk-1", tongues=("en",), symbols=("AAPL", "GOOG", "IBM", "MSFT", "SPX", "IXIC"),
        families=(*TREND, *BREAKOUT), number="QD1/{:05}", names=("file", "code"), spelled="called", runs=110,
        capital=5_000_000, commission=0.0001, projects=("Basilisk",),
    ),
    Person(
        user_id="sora@fund.kr", tongues=("ko", "en"), symbols=("AAPL", "MSFT", "SPX", "IXIC"),
        families=("sma_cross", "roc_momentum", "rsi_reversion", "bollinger_breakout", "macd_rsi"),
        names=("plain", "detailed"), leaves_out=("parameters",), in_ten=2, capital=500_000, projects=("달빛 펀드",),
    ),
    Person(
        user_id="dmitri", tongues=("en",), symbols=("BTCUSD", "IXIC"),
        families=("sma_cross", "rsi_reversion", "roc_momentum", "donchian_breakout", "ema_cross", "sma_trend"),
        number="coin-{:03}", timeframes=("1mo", "1w"), names=("plain", "chatty"), capital=8_000, commission=0.002,
        runs=80, projects=("Polar Bear",),
    ),
    Person(
        user_id="최유나", tongues=("mixed", "ko"), symbols=("GOOG", "AAPL", "SPX"),
        families=("ema_cross", "macd_cross", "sma_trend", "rsi_pullback", "roc_momentum", "volume_breakout"),
        number="yn-{:03}", names=("chatty", "plain"), leaves_out=("type", "indicators"), in_ten=3, capital=7_000_000,
        projects=("벚꽃 시즌",),
    ),
    Person(
        user_id="olivia", tongues=("en",), symbols=("MSFT", "IBM", "AAPL"),
        families=("zscore_reversion", "bollinger_reversion", "rsi_reversion", "cci_reversal", "rsi_pullback"),
        names=("detailed",), spelled="long", leaves_out=("metrics", "notes"), in_ten=3, capital=40_000,
        projects=("Lighthouse",),
    ),
    Person(
        user_id="taeyang", tongues=("ko",), symbols=("VIX", "SPX", "IXIC"),
        families=("zscore_reversion", "bollinger_reversion", "rsi_reversion", "sma_trend", "sma_cross"),
        number="ty{:03}", names=("plain", "detailed"), capital=12_000, projects=("번개",),
    ),
    Person(
        user_id="chen", tongues=("en", "mixed"), symbols=("GOOG", "IXIC", "MSFT"),
        families=("stochastic_reversal", "donchian_breakout", "adx_trend", "macd_rsi", "turtle"),
        number="c-{:04}", names=("plain", "code"), spelled="upper", timeframes=("1d", "1w"), capital=90_000,
        projects=("Jade Gate",),
    ),
    Person(
        user_id="윤아린", tongues=("ko", "en"), symbols=("AAPL", "GOOG", "IBM", "SPX"),
        families=("rsi_reversion", "sma_cross", "turtle", "zscore_reversion", "ema_cross", "bollinger_breakout"),
        names=("plain", "chatty", "detailed"), leaves_out=("notes", "description"), in_ten=3, capital=1_000_000,
        commission=0.0005, projects=("소나기",),
    ),
)  # fmt: skip
"""All of them. Many number their runs `bt-0001` on, as their engine does: an id says nothing without its user."""
