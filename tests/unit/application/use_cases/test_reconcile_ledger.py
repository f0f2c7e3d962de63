from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from application.use_cases import reconcile_ledger
from application.use_cases.reconcile_ledger import ReconcileLedger
from domain.catalogue import ModelCapability
from domain.invoice import Amount, Invoice, InvoiceLine, Measure
from domain.reconciliation import Doubt, Reconciliation
from domain.usage import UsageStatus
from tests.builders import a_settlement, a_usage_entry
from tests.unit.application.services import Service, a_service

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def an_invoice(*lines: InvoiceLine) -> Invoice:
    return Invoice(lines=lines, first_day=TODAY, last_day=TODAY)


def a_line(model_name: str = "gpt-4o-mini-2024-07-18", **stated: Amount) -> InvoiceLine:
    return InvoiceLine(day=TODAY, model_name=model_name, stated={Measure(name): stated[name] for name in stated})


async def book(
    service: Service,
    number: int,
    *,
    status: UsageStatus = UsageStatus.SETTLED,
    model_id: str = "gpt-4o-mini",
    provider: str = "openai",
    at: datetime = NOON,
) -> None:
    """A row of 900 tokens in and 120 out."""
    entry = a_usage_entry(
        entry_id=f"e-{number}", operation_id=f"op-{number}", model_id=model_id, provider=provider, at=at,
        user_id="민지@quant.kr",
    )  # fmt: skip
    await service.ledger.open(entry)
    await service.ledger.settle(entry.entry_id, a_settlement(status=status, settled_at=at + timedelta(seconds=2)))


async def reconciled(
    service: Service, *lines: InvoiceLine, covers: frozenset[ModelCapability] | None = None, rows: int = 50
) -> Reconciliation:
    reconcile = ReconcileLedger(report=service.ledger, governance=service.governance)
    return await reconcile(an_invoice(*lines), covers=covers or reconcile_ledger.ALL_KINDS, rows=rows)


async def test_an_invoice_that_says_what_the_ledger_says_leaves_nothing_to_find() -> None:
    service = a_service()
    for number in range(3):
        await book(service, number)
    result = await reconciled(service, a_line(calls=3, input_tokens=2_700, output_tokens=360))
    assert result.findings == ()
    [account] = result.accounts
    assert (account.model_id, account.rows) == ("gpt-4o-mini", {UsageStatus.SETTLED: 3})
    assert (result.names, result.unknown_names) == ({"gpt-4o-mini-2024-07-18": "gpt-4o-mini"}, ())


async def test_the_rows_behind_a_difference_are_found_over_as_many_pages_as_it_takes() -> None:
    service = a_service()
    for number in range(2_100):
        await book(service, number)
    await book(service, 9_999, status=UsageStatus.UNKNOWN)
    result = await reconciled(service, a_line(calls=2_000))
    [finding] = result.findings
    assert [(s.entry.entry_id, s.doubts) for s in finding.evidence.suspects] == [("e-9999", (Doubt.UNKNOWN,))]
    assert finding.not_looked_at == 0


async def test_what_is_too_much_to_read_is_told() -> None:
    service = a_service()
    for number in range(5):
        await book(service, number, status=UsageStatus.ESTIMATED)
        await book(service, 10 + number, status=UsageStatus.ESTIMATED, model_id="gpt-4o")
    reconcile = ReconcileLedger(report=service.ledger, governance=service.governance, reads_at_most=7)
    first, second = (await reconcile(an_invoice(a_line("gpt-4o-mini", calls=1), a_line("gpt-4o", calls=1)))).findings
    assert (len(first.evidence.suspects), first.not_looked_at) == (5, 0)
    assert (len(second.evidence.suspects), second.not_looked_at) == (2, 3)


async def test_no_more_rows_are_listed_than_are_wanted() -> None:
    service = a_service()
    for number in range(5):
        await book(service, number, status=UsageStatus.ESTIMATED)
    [finding] = (await reconciled(service, a_line(calls=1), rows=2)).findings
    assert len(finding.evidence.suspects) == 2


async def test_rows_of_other_days_are_none_of_this_invoice() -> None:
    service = a_service()
    await book(service, 1, at=datetime(2026, 11, 20, tzinfo=UTC))
    await book(service, 2, at=datetime(2026, 11, 19, 23, 59, 59, 999_999, tzinfo=UTC))
    await book(service, 3, at=datetime(2026, 11, 21, tzinfo=UTC))
    assert (await reconciled(service, a_line(calls=1))).findings == ()


async def test_rows_at_providers_that_the_invoice_is_not_of_do_not_count() -> None:
    service = a_service()
    await book(service, 1)
    await book(service, 2, model_id="small-writer", provider="local")
    await book(service, 3, model_id="hashed-words", provider="memory")
    result = await reconciled(service, a_line(calls=1))
    assert (result.findings, result.providers) == ((), ("openai",))


async def test_a_model_of_the_same_provider_that_the_invoice_is_silent_about_is_a_difference() -> None:
    service = a_service()
    await book(service, 1)
    await book(service, 2, model_id="gpt-4o")
    [finding] = (await reconciled(service, a_line(calls=1))).findings
    assert (finding.account.model_id, finding.differences[0].ledger) == ("gpt-4o", 1)


async def test_a_model_that_left_the_catalogue_counts_still() -> None:
    service = a_service()
    await book(service, 1)
    await book(service, 2, model_id="gpt-3.5-turbo")
    [finding] = (await reconciled(service, a_line(calls=1))).findings
    assert finding.account.model_id == "gpt-3.5-turbo"


async def test_models_of_a_kind_that_the_invoice_does_not_cover_do_not_count() -> None:
    service = a_service()
    await book(service, 1, model_id="hashed-words", provider="memory")
    await book(service, 2)
    both = await reconciled(service, a_line("hashed-words", calls=1), a_line("gpt-4o-mini", calls=1))
    assert both.findings == ()
    assert both.providers == ("memory", "openai")
    chat = await reconciled(service, a_line("gpt-4o-mini", calls=1), covers=frozenset({ModelCapability.CHAT}))
    assert chat.findings == ()
    missing = await reconciled(service, a_line("hashed-words", calls=1), a_line("gpt-4o", calls=0))
    assert [finding.account.model_id for finding in missing.findings] == ["gpt-4o-mini"]


async def test_a_name_that_is_no_model_of_ours_is_told_and_stands_for_itself() -> None:
    service = a_service()
    result = await reconciled(service, a_line("gpt-4o-realtime", cost_usd=Decimal("1.5")))
    assert result.unknown_names == ("gpt-4o-realtime",)
    [finding] = result.findings
    assert (finding.account.model_id, finding.evidence.suspects) == ("gpt-4o-realtime", ())
