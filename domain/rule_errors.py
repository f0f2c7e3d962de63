"""Failures of rules that are set while the service runs, in the tree of `errors`."""

from collections.abc import Iterable

from domain.budget import RuleSource
from domain.errors import DomainError, Violation
from domain.price_review import PriceChange

_WHERE = {
    RuleSource.FILE: "the configuration file: take it out there and reload",
    RuleSource.ENVIRONMENT: "the environment: unset its variable and start again",
}


class RuleStandsElsewhere(DomainError):
    """A rule that was not set at run time, and so cannot be removed at run time."""

    code = "rule-stands-elsewhere"
    title = "This rule was not set over HTTP"

    def __init__(self, rule: str, source: RuleSource) -> None:
        where = _WHERE.get(source, "another place")
        super().__init__(
            f"budget {rule!r} stands in {where}, or set another limit over it here", rule=rule, source=source.value
        )


class SteepPriceChange(DomainError):
    """Prices that would change by more than three times, and that nobody has accepted: nothing was taken."""

    code = "steep-price-change"
    title = "A price changes by more than three times"

    def __init__(self, steep: Iterable[PriceChange]) -> None:
        violations = tuple(Violation(field=f"{c.model_id}.{c.bucket}", message=str(c)) for c in steep)
        detail = f"{'; '.join(map(str, violations))}: nothing was changed; accept it to take every change"
        super().__init__(detail, violations=violations)
        self.violations = violations
