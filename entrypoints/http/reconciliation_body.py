"""An invoice on the wire, and what comes of holding it against the ledger."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from domain.catalogue import ModelCapability
from domain.errors import Refused, Violation
from domain.invoice import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_NAME_LENGTH,
    MOST_COUNTED,
    MOST_USD,
    Amount,
    Figures,
    Invoice,
    InvoiceLine,
    Measure,
)
from domain.moment import has_utc
from domain.reconciliation import DOUBTFUL, Account, Difference, Finding, Reconciliation
from domain.text import is_storable
from entrypoints.http.backtest_body import Wire
from entrypoints.http.generation_body import money
from entrypoints.http.usage import EntryBody

MOST_DIGITS = 40
MOST_NAMED = 20
MOST_ROWS = 500
DEFAULT_ROWS = 50
Count = int | None


class Kind(StrEnum):
    """What kind of calls an invoice covers."""

    CHAT = "chat"
    EMBEDDING = "embedding"


class InvoiceLineBody(Wire, frozen=True, kw_only=True):
    """What a provider states of a model's calls on a UTC day, or of one call: then with its time or id.

    What is left out, or null, it does not state; `input_tokens` includes the cached ones.
    """

    model: Annotated[str, Meta(examples=["gpt-4o-mini-2024-07-18"])]
    day: Annotated[date | None, Meta(examples=["2026-11-20"])] = None
    time: datetime | None = None
    calls: Count = None
    input_tokens: Count = None
    cached_input_tokens: Count = None
    cache_write_tokens: Count = None
    output_tokens: Count = None
    reasoning_tokens: Count = None
    cost_usd: Annotated[str | None, Meta(examples=["0.0123"])] = None
    request_id: str | None = None

    def read(self) -> InvoiceLine:
        """The line. Raises: Refused, with every violation."""
        wrong = list(self._violations())
        if wrong:
            raise Refused(*wrong)
        at = None if self.time is None else self.time.astimezone(UTC)
        one_call = (at is not None or self.request_id is not None) and self.calls is None
        stated: dict[Measure, Amount] = {Measure.CALLS: 1} if one_call else {}
        stated |= {Measure(name): count for name, count in self._counts() if count is not None}
        if self.cost_usd is not None:
            stated[Measure.COST_USD] = Decimal(self.cost_usd)
        day = self.day or (at.date() if at is not None else date.min)
        return InvoiceLine(day=day, model_name=self.model, stated=stated, at=at, call_id=self.request_id)

    def _counts(self) -> Iterator[tuple[str, Count]]:
        return ((measure.value, getattr(self, measure.value)) for measure in Measure if measure is not Measure.COST_USD)

    def _violations(self) -> Iterator[Violation]:
        yield from self._of_time()
        for name, text in (("model", self.model), ("request_id", self.request_id)):
            if text is not None and not (0 < len(text) <= MAX_NAME_LENGTH and is_storable(text)):
                what = f"must have 1 to {MAX_NAME_LENGTH} characters, no NUL and no half surrogate pair"
                yield Violation(field=name, message=what)
        for name, count in self._counts():
            if count is not None and not 0 <= count <= MOST_COUNTED:
                yield Violation(field=name, message=f"must be from 0 to {MOST_COUNTED}")
        if self.cost_usd is not None and not _is_amount(self.cost_usd):
            yield Violation(field="cost_usd", message="must be an amount from 0 to 1000000000, such as 0.0123")
        if self.cost_usd is None and all(count is None for _, count in self._counts()):
            yield Violation(field="", message="states neither calls, tokens nor cost")

    def _of_time(self) -> Iterator[Violation]:
        if self.time is not None and (self.time.utcoffset() is None or not has_utc(self.time)):
            yield Violation(field="time", message="must say its offset from UTC, such as Z")
            return
        days = [self.day] if self.day is not None else []
        if self.time is not None:
            days.append(self.time.astimezone(UTC).date())
        if not days:
            yield Violation(field="day", message="is missing, and so is time: one of them must say when")
        elif len(set(days)) > 1:
            yield Violation(field="day", message=f"is not the UTC day of its time, {days[1]}")
        elif not FIRST_YEAR <= days[0].year <= LAST_YEAR:
            yield Violation(field="day", message=f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")


def _is_amount(text: str) -> bool:
    if len(text) > MOST_DIGITS:
        return False
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return False
    return amount.is_finite() and 0 <= amount <= MOST_USD


class InvoiceBody(Wire, frozen=True, kw_only=True):
    """An invoice. Its days are those of its lines where not stated; what it `covers` is every kind where not stated.

    `tolerance` is the share of the invoice's figure by which the ledger's may be off; `rows` bounds what is listed of
    each day and model.
    """

    lines: list[InvoiceLineBody]
    first_day: date | None = msgspec.field(default=None, name="from")
    last_day: date | None = msgspec.field(default=None, name="to")
    tolerance: Annotated[str, Meta(examples=["0.005"])] = "0.005"
    covers: Annotated[list[Kind] | None, Meta(examples=[["chat"]])] = None
    rows: Annotated[int, Meta(examples=[50])] = DEFAULT_ROWS

    def read(self) -> tuple[Invoice, Decimal, frozenset[ModelCapability]]:
        """The invoice, the tolerance, and what it covers. Raises: Refused, with the violations of all of its lines."""
        wrong: list[Violation] = list(self._violations())
        lines: list[InvoiceLine] = []
        for number, line in enumerate(self.lines):
            try:
                lines.append(line.read())
            except Refused as refused:
                at = f"lines[{number}]"
                wrong += [_inside(at, violation) for violation in refused.violations]
            if len(wrong) >= MOST_NAMED:
                break
        if wrong:
            raise Refused(*wrong[:MOST_NAMED])
        days = [line.day for line in lines]
        first, last = self.first_day or min(days), self.last_day or max(days)
        if first > last:
            raise Refused(Violation(field="from", message=f"{first} is after the end, {last}"))
        covers = self.covers or list(Kind)
        invoice = Invoice(lines=tuple(lines), first_day=first, last_day=last)
        return invoice, Decimal(self.tolerance), frozenset(ModelCapability(kind.value) for kind in covers)

    def _violations(self) -> Iterator[Violation]:
        if not self.lines:
            yield Violation(field="lines", message="must not be empty")
        if not _is_amount(self.tolerance) or Decimal(self.tolerance) > 1:
            yield Violation(field="tolerance", message="must be a share from 0 to 1, such as 0.005")
        if not 1 <= self.rows <= MOST_ROWS:
            yield Violation(field="rows", message=f"must be from 1 to {MOST_ROWS}")
        for name, day in (("from", self.first_day), ("to", self.last_day)):
            if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
                yield Violation(field=name, message=f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")


def _inside(path: str, violation: Violation) -> Violation:
    return Violation(field=f"{path}.{violation.field}" if violation.field else path, message=violation.message)


class FiguresBody(msgspec.Struct, frozen=True, kw_only=True):
    """What one of the two books states of a day and model; null is not stated."""

    calls: int | None
    input_tokens: int | None
    cached_input_tokens: int | None
    cache_write_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    cost_usd: str | None

    @staticmethod
    def of(figures: Figures) -> "FiguresBody":
        """The figures as they go out."""
        counts = {m.value: None if m not in figures else int(figures[m]) for m in Measure if m is not Measure.COST_USD}
        cost = figures.get(Measure.COST_USD)
        return FiguresBody(**counts, cost_usd=None if cost is None else money(Decimal(cost)))


class DisagreementBody(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that is off; `share` is by how much of the invoice's, null where that is 0."""

    measure: str
    invoice: str
    ledger: str
    share: str | None

    @staticmethod
    def of(difference: Difference) -> "DisagreementBody":
        """The difference as it goes out."""
        share = difference.share
        return DisagreementBody(
            measure=difference.measure.value,
            invoice=money(Decimal(difference.invoice)),
            ledger=money(Decimal(difference.ledger)),
            share=None if share is None else money(round(share, 6)),
        )


class SuspectBody(msgspec.Struct, frozen=True, kw_only=True):
    """A row that may be behind a difference, and why."""

    doubts: list[str]
    entry: EntryBody


class InvoiceCallBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call of the invoice that is in no row, or in one that says otherwise."""

    model: str
    time: datetime | None
    request_id: str | None
    stated: FiguresBody


class AccountBody(msgspec.Struct, frozen=True, kw_only=True):
    """A day and a model in both books. `uncertain` counts the ledger's rows that are not what the provider reported.

    `rows` are the likeliest first; `not_looked_at` counts rows whose detail is pruned or that were too many to read.
    """

    day: date
    model: str
    invoice: FiguresBody
    ledger: FiguresBody
    uncertain: dict[str, int]
    differences: list[DisagreementBody]
    rows: list[SuspectBody]
    calls: list[InvoiceCallBody]
    not_looked_at: int

    @staticmethod
    def of(account: Account, finding: Finding | None) -> "AccountBody":
        """The account as it goes out, with what was found where it does not agree."""
        suspects = finding.evidence.suspects if finding is not None else ()
        return AccountBody(
            day=account.day,
            model=account.model_id,
            invoice=FiguresBody.of(account.invoice),
            ledger=FiguresBody.of(account.ledger),
            uncertain={status.value: account.rows.get(status, 0) for status in DOUBTFUL},
            differences=[DisagreementBody.of(each) for each in finding.differences] if finding is not None else [],
            rows=[SuspectBody(doubts=[d.value for d in s.doubts], entry=EntryBody.of(s.entry)) for s in suspects],
            calls=[_call(each) for each in finding.evidence.calls] if finding is not None else [],
            not_looked_at=finding.not_looked_at if finding is not None else 0,
        )


def _call(line: InvoiceLine) -> InvoiceCallBody:
    stated = FiguresBody.of(line.stated)
    return InvoiceCallBody(model=line.model_name, time=line.at, request_id=line.call_id, stated=stated)


class ReconciliationBody(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice held against the ledger. `names` gives our id of each name on it.

    `providers` are those whose rows were compared, `left_out` counts the lines of other days.
    """

    first_day: date = msgspec.field(name="from")
    last_day: date = msgspec.field(name="to")
    tolerance: str
    within_tolerance: bool
    names: Mapping[str, str]
    unknown_names: list[str]
    providers: list[str]
    left_out: int
    accounts: list[AccountBody]

    @staticmethod
    def of(result: Reconciliation) -> "ReconciliationBody":
        """The result as it goes out."""
        found = {(finding.account.day, finding.account.model_id): finding for finding in result.findings}
        return ReconciliationBody(
            first_day=result.invoice.first_day,
            last_day=result.invoice.last_day,
            tolerance=money(result.tolerance),
            within_tolerance=not result.findings,
            names=dict(result.names),
            unknown_names=list(result.unknown_names),
            providers=list(result.providers),
            left_out=len(result.invoice.lines) - sum(1 for _ in result.invoice),
            accounts=[AccountBody.of(each, found.get((each.day, each.model_id))) for each in result.accounts],
        )
