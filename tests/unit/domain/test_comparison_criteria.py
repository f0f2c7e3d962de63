import pytest

from domain.backtest import METRIC_NAMES
from domain.comparison_criteria import DEFAULT_MIX, Basis, Criteria, read_criteria
from domain.errors import InvalidQuestion

SAFE = {"max_drawdown": "lower", "volatility": "lower", "sharpe_ratio": "higher"}
CONSISTENT = {"sharpe_ratio": "higher", "win_rate": "higher", "max_drawdown": "lower"}


def sides(criteria: Criteria) -> dict[str, str]:
    return {criterion.metric: "higher" if criterion.higher else "lower" for criterion in criteria.ranked}


def asked(question: str) -> Criteria:
    return read_criteria(metrics=(), question=question)


@pytest.mark.parametrize(
    ("korean", "english", "meant"),
    [
        ("가장 안정적인 건?", "Which one is the most stable?", SAFE),
        ("제일 안전한 전략은?", "the safest one", SAFE),
        ("꾸준한 건 어느 쪽이야?", "most consistent", CONSISTENT),
        ("수익률이 제일 높은 것은?", "highest total return", {"total_return": "higher"}),
        ("누적 수익률 높은 순으로", "rank them by cumulative return", {"total_return": "higher"}),
        ("낙폭이 가장 작은 건?", "least drawdown", {"max_drawdown": "lower"}),
        ("MDD가 가장 낮은 것", "which has the smallest max drawdown?", {"max_drawdown": "lower"}),
        ("손실이 가장 적은 것", "lowest loss", {"total_return": "higher"}),
        (
            "위험 대비 수익이 좋은 건?",
            "best risk-adjusted return",
            {"sharpe_ratio": "higher", "sortino_ratio": "higher"},
        ),
        ("돈을 가장 많이 번 전략", "the most profitable one", {"total_return": "higher"}),
        ("거래가 가장 많은 전략", "the most trades", {"trade_count": "higher"}),
        ("거래 횟수가 적은 것", "fewest trades", {"trade_count": "lower"}),
        ("수수료가 제일 적은 것", "lowest fees", {"fees_paid": "lower"}),
        (
            "샤프가 높고 변동성이 낮은 것",
            "highest Sharpe and lowest volatility",
            {"sharpe_ratio": "higher", "volatility": "lower"},
        ),
    ],
)
def test_both_languages_are_read_alike(korean: str, english: str, meant: dict[str, str]) -> None:
    for question in (korean, english):
        assert sides(asked(question)) == meant, question
        assert asked(question).basis is Basis.QUESTION


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("수익률이 가장 낮은 것은?", {"total_return": "lower"}),
        ("which has the worst return?", {"total_return": "lower"}),
        ("가장 불안정한 것은?", {"max_drawdown": "higher", "volatility": "higher"}),
        ("which is the riskiest?", {"max_drawdown": "higher", "volatility": "higher"}),
        ("샤프가 나쁜 순으로", {"sharpe_ratio": "lower"}),
    ],
)
def test_the_worst_can_be_asked_for_and_is_no_recommendation(question: str, meant: dict[str, str]) -> None:
    assert sides(asked(question)) == meant
    assert not asked(question).natural


@pytest.mark.parametrize("question", [None, "어느 게 나아?", "which one is prettier?", "   ", "두 개를 비교해 줘"])
def test_where_nothing_is_named_the_stated_mix_ranks(question: str | None) -> None:
    criteria = read_criteria(metrics=(), question=question)
    assert criteria.basis is Basis.DEFAULT
    assert tuple(sides(criteria)) == DEFAULT_MIX
    assert criteria.natural


def test_metrics_go_before_the_question_which_may_turn_their_side() -> None:
    criteria = read_criteria(metrics=("volatility", "win_rate"), question="변동성이 높은 건? 샤프는?")
    assert sides(criteria) == {"volatility": "higher", "win_rate": "higher"}
    assert criteria.basis is Basis.ASKED


def test_a_metric_of_which_more_is_no_better_is_shown_and_ranks_nothing() -> None:
    criteria = read_criteria(metrics=("trade_count", "sharpe_ratio"), question=None)
    assert sides(criteria) == {"sharpe_ratio": "higher"}
    assert criteria.shown == ("trade_count",)
    alone = read_criteria(metrics=("exposure_time",), question=None)
    assert (alone.basis, alone.shown) == (Basis.DEFAULT, ("exposure_time",))


def test_a_metric_may_be_called_as_people_call_it() -> None:
    assert tuple(sides(read_criteria(metrics=("샤프 지수", "MDD", "cagr"), question=None))) == (
        "sharpe_ratio", "max_drawdown", "annual_return",
    )  # fmt: skip


def test_every_metric_of_a_backtest_can_be_asked_for() -> None:
    for name in METRIC_NAMES:
        criteria = read_criteria(metrics=(name,), question=None)
        assert name in {*sides(criteria), *criteria.shown}


def test_every_name_that_is_no_metric_is_named_with_what_was_meant() -> None:
    with pytest.raises(InvalidQuestion) as refused:
        read_criteria(metrics=("sharp_ratio", "sharpe_ratio", "final_equity", "샤프"), question=None)
    said = {violation.field: violation.message for violation in refused.value.violations}
    assert said["metrics[0]"] == "is no metric; did you mean sharpe_ratio?"
    assert set(said) == {"metrics[0]", "metrics[2]", "metrics[3]"}
    assert said["metrics[3]"] == "names sharpe_ratio again"
