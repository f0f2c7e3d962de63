"""Questions put together from parts whose meaning is known: the reading must be exactly that of the parts."""

import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.filters import Filter, FilterOp
from domain.ordering import Order
from domain.question import read_question


@dataclass(frozen=True)
class Part:
    """Words, what they ask for, and what they are about: no question says two things about one."""

    text: str
    about: str
    filters: tuple[Filter, ...] = ()
    order: Order | None = None
    limit: int | None = None


SHARES = {"total_return", "annual_return", "max_drawdown", "win_rate", "volatility", "exposure_time"}
KOREAN_METRICS = {
    "sharpe_ratio": ("샤프", "샤프 지수", "샤프비율", "sharpe"),
    "max_drawdown": ("MDD", "낙폭", "최대 낙폭", "최대낙폭"),
    "total_return": ("수익률", "총수익률", "누적 수익률"), "annual_return": ("연수익률", "연환산 수익률", "CAGR"),
    "win_rate": ("승률",), "profit_factor": ("손익비", "프로핏 팩터"),
    "trade_count": ("거래", "거래 횟수", "매매 횟수"),
    "volatility": ("변동성",), "sortino_ratio": ("소르티노",), "calmar_ratio": ("칼마", "칼마 비율"),
    "exposure_time": ("노출도", "시장 노출"),
}  # fmt: skip
ENGLISH_METRICS = {
    "sharpe_ratio": ("sharpe", "Sharpe ratio"), "max_drawdown": ("drawdown", "max drawdown", "MDD"),
    "total_return": ("return", "total return"), "annual_return": ("annual return", "CAGR", "annualized return"),
    "win_rate": ("win rate", "hit rate"), "profit_factor": ("profit factor",), "volatility": ("volatility",),
    "sortino_ratio": ("sortino", "Sortino ratio"), "calmar_ratio": ("calmar",), "exposure_time": ("exposure",),
}  # fmt: skip
KOREAN_OPS = {
    FilterOp.GE: ("이상",), FilterOp.LE: ("이하",), FilterOp.GT: ("초과", "넘는", "보다 큰", "보다 높은"),
    FilterOp.LT: ("미만", "보다 작은", "보다 낮은", "못 미치는"),
}  # fmt: skip
ENGLISH_OPS = {
    FilterOp.GE: ("at least {}", "of {} or more", ">= {}", "no less than {}", "of at least {}"),
    FilterOp.LE: ("at most {}", "of {} or less", "<= {}", "no more than {}", "up to {}", "not above {}"),
    FilterOp.GT: ("above {}", "over {}", "> {}", "greater than {}", "more than {}"),
    FilterOp.LT: ("below {}", "under {}", "< {}", "less than {}", "lower than {}"),
}  # fmt: skip
SYMBOLS = {
    "GOOG": ("GOOG", "구글", "google"), "AAPL": ("AAPL", "애플", "Apple"),
    "BTC/USDT": ("BTC/USDT", "비트코인", "bitcoin"),
    "005930.KS": ("005930.KS", "삼성전자"), "IXIC": ("나스닥", "nasdaq"),
}  # fmt: skip
INDICATORS = {
    "rsi": ("RSI",), "macd": ("MACD",), "bollinger": ("볼린저 밴드", "볼린저", "Bollinger"),
    "stochastic": ("스토캐스틱", "stochastic"),
    "donchian": ("돈치안", "Donchian"),
}  # fmt: skip
NAMED = ("symbols", "indicators")
LIMITS = ((3, "3개", "top 3"), (5, "다섯 개", "top five"), (10, "10개", "top ten"))


@st.composite
def amounts(draw: st.DrawFn, metric: str) -> tuple[str, float]:
    """A value as it is written and as it is meant."""
    if metric == "trade_count":
        count = draw(st.integers(2, 400))
        return f"{count}{draw(st.sampled_from(('', '회', '건')))}", float(count)
    if metric in SHARES:
        percent = draw(st.integers(1, 90))
        written = draw(
            st.sampled_from((f"{percent}%", f"{percent} %", f"{percent}퍼센트", f"{percent}프로", f"{percent / 100:g}"))
        )
        return written, percent / 100
    value = draw(st.integers(1, 40)) / 10
    return f"{value:g}", value


@st.composite
def korean_conditions(draw: st.DrawFn) -> Part:
    metric = draw(st.sampled_from(sorted(KOREAN_METRICS)))
    written, value = draw(amounts(metric))
    op = draw(st.sampled_from(sorted(KOREAN_OPS)))
    particle = draw(st.sampled_from(("", "이 ", "가 ", " ", "은 ", "는 ")))
    said = draw(st.sampled_from(KOREAN_OPS[op]))
    form = draw(st.sampled_from(KOREAN_METRICS[metric]))
    words = f"{form}{particle or ' '}{written}{'' if said.startswith('보다') else ' '}{said}"
    return Part(words, metric, (Filter(field=metric, op=op, value=value),))


@st.composite
def english_conditions(draw: st.DrawFn) -> Part:
    metric = draw(st.sampled_from(sorted(ENGLISH_METRICS)))
    written, value = draw(amounts(metric).filter(lambda pair: re.search("[가-힣]", pair[0]) is None))
    op = draw(st.sampled_from(sorted(ENGLISH_OPS)))
    said = draw(st.sampled_from(ENGLISH_OPS[op])).format(written)
    return Part(
        f"{draw(st.sampled_from(ENGLISH_METRICS[metric]))} {said}", metric, (Filter(field=metric, op=op, value=value),)
    )


@st.composite
def names(draw: st.DrawFn, *, korean: bool) -> Part:
    field, table = draw(st.sampled_from((("symbols", SYMBOLS), ("indicators", INDICATORS))))
    name = draw(st.sampled_from(sorted(table)))
    form = draw(st.sampled_from([form for form in table[name] if korean or form.isascii()]))
    if draw(st.booleans()):
        unwanted = draw(
            st.sampled_from(
                ("{} 말고", "{} 빼고", "{} 제외하고") if korean else ("excluding {}", "without {}", "not {}")
            )
        )
        return Part(unwanted.format(form), field, (Filter(field=field, op=FilterOp.NE, value=name),))
    return Part(form, field, (Filter(field=field, op=FilterOp.IN, value=(name,)),))


@st.composite
def rankings(draw: st.DrawFn, *, korean: bool) -> Part:
    table = KOREAN_METRICS if korean else ENGLISH_METRICS
    metric = draw(st.sampled_from(sorted(table)))
    descending = draw(st.booleans())
    form = draw(st.sampled_from(table[metric]))
    limit, counted, top = draw(st.sampled_from(LIMITS))
    if korean:
        high = draw(st.sampled_from(("높은", "큰"))) if descending else draw(st.sampled_from(("낮은", "작은")))
        text = draw(
            st.sampled_from(
                (
                    f"{form} 가장 {high} {counted}",
                    f"{form} {high} 순으로 {counted}",
                    f"{form}이 제일 {high} 것 {counted}",
                )
            )
        )
    else:
        high = "highest" if descending else "lowest"
        text = draw(
            st.sampled_from(
                (
                    f"{top.split()[1]} with the {high} {form}",
                    f"{top} sorted by {form} {'descending' if descending else 'ascending'}",
                )
            )
        )
    return Part(text, metric, order=Order(field=metric, descending=descending), limit=limit)


def is_meant(text: str, parts: list[Part]) -> None:
    question = read_question(text)
    assert set(question.filters) == {condition for part in parts for condition in part.filters}, (text, question)
    assert question.order == next((part.order for part in parts if part.order), None), (text, question)
    assert question.limit == next((part.limit for part in parts if part.limit), None), (text, question)
    assert question.only_conditions, (text, question)
    assert not question.unapplied, (text, question)


def about_different_things(parts: list[Part]) -> bool:
    return len({part.about for part in parts}) == len(parts)


@settings(max_examples=120, deadline=None)
@given(
    conditions=st.lists(korean_conditions() | names(korean=True), min_size=1, max_size=4).filter(
        about_different_things
    ),
    ranking=st.none() | rankings(korean=True),
    joins=st.lists(st.sampled_from((", ", " ", "이고 ", "이면서 ")), min_size=4, max_size=4),
    ending=st.sampled_from(("", " 전략", " 백테스트 찾아줘", " 거 있어?", "인 것만 보여주세요", " 결과 좀 알려줘")),
)
def test_korean_questions_are_read_as_their_parts(
    conditions: list[Part], ranking: Part | None, joins: list[str], ending: str
) -> None:
    # A name comes first: what is said before `GOOG 말고` may be said of GOOG.
    conditions = sorted(conditions, key=lambda part: part.about not in NAMED)
    text = conditions[0].text
    for join, before, part in zip(joins, conditions, conditions[1:], strict=False):
        text += (join if before.about not in NAMED else " ") + part.text
    if ranking is None:
        is_meant(
            text + (ending if conditions[-1].about not in NAMED else ending.replace("인 것만", " 것만")),
            conditions,
        )
    elif ranking.about not in {part.about for part in conditions}:
        is_meant(f"{text} 전략 중에서 {ranking.text}", [*conditions, ranking])


@settings(max_examples=80, deadline=None)
@given(
    conditions=st.lists(korean_conditions(), min_size=1, max_size=3).filter(about_different_things),
    symbol=st.sampled_from(("GOOG", "AAPL", "BTC/USDT")),
)
def test_korean_questions_are_read_without_spaces(conditions: list[Part], symbol: str) -> None:
    text = "이고".join(part.text for part in conditions) + f"인{symbol}"
    named = Part(symbol, "symbols", (Filter(field="symbols", op=FilterOp.IN, value=(symbol,)),))
    is_meant(re.sub(r"\s", "", text), [*conditions, named])


@settings(max_examples=120, deadline=None)
@given(
    conditions=st.lists(english_conditions() | names(korean=False), min_size=1, max_size=4).filter(
        about_different_things
    ),
    ranking=st.none() | rankings(korean=False),
    joins=st.lists(st.sampled_from((", ", " and ", ", and ")), min_size=4, max_size=4),
    beginning=st.sampled_from(("", "show me ", "which of my backtests have ", "find runs with ", "strategies with ")),
)
def test_english_questions_are_read_as_their_parts(
    conditions: list[Part], ranking: Part | None, joins: list[str], beginning: str
) -> None:
    text = beginning + conditions[0].text
    for join, before, part in zip(joins, conditions, conditions[1:], strict=False):
        # `excluding GOOG and` goes on with what is excluded.
        text += (", " if before.filters[0].op is FilterOp.NE else join) + part.text
    if ranking is None:
        is_meant(text, conditions)
    elif ranking.about not in {part.about for part in conditions}:
        is_meant(f"{ranking.text}, {text.removeprefix(beginning)}", [*conditions, ranking])
