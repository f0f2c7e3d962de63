"""A budget rule as somebody asks for it, in a file or over HTTP, and what is wrong with it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from zoneinfo import available_timezones

from domain.budget import UTC_NAME, WARN_AT, BudgetPeriod, BudgetRule, BudgetUnit, RuleSource
from domain.errors import Refused, Violation
from domain.identity import UserScope
from domain.text import did_you_mean

MAX_LENGTH = 40
MAX_SHARES = 10
MAX_SHOWN = 60
_DECIMALS: Mapping[BudgetUnit, int] = {BudgetUnit.USD: 12, BudgetUnit.TOKENS: 0}
# Counters hold whole pico-dollars in 64 bits: nothing above this could be counted.
_MOST: Mapping[BudgetUnit, Decimal] = {BudgetUnit.USD: Decimal(9_000_000), BudgetUnit.TOKENS: Decimal(10**15)}
_NAME = re.compile(r"[\w-][\w ./:@+-]{0,249}")
_NAMED = "1 to 250 letters, digits, spaces and . _ - / : @ +"
_PLAIN = re.compile(r"[+]?[0-9][0-9_]*(\.[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetOrder:
    """A rule that is asked for: amounts as they were written, nothing checked yet.

    `warn_at` are the shares of the limit at which to warn; None leaves them as they are for every rule.
    """

    name: str
    unit: BudgetUnit
    limit: str
    period: BudgetPeriod
    timezone: str = UTC_NAME
    user_id: str | None = None
    service: str | None = None
    model_id: str | None = None
    each_user: bool = False
    warn_at: tuple[str, ...] | None = None

    def violations(self, *, models: Collection[str], services: Collection[str]) -> Iterator[Violation]:
        """Everything that is wrong, by member; the name is called `rule`."""
        if not _NAME.fullmatch(self.name):
            yield Violation(field="rule", message=f"must be named with {_NAMED}, not {self.name[:MAX_SHOWN]!r}")
        yield from self._amounts()
        if self.timezone not in _time_zones():
            yield _unknown("timezone", "time zone", self.timezone, _time_zones())
        yield from self._user()
        yield from unknown_names(self, models=models, services=services)

    def rule(self, source: RuleSource) -> BudgetRule:
        """The rule, of an order in which nothing is wrong."""
        shares = WARN_AT if self.warn_at is None else tuple(sorted(set(map(Decimal, self.warn_at))))
        return BudgetRule(
            name=self.name,
            unit=self.unit,
            limit=Decimal(self.limit),
            period=self.period,
            timezone=self.timezone,
            user_id=self.user_id,
            service=self.service,
            model_id=self.model_id,
            each_user=self.each_user,
            warn_at=shares,
            source=source,
        )

    def _amounts(self) -> Iterator[Violation]:
        wrong = _wrong_limit(self.limit, self.unit)
        if wrong is not None:
            yield Violation(field="limit", message=f"{wrong}, not {self.limit[:MAX_SHOWN]!r}")
        shares = self.warn_at or ()
        if len(shares) > MAX_SHARES:
            yield Violation(field="warn_at", message=f"must have at most {MAX_SHARES} shares, not {len(shares)}")
        for i, text in enumerate(shares[:MAX_SHARES]):
            share = _amount(text)
            if share is None or not 0 < share <= 1:
                message = f"must be a share of the limit, above 0 and up to 1, such as 0.8, not {text[:MAX_SHOWN]!r}"
                yield Violation(field=f"warn_at[{i}]", message=message)

    def _user(self) -> Iterator[Violation]:
        if self.user_id is None:
            return
        try:
            UserScope(user_id=self.user_id)
        except Refused as refused:
            yield from refused.violations
        if self.each_user:
            yield Violation(field="each_user", message="makes no sense beside user_id: the rule is for one user")


def unknown_names(
    rule: BudgetOrder | BudgetRule, *, models: Collection[str], services: Collection[str]
) -> Iterator[Violation]:
    """What the rule names and nobody knows: other rules may make that of one that was right."""
    if rule.service is not None and rule.service not in services:
        yield _unknown("service", "service", rule.service, services)
    if rule.model_id is not None and rule.model_id not in models:
        yield _unknown("model_id", "model", rule.model_id, models)


def _unknown(field: str, kind: str, word: str, known: Collection[str]) -> Violation:
    shown = word[:MAX_SHOWN]
    return Violation(field=field, message=f"no {kind} {shown!r}{did_you_mean(shown, known)}")


def _wrong_limit(text: str, unit: BudgetUnit) -> str | None:
    """What a limit must be, where the text is none."""
    limit, decimals, most = _amount(text), _DECIMALS[unit], _MOST[unit]
    if limit is not None and limit > most:
        return f"must be at most {most:f}, which is all that a counter holds"
    if limit is None or limit <= 0 or limit != round(limit, decimals):
        kind = f", with at most {decimals} decimals, such as '0.15'" if decimals else " and whole, such as '15'"
        return f"must be more than 0{kind}"
    return None


def _amount(text: str) -> Decimal | None:
    """A number in plain digits; None for anything else."""
    return Decimal(text) if _PLAIN.fullmatch(text) and len(text) <= MAX_LENGTH else None


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())
