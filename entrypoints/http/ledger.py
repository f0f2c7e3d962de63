"""`/api/v1/admin/ledger`: whether the books are right."""

from typing import Any

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from application.use_cases.verify_ledger import VerifyLedger
from domain.ledger_audit import Checked, Difference, LedgerFindings
from entrypoints.http.problems import documented
from entrypoints.http.wiring import CallerOf, admin_only


class CheckedBody(msgspec.Struct, frozen=True, kw_only=True):
    """How much was looked at: rows of the ledger, their holds, counters of budgets, sums by day."""

    rows: int
    holds: int
    counters: int
    sums: int

    @staticmethod
    def of(checked: Checked) -> "CheckedBody":
        """The numbers as they go out."""
        return CheckedBody(rows=checked.rows, holds=checked.holds, counters=checked.counters, sums=checked.sums)


class DifferenceBody(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not what the rows say. `check` is what was recomputed: counter, hold, sum, price or row."""

    check: str
    subject: str
    expected: str
    found: str

    @staticmethod
    def of(difference: Difference) -> "DifferenceBody":
        """The difference as it goes out."""
        return DifferenceBody(
            check=difference.check,
            subject=difference.subject,
            expected=difference.expected,
            found=difference.found,
        )


class VerifiedBody(msgspec.Struct, frozen=True, kw_only=True):
    """What was checked, and every difference that was found, at most 1,000 of each check."""

    checked: CheckedBody
    differences: list[DifferenceBody]

    @staticmethod
    def of(findings: LedgerFindings) -> "VerifiedBody":
        """The findings as they go out."""
        return VerifiedBody(
            checked=CheckedBody.of(findings.checked), differences=list(map(DifferenceBody.of, findings.differences))
        )


@get("/verify", responses=documented(403, 503))
async def verify_ledger(caller: CallerOf, verify: NamedDependency[VerifyLedger]) -> VerifiedBody:
    """Recompute every budget counter, hold and sum from the rows of the ledger, and name what differs."""
    admin_only(caller)
    return VerifiedBody.of(await verify())


def router(dependencies: dict[str, Any]) -> Router:
    """Under its path."""
    return Router(
        "/api/v1/admin/ledger", route_handlers=[verify_ledger], dependencies=dependencies, tags=["operations"]
    )
