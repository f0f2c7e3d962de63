"""What every ledger promises: its rows and its budget counters."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from application.ports.usage_ledger import UsageLedger, UsageReport
from domain.budget import BudgetCounter, BudgetPeriod, BudgetRule, BudgetUnit
from domain.errors import BudgetExhausted, NotFound
from domain.usage import Settlement, TokenUsage, UsageEntry, UsageFilter, UsageStatus
from tests.builders import MOMENT, a_hold, a_rule, a_settlement, a_usage_entry, later

EVERYTHING = UsageFilter()
USD = a_rule(name="usd-a-day", limit=Decimal("0.001"))
TOKENS = a_rule(name="tokens-a-month", unit=BudgetUnit.TOKENS, limit=Decimal(4_000), period=BudgetPeriod.MONTH)
EACH = a_rule(name="each-user", limit=Decimal("0.0007"), each_user=True, timezone="Asia/Seoul")
RULES = (USD, TOKENS, EACH)


async def open_held(ledger: UsageLedger, entry: UsageEntry, *rules: BudgetRule) -> None:
    await ledger.open(entry, holds=[a_hold(entry, rule=rule) for rule in rules])


async def rows(report: UsageReport, wanted: UsageFilter = EVERYTHING) -> list[UsageEntry]:
    return list((await report.entries(wanted, limit=1_000)).items)


async def counter(report: UsageReport, rule: BudgetRule, *, at: datetime = MOMENT) -> BudgetCounter:
    [only] = await report.counters([rule], at=at)
    return only


def exactly(*numbers: int | str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, numbers))


class UsageLedgerContract:
    """A subclass gives `ledger`, `-> UsageLedger`, and `report`, `-> UsageReport`, over one empty book."""

    async def test_an_opened_row_is_there_before_it_is_settled(self, ledger: UsageLedger, report: UsageReport) -> None:
        await ledger.open(a_usage_entry())
        assert await rows(report) == [a_usage_entry()]

    async def test_a_row_comes_back_to_the_last_digit(self, ledger: UsageLedger, report: UsageReport) -> None:
        entry = a_usage_entry(
            at=datetime(2026, 11, 20, 9, 30, 0, 123_456, tzinfo=UTC), user_id="연구원/김", prompt_version=None,
            key_id=None, cost_usd=Decimal("123456.000000000001"), usage=TokenUsage(input_tokens=2**40, estimated=True),
        )  # fmt: skip
        await ledger.open(entry)
        assert await rows(report) == [entry]

    async def test_settling_puts_the_final_figures_into_the_row(self, ledger: UsageLedger, report: UsageReport) -> None:
        settlement = a_settlement(reason="스트림이 끊겼다", status=UsageStatus.ESTIMATED)
        await ledger.open(a_usage_entry())
        assert await ledger.settle("e-000001", settlement) is True
        assert await rows(report) == [a_usage_entry().settled(settlement)]

    async def test_settling_twice_changes_nothing(self, ledger: UsageLedger, report: UsageReport) -> None:
        await open_held(ledger, a_usage_entry(), USD)
        await ledger.settle("e-000001", a_settlement())
        before = await rows(report), await report.counters(RULES, at=MOMENT)
        failure = a_settlement(status=UsageStatus.FAILED, usage=TokenUsage(), cost_usd=Decimal(0))
        assert await ledger.settle("e-000001", failure) is False
        assert (await rows(report), await report.counters(RULES, at=MOMENT)) == before

    async def test_a_row_that_was_never_opened_cannot_be_settled(self, ledger: UsageLedger) -> None:
        with pytest.raises(NotFound):
            await ledger.settle("e-404", a_settlement())

    async def test_a_hold_is_held_and_then_spent(self, ledger: UsageLedger, report: UsageReport) -> None:
        await open_held(ledger, a_usage_entry(), USD, TOKENS)
        usd, tokens = await report.counters([USD, TOKENS], at=MOMENT)
        assert (usd.held, usd.spent, tokens.held, tokens.spent) == exactly("0.00045", 0, 1_500, 0)
        await ledger.settle("e-000001", a_settlement())
        usd, tokens = await report.counters([USD, TOKENS], at=MOMENT)
        assert (usd.held, usd.spent, tokens.held, tokens.spent) == exactly(0, "0.000168600003", 0, 1_020)

    async def test_a_refused_row_writes_nothing(self, ledger: UsageLedger, report: UsageReport) -> None:
        tight = a_rule(name="tight", limit=Decimal("0.0004"))
        with pytest.raises(BudgetExhausted) as refusal:
            await open_held(ledger, a_usage_entry(), USD, TOKENS, tight)
        assert refusal.value.facts["rule"] == "tight"
        assert await rows(report) == []
        assert await report.counters([USD, TOKENS, tight], at=MOMENT) == [
            BudgetCounter(rule=rule, window=rule.window(MOMENT)) for rule in (USD, TOKENS, tight)
        ]

    async def test_what_others_hold_is_not_left(self, ledger: UsageLedger) -> None:
        await open_held(ledger, a_usage_entry(), USD)
        await open_held(ledger, a_usage_entry(entry_id="e-2"), USD)
        with pytest.raises(BudgetExhausted) as refusal:
            await open_held(ledger, a_usage_entry(entry_id="e-3"), USD)
        assert refusal.value.facts["left"] == Decimal("0.0001")

    async def test_two_holds_of_one_call_on_one_budget_add_up(self, ledger: UsageLedger, report: UsageReport) -> None:
        with pytest.raises(BudgetExhausted):
            await open_held(ledger, a_usage_entry(), USD, USD, USD)
        await open_held(ledger, a_usage_entry(), USD, USD)
        assert (await counter(report, USD)).held == Decimal("0.0009")
        await ledger.settle("e-000001", a_settlement())
        assert (await counter(report, USD)).held == 0

    async def test_settling_gives_back_what_was_not_used(self, ledger: UsageLedger) -> None:
        for n in range(2):
            await open_held(ledger, a_usage_entry(entry_id=f"e-{n}"), USD)
            await ledger.settle(f"e-{n}", a_settlement())
        await open_held(ledger, a_usage_entry(entry_id="e-3"), USD)

    async def test_a_call_that_came_to_more_than_its_hold_is_booked_whole(
        self, ledger: UsageLedger, report: UsageReport
    ) -> None:
        await open_held(ledger, a_usage_entry(), USD)
        await ledger.settle("e-000001", a_settlement(cost_usd=Decimal(5)))
        overdrawn = await counter(report, USD)
        assert (overdrawn.spent, overdrawn.held, overdrawn.left) == exactly(5, 0, 0)

    async def test_each_user_of_such_a_rule_has_a_counter(self, ledger: UsageLedger, report: UsageReport) -> None:
        for n, user_id in enumerate(("준", "mina", "Zoe")):
            await open_held(ledger, a_usage_entry(entry_id=f"e-{n}", user_id=user_id), EACH)
        with pytest.raises(BudgetExhausted):
            await open_held(ledger, a_usage_entry(entry_id="e-9", user_id="준"), EACH)
        counters = await report.counters([EACH], at=MOMENT)
        assert [(each.subject, each.held) for each in counters] == [
            ("Zoe", Decimal("0.00045")), ("mina", Decimal("0.00045")), ("준", Decimal("0.00045")),
        ]  # fmt: skip

    async def test_counters_come_by_rule_in_the_order_asked_for(self, ledger: UsageLedger, report: UsageReport) -> None:
        await open_held(ledger, a_usage_entry(), *RULES)
        for order in (RULES, RULES[::-1]):
            assert [each.rule for each in await report.counters(order, at=MOMENT)] == list(order)
        assert await report.counters([], at=MOMENT) == []

    async def test_another_window_counts_from_zero(self, ledger: UsageLedger, report: UsageReport) -> None:
        await open_held(ledger, a_usage_entry(), USD)
        tomorrow = later(86_400)
        assert await counter(report, USD, at=tomorrow) == BudgetCounter(rule=USD, window=USD.window(tomorrow))
        await open_held(ledger, a_usage_entry(entry_id="e-2", at=tomorrow), USD)
        assert (await counter(report, USD)).held == (await counter(report, USD, at=tomorrow)).held == Decimal("0.00045")

    async def test_a_call_is_booked_in_the_window_it_began_in(self, ledger: UsageLedger, report: UsageReport) -> None:
        await open_held(ledger, a_usage_entry(), USD)
        await ledger.settle("e-000001", a_settlement(settled_at=later(86_400)))
        assert (await counter(report, USD)).spent == Decimal("0.000168600003")
        assert (await counter(report, USD, at=later(86_400))).spent == 0

    async def test_a_limit_that_was_changed_holds_for_what_was_spent_before(
        self, ledger: UsageLedger, report: UsageReport
    ) -> None:
        await open_held(ledger, a_usage_entry(), USD)
        lower = replace(USD, limit=Decimal("0.0005"))
        with pytest.raises(BudgetExhausted):
            await open_held(ledger, a_usage_entry(entry_id="e-2"), lower)
        assert await counter(report, lower) == BudgetCounter(
            rule=lower, window=lower.window(MOMENT), held=Decimal("0.00045")
        )

    async def test_what_is_overdue_is_settled_at_its_estimate(self, ledger: UsageLedger, report: UsageReport) -> None:
        await open_held(ledger, a_usage_entry(), USD)
        await open_held(ledger, a_usage_entry(entry_id="e-2", deadline_at=later(3_600)), USD)
        await ledger.open(a_usage_entry(entry_id="e-3"))
        await ledger.settle("e-3", a_settlement())
        assert await ledger.settle_overdue(at=later(61)) == 1
        assert await ledger.settle_overdue(at=later(61)) == 0
        entry = a_usage_entry()
        [overdue] = await rows(report, UsageFilter(status=UsageStatus.UNKNOWN))
        assert overdue == entry.settled(entry.unknown(at=later(61)))
        usd = await counter(report, USD)
        assert (usd.spent, usd.held) == (Decimal("0.00045"), Decimal("0.00045"))

    async def test_however_many_are_overdue_all_are_settled(self, ledger: UsageLedger, report: UsageReport) -> None:
        for number in range(120):
            await ledger.open(a_usage_entry(entry_id=f"e-{number:03}", deadline_at=later(60)))
        assert await ledger.settle_overdue(at=later(61)) == 120
        assert len(await rows(report, UsageFilter(status=UsageStatus.UNKNOWN))) == 120

    async def test_what_the_sweeper_settled_stays_settled(self, ledger: UsageLedger) -> None:
        await ledger.open(a_usage_entry())
        await ledger.settle_overdue(at=later(61))
        assert await ledger.settle("e-000001", a_settlement()) is False

    async def test_nothing_is_overdue_in_an_empty_book(self, ledger: UsageLedger) -> None:
        assert await ledger.settle_overdue(at=MOMENT) == 0

    async def test_the_sum_of_a_thousand_costs_is_exact(self, ledger: UsageLedger, report: UsageReport) -> None:
        for n in range(1_000):
            await ledger.open(a_usage_entry(entry_id=f"e-{n:04}", cost_usd=Decimal("0.100000000001")))
        [total] = await report.summary(EVERYTHING, by=[])
        assert total.cost_usd == Decimal("100.000000001000")

    @pytest.mark.parametrize("seed", range(20))
    async def test_counters_equal_the_rows_recomputed(
        self, ledger: UsageLedger, report: UsageReport, seed: int
    ) -> None:
        chance = random.Random(seed)  # noqa: S311  # the order of events, not a secret
        refused = 0
        for n in range(40):
            refused += not await a_random_open(ledger, chance, n)
            await a_random_end(ledger, report, chance, at=later(20 * n))
            assert await report.counters(RULES, at=MOMENT) == recomputed(await rows(report))
        assert len(await rows(report)) == 40 - refused
        await ledger.settle_overdue(at=later(100_000))
        assert await report.counters(RULES, at=MOMENT) == recomputed(await rows(report))
        assert {each.held for each in await report.counters(RULES, at=MOMENT)} == {Decimal(0)}


async def a_random_open(ledger: UsageLedger, chance: random.Random, n: int) -> bool:
    """Whether it was accepted."""
    entry = a_usage_entry(
        entry_id=f"e-{n:06}",
        at=later(20 * n),
        user_id=chance.choice(("mina", "준", "Zoe")),
        usage=TokenUsage(input_tokens=chance.randrange(400), output_tokens=chance.randrange(100), estimated=True),
        cost_usd=Decimal(chance.randrange(200_000_000)).scaleb(-12),
    )
    try:
        await open_held(ledger, entry, *RULES)
    except BudgetExhausted:
        return False
    return True


async def a_random_end(ledger: UsageLedger, report: UsageReport, chance: random.Random, *, at: datetime) -> None:
    if chance.random() < 0.2:
        await ledger.settle_overdue(at=at)
    for entry in await rows(report):
        if chance.random() < 0.1:
            assert await ledger.settle(entry.entry_id, a_random_settlement(entry, chance)) is (
                entry.status is UsageStatus.PENDING
            )


def a_random_settlement(entry: UsageEntry, chance: random.Random) -> Settlement:
    if chance.random() < 0.2:
        return a_settlement(status=UsageStatus.FAILED, usage=TokenUsage(), cost_usd=Decimal(0))
    used = TokenUsage(input_tokens=entry.usage.input_tokens, output_tokens=chance.randrange(100))
    return a_settlement(usage=used, cost_usd=Decimal(chance.randrange(200_000_000)).scaleb(-12))


def recomputed(book: list[UsageEntry]) -> list[BudgetCounter]:
    return [each for rule in RULES for each in _counters_of(rule, book)]


def _counters_of(rule: BudgetRule, book: list[UsageEntry]) -> list[BudgetCounter]:
    counters: dict[str, BudgetCounter] = {}
    for entry in book:
        subject = entry.user_id if rule.each_user else ""
        empty = BudgetCounter(rule=rule, window=rule.window(MOMENT), subject=subject)
        amount = rule.amount(usage=entry.usage, cost_usd=entry.cost_usd)
        held, spent = (amount, Decimal(0)) if entry.status is UsageStatus.PENDING else (Decimal(0), amount)
        so_far = counters.get(subject, empty)
        counters[subject] = replace(so_far, held=so_far.held + held, spent=so_far.spent + spent)
    return [counters[subject] for subject in sorted(counters)] or [BudgetCounter(rule=rule, window=rule.window(MOMENT))]
