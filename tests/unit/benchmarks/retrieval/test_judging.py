"""One answer against its gold: what counts as exact, as a violation, as a leak, as covered."""

from collections.abc import Mapping

import pytest

from benchmarks.retrieval.corpus import Run
from benchmarks.retrieval.covering import Reading, misread
from benchmarks.retrieval.goals import goals
from benchmarks.retrieval.gold import Gold
from benchmarks.retrieval.judging import Answer, Judged, is_exact, judge
from benchmarks.retrieval.meaning import Ordering
from benchmarks.retrieval.service import backtest_of
from benchmarks.retrieval.summary import groups, summarised
from domain.filters import Filter, FilterOp
from tests.unit.benchmarks.retrieval.things import a_gold, a_run, a_silent, bound

SHARPE = {"kind": "order", "order": {"field": "sharpe_ratio", "descending": True}}


def sharpes(*values: float | None) -> list[Run]:
    return [a_run(f"r{number}", metrics={"sharpe_ratio": value}) for number, value in enumerate(values)]


def judged(gold: Gold, *ids: str, milliseconds: float = 1.0, reading: Reading | None = None) -> Judged:
    own = {run.backtest_id: backtest_of(run) for run in gold.runs}
    answer = Answer(found=tuple(own[key] for key in ids), milliseconds=milliseconds, reading=reading)
    pairs = [(run, backtest_of(run)) for run in gold.runs]
    return judge(gold, answer, own=own, runs=pairs)


@pytest.mark.parametrize(
    ("ids", "exact"),
    [
        (("r0", "r1"), True),
        (("r1", "r0"), True),
        (("r1", "r0", "silent"), True),
        (("r0",), False),
        (("r0", "r1", "other"), False),
        (("r0", "r1", "r1"), False),
    ],
)
def test_conditions_want_all_that_meet_them_and_nothing_else(ids: tuple[str, ...], *, exact: bool) -> None:
    gold = a_gold(a_run("r0"), a_run("r1"), a_silent("silent"), a_run("other", kinds=("macd",)), kinds=["rsi"])
    assert is_exact(gold, ids) is exact


def test_where_more_meet_the_conditions_than_are_asked_for_any_of_them_will_do() -> None:
    gold = a_gold(*sharpes(1, 2, 3), kinds=["rsi"], top_k=2)
    assert is_exact(gold, ["r2", "r0"])
    assert not is_exact(gold, ["r2"])
    assert not is_exact(gold, ["r2", "r0", "r1"])


@pytest.mark.parametrize(
    ("ids", "exact"),
    [
        (("r2", "r1"), True),
        (("r2", "r3"), True),
        (("r1", "r2"), False),
        (("r2", "r0"), False),
        (("r2",), False),
        (("r2", "r1", "r3"), False),
    ],
)
def test_an_order_wants_its_first_and_ties_may_fall_either_way(ids: tuple[str, ...], *, exact: bool) -> None:
    gold = a_gold(*sharpes(1, 2, 3, 2), limit=2, **SHARPE)
    assert is_exact(gold, ids) is exact


def test_a_run_without_the_figure_need_not_come_and_comes_last() -> None:
    gold = a_gold(*sharpes(1, None, 3), **SHARPE)
    assert is_exact(gold, ["r2", "r0"])
    assert is_exact(gold, ["r2", "r0", "r1"])
    assert not is_exact(gold, ["r1", "r2", "r0"])


def test_runs_of_which_the_record_leaves_it_open_take_no_place_in_the_ranking() -> None:
    gold = a_gold(a_silent("silent"), a_run("r0"), kinds=["rsi"])
    one = judged(gold, "silent", "r0")
    assert one.ranking is not None
    assert (one.ranking.ndcg5, one.ranking.hit1, one.violations, one.exact) == (1.0, 1.0, 0, True)


def test_a_limit_in_the_question_is_all_the_room_there_is() -> None:
    one = judged(a_gold(*sharpes(1, 2, 3, 4, 5, 6), limit=2, **SHARPE), "r5", "r4")
    assert one.ranking is not None
    assert (one.ranking.ndcg5, one.ranking.ndcg10, one.ranking.recall5) == (1.0, 1.0, 1.0)


def test_graded_figures_of_one_answer() -> None:
    runs = [a_run("three"), a_run("two", symbol="IBM"), a_run("none", kinds=("macd",), type="breakout")]
    relevance = {"kinds": ["rsi"], "types": ["mean_reversion"], "symbols": ["GOOG"]}
    one = judged(a_gold(*runs, kind="similarity", relevance=relevance), "none", "two", "three")
    ranking = one.ranking
    assert ranking is not None
    # Gains 0, 3 and 7 over 1, 1.584963 and 2; at best 7 and 3.
    assert ranking.ndcg5 == pytest.approx((3 / 1.584963 + 7 / 2) / (7 + 3 / 1.584963), abs=1e-6)
    assert (ranking.hit1, ranking.mrr, ranking.recall5) == (0.0, 0.5, 1.0)
    assert ranking.precision5 == pytest.approx(2 / 3)
    assert (one.exact, one.misread, one.covered, one.violations, one.is_wrong) == (None, None, None, 0, True)


def test_a_run_that_does_not_meet_a_condition_is_a_violation() -> None:
    gold = a_gold(a_run("r0"), a_run("other", kinds=("macd",)), kinds=["rsi"])
    assert judged(gold, "r0", "other").violations == 1


def test_a_run_of_another_user_is_a_leak_even_under_an_id_that_the_user_has() -> None:
    gold = a_gold(a_run("r0"), kinds=["rsi"])
    theirs = backtest_of(a_run("r0", symbol="IBM"))
    answer = Answer(found=(theirs,), milliseconds=1.0)
    assert judge(gold, answer, own={"r0": backtest_of(a_run("r0"))}, runs=[]).leaks == 1
    assert judged(gold, "r0").leaks == 0


READ = Filter(field="sharpe_ratio", op=FilterOp.GE, value=1)
RSI = Filter(field="indicators", op=FilterOp.IN, value=("rsi", "relative strength index"))


@pytest.mark.parametrize(
    ("reading", "ways"),
    [
        (Reading(filters=(READ, RSI)), ()),
        (Reading(filters=(RSI, READ, READ)), ()),
        (Reading(filters=(READ, RSI, Filter(field="trade_count", op=FilterOp.GT, value=5))), ("figures",)),
        (Reading(filters=(Filter(field="sharpe_ratio", op=FilterOp.GT, value=1), RSI)), ("figures",)),
        (Reading(filters=(Filter(field="sharpe_ratio", op=FilterOp.GE, value=1.01), RSI)), ("figures",)),
        (Reading(filters=(Filter(field="sharpe_ratio", op=FilterOp.LE, value=1), RSI)), ("figures",)),
        (Reading(filters=(READ,)), ("other conditions",)),
        (Reading(filters=(READ, RSI), unapplied=("알파",)), ("left unapplied",)),
        (Reading(filters=(READ, RSI), limit=3), ("limit",)),
        (Reading(filters=(READ, RSI), order=Ordering(field="win_rate", descending=True)), ("order",)),
    ],
)
def test_a_reading_covers_a_question_by_what_it_lets_through(reading: Reading, ways: tuple[str, ...]) -> None:
    gold = a_gold(a_run("r0"), a_run("r1", kinds=("macd",)), kinds=["rsi"], filters=[bound("sharpe_ratio", ">=", 1)])
    assert judged(gold, reading=reading).misread == ways


def test_bounds_on_both_sides_are_held_together() -> None:
    both = [bound("win_rate", ">=", 0.5), bound("win_rate", "<=", 0.7)]
    meaning = a_gold(a_run(), filters=both).question.meaning
    low, high = (Filter(field="win_rate", op=op, value=v) for op, v in ((FilterOp.GE, 0.5), (FilterOp.LE, 0.7)))
    assert misread(meaning, Reading(filters=(high, low)), []) == ()
    assert misread(meaning, Reading(filters=(low,)), []) == ("figures",)


def test_a_type_that_is_preferred_counts_as_read() -> None:
    runs = [a_run("r0"), a_run("r1", type="breakout")]
    gold = a_gold(*runs, types=["mean_reversion"])
    assert judged(gold, reading=Reading(types=frozenset({"mean_reversion"}))).covered is True
    assert judged(gold, reading=Reading(types=frozenset({"breakout"}))).covered is False


def no_answer(question: str) -> Gold:
    return a_gold(a_run("r0"), kind="no_answer", question=question)


def test_no_answer_is_found_where_nothing_comes_for_what_has_none() -> None:
    right, missed = judged(no_answer("a")), judged(no_answer("b"), "r0")
    wrong, fine = judged(a_gold(a_run("r0"), kinds=["rsi"])), judged(a_gold(a_run("r0"), kinds=["rsi"]), "r0")
    summary = summarised([right, missed, wrong, fine])
    # Two came empty, one of them rightly; of two without an answer one came empty.
    assert (summary.value("none_precision"), summary.value("none_recall")) == (0.5, 0.5)
    assert summary.value("unanswered") == 0.5
    assert (summary.value("exact"), summary.value("ndcg5"), summary.questions) == (0.5, 0.5, 4)


def test_questions_are_told_by_language_and_kind_and_those_that_are_not_there_are_left_out() -> None:
    mixed = a_gold(a_run("r0"), kind="mixed", language="mixed", kinds=["rsi"])
    every = [judged(no_answer("a")), judged(a_gold(a_run("r0"), kinds=["rsi"], language="en"), "r0"), judged(mixed)]
    assert [(name, len(chosen)) for name, chosen in groups(every)] == [
        ("all", 3), ("in ko", 1), ("in en", 1), ("in mixed", 1), ("condition", 1), ("mixed", 1), ("no_answer", 1),
        ("condition en", 1), ("mixed mixed", 1), ("no_answer ko", 1),
    ]  # fmt: skip


@pytest.fixture
def perfect() -> list[Judged]:
    reading = Reading(filters=(RSI,))
    conditions = [judged(a_gold(a_run("r0"), kinds=["rsi"]), "r0", reading=reading) for _ in range(20)]
    return [*conditions, *(judged(no_answer("a")) for _ in range(10))]


def met(product: list[Judged], dense: list[Judged]) -> Mapping[str, bool]:
    return {goal.what: goal.is_met for goal in goals(product, dense)}


def test_goals_are_met_by_what_is_perfect_and_by_far_better_than_dense_search(perfect: list[Judged]) -> None:
    dense = [judged(a_gold(a_run("r0"), kinds=["rsi"])) for _ in range(20)]
    assert all(met(perfect, dense).values())
    assert met(perfect, perfect)["nDCG@5 above dense only"] is False


def test_one_violation_one_leak_or_an_answer_too_many_misses_a_goal(perfect: list[Judged]) -> None:
    gold = a_gold(a_run("r0"), a_run("other", kinds=("macd",)), kinds=["rsi"])
    missed = met([*perfect, judged(gold, "r0", "other")], [])
    assert missed["runs that do not meet a condition"] is False
    answered = met([*perfect, *(judged(no_answer("b"), "r0") for _ in range(2))], [])
    assert answered["no answer, recall"] is False
    assert answered["runs of another user"] is True
