"""The section `retention`: what is kept, and for how long."""

from adapters.files.section import Section
from domain.retention import Retention

MAX_DAYS = 3_650
MAX_DETAIL_DAYS = 36_500


def read_retention(section: Section | None) -> Retention:
    """What it says; what it does not say is as it is where there is no such section."""
    usual = Retention()
    if section is None:
        return usual
    kept = section.whole("ledger_detail_days", least=1, most=MAX_DETAIL_DAYS, default=usual.ledger_detail_days)
    retention = Retention(
        ledger_detail_days=kept,
        store_bodies=section.flag("store_bodies", default=usual.store_bodies),
        bodies_days=section.whole("bodies_days", least=1, most=MAX_DAYS, default=usual.bodies_days),
        backtests_days=section.whole_or_none("backtests_days", least=1, most=MAX_DETAIL_DAYS),
        backtests_per_user=section.whole_or_none("backtests_per_user", least=1),
    )
    section.close()
    return retention
