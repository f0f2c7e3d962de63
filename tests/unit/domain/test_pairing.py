from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.invoice import InvoiceLine, Measure
from domain.pairing import figures_of, paired
from domain.usage import TokenUsage, UsageEntry
from tests.builders import MOMENT, a_usage_entry, later


def a_row(number: int, *, tokens: tuple[int, int] = (100, 20), seconds: float | None = None) -> UsageEntry:
    at = later(10 * number if seconds is None else seconds)
    usage = TokenUsage(input_tokens=tokens[0], output_tokens=tokens[1])
    return a_usage_entry(entry_id=f"e-{number}", request_id=f"req-{number}", at=at, usage=usage)


def its_call(row: UsageEntry, **changes: object) -> InvoiceLine:
    """The row's call as a provider lists it, two seconds after the row was opened."""
    at = row.at + timedelta(seconds=2)
    stated = dict(figures_of(row))
    del stated[Measure.COST_USD]
    call = InvoiceLine(day=at.date(), model_name=row.model_id, stated=stated, at=at)
    return replace(call, **changes)  # type: ignore[arg-type]  # the test says which


ROWS = [a_row(number, tokens=tokens) for number, tokens in enumerate(((100, 20), (100, 20), (100, 20), (7, 0), (8, 1)))]
CALLS = [its_call(row) for row in ROWS]


def test_the_same_calls_leave_nothing_alone() -> None:
    pairing = paired(ROWS, CALLS)
    assert {(row.entry_id, call.at) for row, call in pairing.pairs} == {
        (row.entry_id, call.at) for row, call in zip(ROWS, CALLS, strict=True)
    }
    assert (pairing.rows_alone, pairing.calls_alone) == ((), ())


@pytest.mark.parametrize("missing", range(5))
def test_the_row_of_a_call_that_is_missing_is_alone_also_among_rows_that_look_the_same(missing: int) -> None:
    pairing = paired(ROWS, [call for number, call in enumerate(CALLS) if number != missing])
    assert [row.entry_id for row in pairing.rows_alone] == [f"e-{missing}"]
    assert pairing.calls_alone == ()


@pytest.mark.parametrize("missing", range(5))
def test_a_call_of_no_row_is_alone(missing: int) -> None:
    pairing = paired([row for number, row in enumerate(ROWS) if number != missing], CALLS)
    assert [call.stated for call in pairing.calls_alone] == [CALLS[missing].stated]
    assert pairing.rows_alone == ()


def test_a_call_with_other_tokens_leaves_both_alone() -> None:
    other = replace(CALLS[3], stated={**CALLS[3].stated, Measure.OUTPUT_TOKENS: 500})
    pairing = paired(ROWS, [*CALLS[:3], other, CALLS[4]])
    assert ([row.entry_id for row in pairing.rows_alone], pairing.calls_alone) == (["e-3"], (other,))


@pytest.mark.parametrize("named", ["e-1", "req-1"])
def test_a_call_that_names_a_row_is_its_partner_whatever_else_it_says(named: str) -> None:
    call = its_call(ROWS[4], call_id=named)
    [pair] = paired(ROWS, [call]).pairs
    assert pair == (ROWS[1], call)


def test_the_request_of_several_rows_names_none_of_them() -> None:
    twice = [replace(row, request_id="req-same") for row in ROWS]
    [pair] = paired(twice, [its_call(ROWS[3], call_id="req-same")]).pairs
    assert pair[0].entry_id == "e-3"


def test_a_call_that_states_no_tokens_is_told_by_its_cost() -> None:
    dear = replace(ROWS[2], cost_usd=Decimal("0.25"))
    call = InvoiceLine(
        day=MOMENT.date(), model_name="gpt-4o-mini", stated={Measure.COST_USD: Decimal("0.250")}, call_id="x"
    )
    [pair] = paired([*ROWS[:2], dear], [call]).pairs
    assert pair[0] == dear


def test_calls_that_say_when_choose_before_those_that_do_not() -> None:
    timeless = its_call(ROWS[0], at=None, call_id="zz")
    pairing = paired(ROWS[:2], [timeless, CALLS[0]])
    assert [(row.entry_id, call.call_id) for row, call in pairing.pairs] == [("e-0", None), ("e-1", "zz")]


rows_of = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 5)), min_size=0, max_size=12).map(
    lambda many: [a_row(i, tokens=(a, b), seconds=s) for i, (a, b, s) in enumerate(many)]
)


@given(rows=rows_of, calls_of=rows_of)
def test_every_row_and_every_call_is_in_one_place(rows: list[UsageEntry], calls_of: list[UsageEntry]) -> None:
    calls = [its_call(row) for row in calls_of]
    pairing = paired(rows, calls)
    in_rows = [row.entry_id for row, _ in pairing.pairs] + [row.entry_id for row in pairing.rows_alone]
    assert sorted(in_rows) == sorted(row.entry_id for row in rows)
    assert len(pairing.pairs) + len(pairing.calls_alone) == len(calls)
    left = {tuple(figures_of(row).values())[1:-1] for row in pairing.rows_alone}
    assert left.isdisjoint({tuple(call.stated.values())[1:] for call in pairing.calls_alone})


@given(rows=rows_of, dropped=st.integers(0, 11))
def test_the_order_on_the_invoice_does_not_matter(rows: list[UsageEntry], dropped: int) -> None:
    calls = [its_call(row) for number, row in enumerate(rows) if number != dropped]
    assert set(paired(rows, calls).rows_alone) == set(paired(rows[::-1], calls[::-1]).rows_alone)
