"""Notice prices that nobody has confirmed for long."""

from dataclasses import dataclass

from application.ports.governance import GovernanceSource
from application.ports.system import Clock
from domain.price_review import OLD_AFTER_DAYS, price_ages


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnOfOldPrices:
    """The models whose price in force was last confirmed more than 31 days ago, with how many; the oldest first."""

    governance: GovernanceSource
    clock: Clock

    def __call__(self) -> dict[str, int]:
        ages = price_ages(self.governance.current(), at=self.clock.now())
        old = {model_id: days for model_id, days in ages.items() if days > OLD_AFTER_DAYS}
        return dict(sorted(old.items(), key=lambda aged: -aged[1]))
