"""An invoice against the ledger, by UTC day and model, and the rows that may be behind a difference."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from domain.invoice import TOKENS, Amount, Figures, Invoice, InvoiceLine, Measure, total
from domain.pairing import figures_of, paired
from domain.usage import UsageEntry, UsageGroup, UsageStatus

TOLERANCE = Decimal("0.005")
Key: TypeAlias = tuple[date, str]
UNCHARGED = (UsageStatus.FAILED, UsageStatus.CACHED)
"""Rows that no provider charges for."""


class Doubt(StrEnum):
    """Why a row may be behind a difference, the likeliest first."""

    UNKNOWN = "unknown"
    ESTIMATED = "estimated"
    PENDING = "pending"
    DIFFERS = "differs"
    NO_PARTNER = "no_partner"
    IS_THE_DIFFERENCE = "is_the_difference"
    OVER_MIDNIGHT = "over_midnight"
    FAILED = "failed"


_DOUBTFUL: Mapping[UsageStatus, Doubt] = {
    UsageStatus.UNKNOWN: Doubt.UNKNOWN,
    UsageStatus.ESTIMATED: Doubt.ESTIMATED,
    UsageStatus.PENDING: Doubt.PENDING,
}
DOUBTFUL = (*_DOUBTFUL, UsageStatus.FAILED)
_RANK = {doubt: rank for rank, doubt in enumerate(Doubt)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure on which the two disagree."""

    measure: Measure
    invoice: Amount
    ledger: Amount

    @property
    def share(self) -> Decimal | None:
        """By how much of the invoice's figure the ledger's is above it, or below; None where the invoice says 0."""
        return None if not self.invoice else Decimal(self.ledger - self.invoice) / Decimal(self.invoice)

    def exceeds(self, tolerance: Decimal) -> bool:
        """Whether it is more than that share of the invoice's figure."""
        return abs(Decimal(self.ledger - self.invoice)) > tolerance * self.invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A row that may be behind a difference, with every reason to think so."""

    entry: UsageEntry
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A day and a model in both books. `rows` counts the ledger's by status; `lines` are the invoice's.

    `by_call` says that the invoice lists single calls, so that each of its lines should be one row.
    """

    day: date
    model_id: str
    invoice: Figures
    ledger: Figures
    rows: Mapping[UsageStatus, int] = field(default_factory=dict)
    lines: tuple[InvoiceLine, ...] = ()
    by_call: bool = False

    def differences(self, tolerance: Decimal) -> tuple[Difference, ...]:
        """Every figure that the invoice states and that is off by more than the tolerance."""
        each = (Difference(measure=m, invoice=self.invoice[m], ledger=self.ledger.get(m, 0)) for m in self.invoice)
        return tuple(sorted((d for d in each if d.exceeds(tolerance)), key=lambda d: list(Measure).index(d.measure)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What may be behind the differences of an account: rows, the likeliest first, and calls that are in no row."""

    suspects: tuple[Suspect, ...]
    calls: tuple[InvoiceLine, ...] = ()


def accounts(invoice: Invoice, groups: Iterable[UsageGroup], names: Mapping[str, str]) -> list[Account]:
    """Every day and model that either book speaks of, in that order.

    `groups` are the ledger's sums by day, model and status over the invoice's days, `names` our id of each name on it.
    Where the invoice is silent about a model that the ledger charged for, it states 0 of whatever it states at all.
    """
    lines: dict[Key, list[InvoiceLine]] = {}
    for line in invoice:
        lines.setdefault((line.day, names[line.model_name]), []).append(line)
    sums: dict[Key, list[UsageGroup]] = {}
    for group in groups:
        if group.day is not None and group.model is not None:
            sums.setdefault((group.day, group.model), []).append(group)
    silence = _Silence(
        stated=dict.fromkeys(total(line.stated for line in invoice), 0),
        by_call=all(line.is_one_call for line in invoice),
    )
    return [_account(key, lines.get(key, []), sums.get(key, []), silence) for key in sorted({*lines, *sums})]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Silence:
    """What it means that an invoice does not name a day and model."""

    stated: Figures
    by_call: bool


def _account(key: Key, lines: Sequence[InvoiceLine], groups: Sequence[UsageGroup], silence: _Silence) -> Account:
    day, model_id = key
    return Account(
        day=day,
        model_id=model_id,
        invoice=total(line.stated for line in lines) if lines else silence.stated,
        ledger=total(map(_charged, groups)),
        rows={group.status: group.attempts for group in groups if group.status is not None},
        lines=tuple(lines),
        by_call=all(line.is_one_call for line in lines) if lines else silence.by_call,
    )


def _charged(group: UsageGroup) -> Figures:
    tokens = {measure: getattr(group, measure.value) for measure in TOKENS}
    calls = 0 if group.status in UNCHARGED else group.attempts
    return {Measure.CALLS: calls, **tokens, Measure.COST_USD: group.cost_usd}


def evidence(account: Account, entries: Sequence[UsageEntry], *, tolerance: Decimal) -> Evidence:
    """What may be behind the account's differences, of the ledger's rows of that day and model."""
    failed = [entry for entry in entries if entry.status is UsageStatus.FAILED]
    charged = [entry for entry in entries if entry.status not in UNCHARGED]
    if account.by_call:
        return _by_call(account, charged, failed, tolerance)
    suspects = [_suspect(entry, _is_the_difference(entry, account)) for entry in charged]
    if any(each.invoice > each.ledger for each in account.differences(tolerance)):
        suspects += [_suspect(entry, Doubt.FAILED) for entry in failed]
    return Evidence(suspects=_in_order(suspect for suspect in suspects if suspect.doubts))


def _by_call(
    account: Account, charged: Sequence[UsageEntry], failed: Sequence[UsageEntry], tolerance: Decimal
) -> Evidence:
    pairing = paired(charged, account.lines)
    suspects = [_suspect(entry, Doubt.NO_PARTNER) for entry in pairing.rows_alone]
    differing = [(entry, call) for entry, call in pairing.pairs if _differ(entry, call, tolerance)]
    suspects += [_suspect(entry, Doubt.DIFFERS) for entry, _ in differing]
    if len(pairing.calls_alone) > len(pairing.rows_alone):
        # A call is left over that is none of the other rows: perhaps we took for failed what the provider served.
        suspects += [_suspect(entry, Doubt.FAILED) for entry in failed]
    return Evidence(suspects=_in_order(suspects), calls=(*pairing.calls_alone, *(call for _, call in differing)))


def _differ(entry: UsageEntry, call: InvoiceLine, tolerance: Decimal) -> bool:
    figures = figures_of(entry)
    return any(
        Difference(measure=measure, invoice=amount, ledger=figures[measure]).exceeds(tolerance)
        for measure, amount in call.stated.items()
    )


def _is_the_difference(entry: UsageEntry, account: Account) -> Doubt | None:
    """Whether the two books would agree to the last digit without this row, or with it a second time."""
    figures = figures_of(entry)
    gaps = {measure: account.ledger.get(measure, 0) - amount for measure, amount in account.invoice.items()}
    once = {measure: figures[measure] for measure in gaps}
    twice = {measure: -amount for measure, amount in once.items()}
    return Doubt.IS_THE_DIFFERENCE if any(gaps.values()) and gaps in (once, twice) else None


def _suspect(entry: UsageEntry, *doubts: Doubt | None) -> Suspect:
    began = entry.at.astimezone(UTC)
    ended = began + timedelta(milliseconds=entry.latency_ms or 0)
    late = Doubt.OVER_MIDNIGHT if ended.date() != began.date() else None
    every = {_DOUBTFUL.get(entry.status), late, *doubts} - {None}
    return Suspect(entry=entry, doubts=tuple(doubt for doubt in Doubt if doubt in every))


def _in_order(suspects: Iterable[Suspect]) -> tuple[Suspect, ...]:
    """The likeliest first, and of those that are as likely the dearest."""
    return tuple(sorted(suspects, key=lambda s: (_RANK[s.doubts[0]], -s.entry.cost_usd, s.entry.entry_id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An account that does not agree, with what may be behind it.

    `not_looked_at` counts rows of it whose detail is pruned, or that are beyond what one reconciliation reads.
    """

    account: Account
    differences: tuple[Difference, ...]
    evidence: Evidence
    not_looked_at: int = 0

    def at_most(self, rows: int) -> "Finding":
        """The same with no more than so many suspects, and so many calls."""
        kept = Evidence(suspects=self.evidence.suspects[:rows], calls=self.evidence.calls[:rows])
        return replace(self, evidence=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """An invoice held against the ledger: every account, and what there is to say of those that do not agree.

    `names` gives our id of each name on the invoice, `unknown_names` those that are no model of the catalogue,
    `providers` those whose rows were compared.
    """

    invoice: Invoice
    tolerance: Decimal
    names: Mapping[str, str]
    unknown_names: tuple[str, ...]
    providers: tuple[str, ...]
    accounts: tuple[Account, ...]
    findings: tuple[Finding, ...]
