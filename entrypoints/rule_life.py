"""What the process does by itself about its rules: it takes over what others set, and warns."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable

from application.ports.revisions import Revisions
from application.ports.signal import Signal
from application.use_cases.follow_rules import FollowRules
from application.use_cases.warn_of_budgets import WarnOfBudgets
from application.use_cases.warn_of_old_prices import WarnOfOldPrices
from domain.budget_warning import BudgetWarning
from domain.governance import Governance
from domain.price_review import OLD_AFTER_DAYS
from domain.revision import Watched
from entrypoints.container import Container
from entrypoints.tracing import tracing

logger = logging.getLogger("quantrail.rules")
FOLLOWING_SECONDS = 1.0
WARNING_SECONDS = 2.0
"""Budgets are looked at so often at most while calls are made, and not at all while there are none."""
QUIET_SECONDS = 60.0
AGEING_SECONDS = 24 * 3600.0


def rule_tasks(container: Container) -> dict[str, Callable[[], Awaitable[None]]]:
    """Work that goes on for ever, by name."""
    rules, revisions, counting = container.rules, container.stores().revisions, container.counting()
    return {
        "following_rules": lambda: keep_following(rules.follow_rules(), revisions),
        "warning_of_budgets": lambda: keep_warning(rules.warn_of_budgets(), counting),
        "warning_of_old_prices": lambda: keep_ageing(rules.warn_of_old_prices()),
    }


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


async def keep_following(follow: FollowRules, revisions: Revisions) -> None:
    """Takes over what other processes set, for ever."""
    seen: int | None = None
    while True:
        number = (await revisions.current())[Watched.GOVERNANCE]
        if number != seen:
            with tracing(f"rules-{secrets.token_hex(8)}"):
                await take_over(follow)
            seen = number
        await asyncio.sleep(FOLLOWING_SECONDS)


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
