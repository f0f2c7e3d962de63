from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.invoice import Amount, Invoice, InvoiceLine, Measure, total
from domain.pairing import figures_of
from domain.reconciliation import TOLERANCE, Account, Difference, Doubt, Evidence, accounts, evidence
from domain.usage import TokenUsage, UsageEntry, UsageGroup, UsageStatus
from tests.builders import a_usage_entry

TODAY = date(2026, 11, 20)
MINI, SNAPSHOT = "gpt-4o-mini", "gpt-4o-mini-2024-07-18"
NAMES = {MINI: MINI, SNAPSHOT: MINI, "gpt-4o": "gpt-4o"}
SETTLED, FAILED, UNKNOWN, ESTIMATED, PENDING = (
    UsageStatus.SETTLED, UsageStatus.FAILED, UsageStatus.UNKNOWN, UsageStatus.ESTIMATED, UsageStatus.PENDING,
)  # fmt: skip


def a_line(day: date = TODAY, model_name: str = MINI, **stated: Amount) -> InvoiceLine:
    return InvoiceLine(day=day, model_name=model_name, stated={Measure(name): stated[name] for name in stated})


def a_group(day: date = TODAY, model: str = MINI, status: UsageStatus = SETTLED, **sums: int) -> UsageGroup:
    return replace(UsageGroup(day=day, model=model, status=status, attempts=1, cost_usd=Decimal("0.01")), **sums)  # type: ignore[arg-type]  # sums of tokens


def an_invoice(*lines: InvoiceLine) -> Invoice:
    days = [line.day for line in lines] or [TODAY]
    return Invoice(lines=lines, first_day=min(days), last_day=max(days))


def row(number: int, status: UsageStatus = SETTLED, **changes: object) -> UsageEntry:
    usage = TokenUsage(input_tokens=1_000 + number, output_tokens=10 * number)
    at = datetime(2026, 11, 20, 12, 0, number, tzinfo=UTC)
    entry = a_usage_entry(entry_id=f"e-{number:03}", request_id=f"r-{number}", at=at, usage=usage)
    return replace(entry, status=status, cost_usd=Decimal(number) / 1_000, **changes)  # type: ignore[arg-type]  # the test says which


def call_of(entry: UsageEntry, **changes: Amount) -> InvoiceLine:
    stated = {**figures_of(entry), **{Measure(name): changes[name] for name in changes}}
    return InvoiceLine(day=TODAY, model_name=MINI, stated=stated, at=entry.at + timedelta(seconds=0.2))


def the_account(rows: Sequence[UsageEntry], lines: Sequence[InvoiceLine], *, by_call: bool = False) -> Account:
    charged = [figures_of(entry) for entry in rows if entry.status is not FAILED]
    return Account(
        day=TODAY, model_id=MINI, invoice=total(line.stated for line in lines), ledger=total(charged),
        lines=tuple(lines), by_call=by_call,
    )  # fmt: skip


def told(found: Evidence) -> list[tuple[str, tuple[Doubt, ...]]]:
    return [(suspect.entry.entry_id, suspect.doubts) for suspect in found.suspects]


def test_lines_of_a_day_and_model_are_summed_under_our_name_of_it() -> None:
    lines = (
        a_line(calls=2, input_tokens=100), a_line(model_name=SNAPSHOT, calls=1, input_tokens=50),
        a_line(model_name="gpt-4o", calls=1),
    )  # fmt: skip
    groups = [a_group(attempts=2, input_tokens=90), a_group(status=UNKNOWN, input_tokens=60)]
    first, second = accounts(an_invoice(*lines), groups, NAMES)
    assert (first.model_id, second.model_id) == ("gpt-4o", MINI)
    assert second.invoice == {Measure.CALLS: 3, Measure.INPUT_TOKENS: 150}
    assert second.ledger[Measure.INPUT_TOKENS] == 150
    assert second.rows == {SETTLED: 2, UNKNOWN: 1}
    assert second.differences(TOLERANCE) == ()


def test_what_the_invoice_does_not_state_is_not_compared() -> None:
    [account] = accounts(an_invoice(a_line(cost_usd=Decimal("0.01"))), [a_group(input_tokens=5_000)], NAMES)
    assert account.differences(TOLERANCE) == ()


def test_a_call_that_failed_is_no_call_of_the_invoice() -> None:
    groups = [a_group(attempts=4, input_tokens=100), a_group(status=FAILED, attempts=7)]
    [account] = accounts(an_invoice(a_line(calls=4)), groups, NAMES)
    assert account.differences(TOLERANCE) == ()
    assert account.rows[FAILED] == 7


def test_a_silent_invoice_states_nothing_of_whatever_it_states_at_all() -> None:
    other = a_group(model="gpt-4o", attempts=3, input_tokens=70, output_tokens=9)
    first, second = accounts(an_invoice(a_line(calls=1, input_tokens=5)), [other], NAMES)
    assert {each.measure: each.ledger for each in first.differences(TOLERANCE)} == {
        Measure.CALLS: 3, Measure.INPUT_TOKENS: 70,
    }  # fmt: skip
    assert {each.measure: each.invoice for each in second.differences(TOLERANCE)} == {
        Measure.CALLS: 1, Measure.INPUT_TOKENS: 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("invoice", "ledger", "exceeds"),
    [(1_000, 1_005, False), (1_000, 1_006, True), (1_000, 995, False), (1_000, 994, True), (0, 0, False), (0, 1, True)],
)
def test_the_tolerance_is_a_share_of_the_invoice(invoice: int, ledger: int, *, exceeds: bool) -> None:
    difference = Difference(measure=Measure.INPUT_TOKENS, invoice=invoice, ledger=ledger)
    assert difference.exceeds(TOLERANCE) is exceeds


def test_a_share_is_of_the_invoice_and_of_nothing_there_is_none() -> None:
    assert Difference(measure=Measure.CALLS, invoice=8, ledger=10).share == Decimal("0.25")
    assert Difference(measure=Measure.COST_USD, invoice=Decimal("0.1"), ledger=Decimal("0.05")).share == Decimal("-0.5")
    assert Difference(measure=Measure.CALLS, invoice=0, ledger=10).share is None


def test_rows_whose_end_nobody_knows_come_first_then_those_that_were_estimated() -> None:
    rows = [row(1), row(2, FAILED), row(3, ESTIMATED), row(4, UNKNOWN), row(5, PENDING), row(6, UNKNOWN)]
    account = the_account(rows, [a_line(input_tokens=9_000)])
    assert told(evidence(account, rows, tolerance=TOLERANCE)) == [
        ("e-006", (Doubt.UNKNOWN,)),
        ("e-004", (Doubt.UNKNOWN,)),
        ("e-003", (Doubt.ESTIMATED,)),
        ("e-005", (Doubt.PENDING,)),
        ("e-002", (Doubt.FAILED,)),
    ]


def test_a_failed_row_is_suspected_only_where_the_invoice_has_more() -> None:
    rows = [row(1), row(2, FAILED)]
    assert told(evidence(the_account(rows, [a_line(input_tokens=500)]), rows, tolerance=TOLERANCE)) == []


@pytest.mark.parametrize("times", [0, 2])
def test_the_one_row_that_makes_up_the_whole_difference_is_named(times: int) -> None:
    rows = [row(number) for number in range(1, 9)]
    listed = [*rows[:4], *rows[5:], *([rows[4]] * times)]
    account = the_account(rows, [replace(a_line(), stated=total(map(figures_of, listed)))])
    assert told(evidence(account, rows, tolerance=TOLERANCE)) == [("e-005", (Doubt.IS_THE_DIFFERENCE,))]


def test_a_row_that_ended_on_another_day_may_be_on_that_days_invoice() -> None:
    late = row(1, at=datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC), latency_ms=1_500)
    rows = [late, row(2, latency_ms=1_500)]
    account = the_account(rows, [a_line(input_tokens=1)])
    assert told(evidence(account, rows, tolerance=TOLERANCE)) == [("e-001", (Doubt.OVER_MIDNIGHT,))]


ROWS = [row(number) for number in range(1, 9)]


@pytest.mark.parametrize("missing", range(8))
def test_of_single_calls_the_row_whose_call_is_missing_is_named_and_no_other(missing: int) -> None:
    calls = [call_of(entry) for number, entry in enumerate(ROWS) if number != missing]
    found = evidence(the_account(ROWS, calls, by_call=True), ROWS, tolerance=TOLERANCE)
    assert told(found) == [(ROWS[missing].entry_id, (Doubt.NO_PARTNER,))]
    assert found.calls == ()


@pytest.mark.parametrize(
    ("change", "doubt"),
    [({"output_tokens": 9_999}, Doubt.NO_PARTNER), ({"cost_usd": Decimal(3)}, Doubt.DIFFERS)],
)
def test_of_single_calls_one_that_is_changed_is_told_with_its_row(change: dict[str, Amount], doubt: Doubt) -> None:
    calls = [call_of(entry) for entry in ROWS]
    calls[3] = call_of(ROWS[3], **change)
    found = evidence(the_account(ROWS, calls, by_call=True), ROWS, tolerance=TOLERANCE)
    assert told(found) == [("e-004", (doubt,))]
    assert found.calls == (calls[3],)


def test_a_call_that_is_in_no_row_may_be_one_that_we_took_for_failed() -> None:
    rows = [*ROWS, row(9, FAILED, usage=TokenUsage())]
    calls = [call_of(entry) for entry in ROWS]
    found = evidence(the_account(rows, [*calls, calls[0]], by_call=True), rows, tolerance=TOLERANCE)
    assert told(found) == [("e-009", (Doubt.FAILED,))]
    assert [call.stated for call in found.calls] == [calls[0].stated]
    assert told(evidence(the_account(rows, calls, by_call=True), rows, tolerance=TOLERANCE)) == []


def test_where_the_invoice_lists_calls_and_is_silent_every_row_is_alone() -> None:
    other = InvoiceLine(day=TODAY, model_name="gpt-4o", stated={Measure.CALLS: 1}, call_id="x")
    groups = [a_group(attempts=8, input_tokens=8_036)]
    account = next(each for each in accounts(an_invoice(other), groups, NAMES) if each.model_id == MINI)
    assert account.by_call
    assert {each[1] for each in told(evidence(account, ROWS, tolerance=TOLERANCE))} == {(Doubt.NO_PARTNER,)}


amounts = st.integers(0, 10**9)
days = st.dates(date(2026, 11, 18), date(2026, 11, 21))
stated = st.fixed_dictionaries({m: amounts for m in Measure if m is not Measure.COST_USD}) | st.fixed_dictionaries(
    {Measure.COST_USD: st.decimals(0, 10**6, places=12)}
)
lines = st.lists(
    st.builds(InvoiceLine, day=days, model_name=st.sampled_from(sorted(NAMES)), stated=stated), min_size=1, max_size=12
)
tolerances = st.decimals(0, 1, places=4)


def differing(found: Iterable[Account], tolerance: Decimal) -> set[tuple[date, str, Measure]]:
    return {(a.day, a.model_id, each.measure) for a in found for each in a.differences(tolerance)}


@given(lines=lines, tolerance=tolerances)
def test_an_invoice_agrees_with_a_ledger_that_says_the_same(lines: list[InvoiceLine], tolerance: Decimal) -> None:
    held = accounts(an_invoice(*lines), [], NAMES)
    same = [replace(account, ledger=account.invoice) for account in held]
    assert differing(same, tolerance) == set()


@given(lines=lines)
def test_nothing_on_an_invoice_is_lost_or_counted_twice(lines: list[InvoiceLine]) -> None:
    held = accounts(an_invoice(*lines), [], NAMES)
    assert total(account.invoice for account in held) == total(line.stated for line in lines)
    assert [(account.day, account.model_id) for account in held] == sorted(
        {(line.day, NAMES[line.model_name]) for line in lines}
    )


@given(lines=lines, one=tolerances, other=tolerances)
def test_a_wider_tolerance_finds_nothing_new(lines: list[InvoiceLine], one: Decimal, other: Decimal) -> None:
    groups = [a_group(attempts=3, input_tokens=500_000_000, output_tokens=400_000_000)]
    held = accounts(an_invoice(*lines), groups, NAMES)
    narrow, wide = sorted((one, other))
    assert differing(held, wide) <= differing(held, narrow)


@given(lines=lines, tolerance=tolerances, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(lines: list[InvoiceLine], tolerance: Decimal, seed: object) -> None:
    shuffled = sorted(lines, key=lambda _: seed.random())  # type: ignore[attr-defined]  # hypothesis' own Random
    one, other = (accounts(an_invoice(*each), [a_group()], NAMES) for each in (lines, shuffled))
    assert differing(one, tolerance) == differing(other, tolerance)
