"""Budgets: what may be spent in a window, what is held for calls under way, what is left."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.errors import BudgetExhausted
from domain.usage import TokenUsage

UTC_NAME = "UTC"
WARN_AT = (Decimal("0.8"), Decimal("0.95"))
"""The shares of a limit at which a rule warns that does not say otherwise."""


class BudgetUnit(StrEnum):
    """What a budget counts."""

    USD = "usd"
    TOKENS = "tokens"


class BudgetPeriod(StrEnum):
    """How long a window lasts: calendar days, weeks from Monday, months."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class RuleSource(StrEnum):
    """Where a rule was set: each of these overrides those before it, name by name."""

    FILE = "file"
    ENVIRONMENT = "environment"
    HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of time: start included, end excluded, both in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRule:
    """A limit on what one user, service or model, all of them, or each of them may use in a window.

    A member that is None matches everything; `each_user` gives every user a counter of their own. `warn_at` are shares
    of the limit, from the lowest.
    """

    name: str
    unit: BudgetUnit
    limit: Decimal
    period: BudgetPeriod
    timezone: str = UTC_NAME
    user_id: str | None = None
    service: str | None = None
    model_id: str | None = None
    each_user: bool = False
    warn_at: tuple[Decimal, ...] = WARN_AT
    source: RuleSource = RuleSource.FILE

    @property
    def counted_as(self) -> str:
        """The name under which its counters are kept: a rule that covers something else does not inherit them."""
        members = (("user", self.user_id), ("service", self.service), ("model", self.model_id))
        scope = ", ".join(f"{kind} {member}" for kind, member in members if member is not None)
        return f"{self.name} ({scope})" if scope else self.name

    def covers(self, *, user_id: str, service: str, model_id: str) -> bool:
        """Whether a call counts against this rule."""
        return self.user_id in (None, user_id) and self.service in (None, service) and self.model_id in (None, model_id)

    def window(self, at: datetime) -> Window:
        """The window that a moment falls into, in the rule's own time zone."""
        # By way of UTC: astimezone leaves a moment of the zone itself alone, also where no clock ever showed it.
        local = at.astimezone(UTC).astimezone(ZoneInfo(self.timezone))
        day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        if self.period is BudgetPeriod.DAY:
            return _window(day, day + timedelta(days=1))
        if self.period is BudgetPeriod.WEEK:
            monday = day - timedelta(days=day.weekday())
            return _window(monday, monday + timedelta(days=7))
        first = day.replace(day=1)
        return _window(first, (first + timedelta(days=32)).replace(day=1))

    def amount(self, *, usage: TokenUsage, cost_usd: Decimal) -> Decimal:
        """What a call counts for, in the rule's unit."""
        return cost_usd if self.unit is BudgetUnit.USD else Decimal(usage.total_tokens)

    def hold(self, *, user_id: str, at: datetime, usage: TokenUsage, cost_usd: Decimal) -> "Hold":
        """The hold of a call that may use so much."""
        return Hold(
            rule=self,
            window=self.window(at),
            subject=user_id if self.each_user else "",
            amount=self.amount(usage=usage, cost_usd=cost_usd),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What one call under way may still use of one budget. `subject` is the user of an `each_user` rule, else empty."""

    rule: BudgetRule
    window: Window
    subject: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetCounter:
    """What is spent and held of one rule in one window for one subject."""

    rule: BudgetRule
    window: Window
    subject: str = ""
    spent: Decimal = Decimal(0)
    held: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        """What a further call may hold; never negative."""
        return max(Decimal(0), self.rule.limit - self.spent - self.held)

    @property
    def used_share(self) -> Decimal:
        """What of the limit is spent or held; above 1 where the limit was lowered since."""
        return (self.spent + self.held) / self.rule.limit

    def reserve(self, hold: Hold) -> "BudgetCounter":
        """The counter with the hold. Raises: BudgetExhausted where it does not fit; what costs nothing always fits."""
        if hold.amount > 0 and self.spent + self.held + hold.amount > self.rule.limit:
            raise BudgetExhausted(
                rule=self.rule.name,
                unit=self.rule.unit.value,
                limit=self.rule.limit,
                spent=self.spent,
                held=self.held,
                left=self.left,
                needed=hold.amount,
                resets_at=self.window.ends_at,
            )
        return replace(self, held=self.held + hold.amount)

    def settle(self, hold: Hold, *, spent: Decimal) -> "BudgetCounter":
        """The counter with the hold turned into what was spent."""
        return replace(self, held=self.held - hold.amount, spent=self.spent + spent)


def _window(starts: datetime, ends: datetime) -> Window:
    """In UTC, because two moments of one time zone compare by the wall clock, which runs twice through some hours."""
    return Window(starts_at=starts.astimezone(UTC), ends_at=ends.astimezone(UTC))
