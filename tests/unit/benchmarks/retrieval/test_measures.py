"""Every measure beside what it comes to by hand."""

import pytest

from benchmarks.retrieval.measures import dcg, mean, ndcg, percentile, precision, recall, reciprocal_rank, share


def test_the_gain_of_a_rank_is_two_to_the_grade_less_one_over_the_log_of_the_rank_plus_one() -> None:
    # Gains of 7, 3, 0 and 1, over 1, 1.584963, 2 and 2.321928.
    assert dcg([3, 2, 0, 1]) == pytest.approx(7 + 1.892789 + 0.430677, abs=1e-6)


def test_a_ranking_is_held_against_the_best_order_of_all_grades_and_not_of_those_found() -> None:
    # Found 1 / 1 + 7 / 1.584963; best 7 / 1 + 7 / 1.584963
    assert ndcg([1, 3], [3, 3, 1, 0], k=2) == pytest.approx((1 + 4.416508) / (7 + 4.416508), abs=1e-6)


def test_only_the_first_k_count_on_both_sides() -> None:
    assert ndcg([3, 0, 0], [3, 3, 3], k=1) == 1.0
    assert ndcg([0, 3], [3], k=1) == 0.0


def test_a_question_to_which_nothing_is_relevant_gains_nothing() -> None:
    assert ndcg([0, 0], [0, 0, 0], k=5) == 0.0
    assert ndcg([], [3], k=5) == 0.0


def test_recall_is_over_as_many_relevant_as_there_is_room_for() -> None:
    assert recall([True, False, True], 2, k=5) == 1.0
    assert recall([True, False, True, False, False], 40, k=5) == 0.4
    assert recall([], 0, k=5) == 0.0


def test_precision_is_over_what_came() -> None:
    assert precision([True, False], k=5) == 0.5
    assert precision([True, True, True, True, False, True], k=5) == 0.8
    assert precision([], k=5) == 0.0


def test_the_reciprocal_rank_is_that_of_the_first_relevant() -> None:
    assert reciprocal_rank([False, False, True, True]) == pytest.approx(1 / 3)
    assert reciprocal_rank([False]) == 0.0


def test_a_mean_lies_in_its_interval_and_is_the_same_each_time() -> None:
    values = [1.0] * 30 + [0.0] * 10
    first, again = mean(values), mean(values)
    assert first == again
    assert first is not None
    assert first.value == 0.75
    assert first.low < 0.75 < first.high
    # The standard error of a share of 0.75 over 40 is 0.0685: nineteen in twenty lie within two of them.
    assert first.low == pytest.approx(0.75 - 1.96 * 0.0685, abs=0.03)
    assert first.high == pytest.approx(0.75 + 1.96 * 0.0685, abs=0.03)


def test_values_that_are_all_the_same_leave_no_doubt() -> None:
    estimate = mean([0.5] * 20)
    assert estimate is not None
    assert (estimate.low, estimate.value, estimate.high, estimate.count) == (0.5, 0.5, 0.5, 20)


def test_of_nothing_there_is_no_figure() -> None:
    assert mean([]) is None
    assert share([0.0, 0.0], [0.0, 0.0]) is None
    assert percentile([], 50) is None


def test_a_share_is_the_sum_of_parts_over_the_sum_of_wholes() -> None:
    estimate = share([1, 0, 1, 0], [1, 1, 1, 0])
    assert estimate is not None
    assert estimate.value == pytest.approx(2 / 3)
    assert estimate.count == 3


def test_a_percentile_lies_between_its_neighbours() -> None:
    estimate = percentile([1.0, 2.0, 3.0, 4.0, 5.0], 50)
    assert estimate is not None
    assert estimate.value == 3.0
    assert 1.0 <= estimate.low <= 3.0 <= estimate.high <= 5.0
