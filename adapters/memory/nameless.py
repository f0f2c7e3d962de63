"""Rows, holds and counters of the ledger that name a user, put under a pseudonym."""

from collections.abc import Iterable
from dataclasses import replace

from domain.budget import BudgetCounter, BudgetRule, Hold
from domain.erasure import GONE, ErasureOrder, without
from domain.figures import OTHER, code_of
from domain.usage import UsageEntry


def nameless_entry(entry: UsageEntry, order: ErasureOrder) -> UsageEntry:
    """The row as the pseudonym's, where it is the user's."""
    user_id = order.scope.user_id
    if entry.user_id != user_id:
        return entry
    told = entry.reason is not None and user_id in entry.reason and code_of(entry.reason) == OTHER
    return replace(
        entry,
        user_id=order.pseudonym,
        key_id=None,
        request_id=GONE if user_id in entry.request_id else entry.request_id,
        reason=GONE if told else entry.reason,
    )


def nameless_holds(holds: Iterable[Hold], order: ErasureOrder) -> tuple[Hold, ...]:
    """The holds, without the user."""
    return tuple(replace(hold, rule=_rule(hold.rule, order), subject=_subject(hold.subject, order)) for hold in holds)


def nameless_counter(counter: BudgetCounter, order: ErasureOrder) -> BudgetCounter:
    """The counter, without the user."""
    return replace(counter, rule=_rule(counter.rule, order), subject=_subject(counter.subject, order))


def _rule(rule: BudgetRule, order: ErasureOrder) -> BudgetRule:
    user_id = order.pseudonym if rule.user_id == order.scope.user_id else rule.user_id
    return replace(rule, name=without(rule.name, order.scope.user_id, order.pseudonym), user_id=user_id)


def _subject(subject: str, order: ErasureOrder) -> str:
    return order.pseudonym if subject == order.scope.user_id else subject
