"""What the process does by itself about its rules: it takes over what others set, and warns."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from functools import partial

from application.ports.signal import Signal
from application.use_cases.follow_rules import FollowRules
from application.use_cases.warn_of_budgets import WarnOfBudgets
from application.use_cases.warn_of_old_prices import WarnOfOldPrices
from application.watching import Watch
from domain.budget_warning import BudgetWarning
from domain.governance import Governance
from domain.price_review import OLD_AFTER_DAYS
from domain.revision import Watched
from entrypoints.container import Container
from entrypoints.tracing import tracing

logger = logging.getLogger("quantrail.rules")
WARNING_SECONDS = 2.0
"""Budgets are looked at so often at most while calls are made, and not at all while there are none."""
QUIET_SECONDS = 60.0
AGEING_SECONDS = 24 * 3600.0


def rule_tasks(container: Container) -> dict[str, Callable[[], Awaitable[None]]]:
    """Work that goes on for ever, by name."""
    rules, counting = container.rules, container.counting()
    return {
        "warning_of_budgets": lambda: keep_warning(rules.warn_of_budgets(), counting),
        "warning_of_old_prices": lambda: keep_ageing(rules.warn_of_old_prices()),
    }


def follow_others(watch: Watch, follow: FollowRules) -> None:
    """What other processes set is taken over as soon as the watch hears of it."""
    watch.subscribe(Watched.GOVERNANCE, partial(_take_over, follow))


async def _take_over(follow: FollowRules) -> None:
    with tracing(f"rules-{secrets.token_hex(8)}"):
        await take_over(follow)


async def take_over(follow: FollowRules) -> None:
    """What was set at run time is in force, and what of it cannot be is told. Raises: StoreUnavailable."""
    followed = await follow()
    if followed.changed:
        changed = {kind: list(names) for kind, names in followed.changed.items()}
        logger.info("rules_taken_over", extra={"version": followed.rules.version, "changed": changed})
    tell_unfit(followed.rules)


def tell_unfit(rules: Governance) -> None:
    """A line of the log where something that was set at run time is not in force."""
    if rules.unfit:
        logger.warning("rules_not_in_force", extra={"violations": list(map(str, rules.unfit))})


async def keep_warning(warn: WarnOfBudgets, counting: Signal) -> None:
    """Tells of budgets that are nearly used up, for ever."""
    while True:
        with tracing(f"budgets-{secrets.token_hex(8)}"):
            for warning in await warn():
                logger.warning("budget_warning", extra=_told(warning))
        await asyncio.sleep(WARNING_SECONDS)
        await counting.wait(timeout_seconds=QUIET_SECONDS)


async def keep_ageing(warn: WarnOfOldPrices) -> None:
    """Tells of old prices now and every day."""
    while True:
        with tracing(f"prices-{secrets.token_hex(8)}"):
            old = warn()
            if old:
                logger.warning("prices_are_old", extra={"days": old, "old_after_days": OLD_AFTER_DAYS})
        await asyncio.sleep(AGEING_SECONDS)


def _told(warning: BudgetWarning) -> dict[str, object]:
    counter, rule = warning.counter, warning.counter.rule
    return {
        "rule": rule.name,
        "share": f"{warning.share:f}",
        "user_id": counter.subject or rule.user_id,
        "unit": rule.unit.value,
        "spent": f"{counter.spent:f}",
        "held": f"{counter.held:f}",
        "limit": f"{rule.limit:f}",
        "resets_at": counter.window.ends_at.isoformat(),
    }
