"""Everything of a user is gone, and what has to stay is nobody's any more."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.audit import AuditEntry, Fact
from domain.errors import Unavailable
from domain.generation import Caller
from domain.identity import Principal, Role, UserScope

PSEUDONYM_PREFIX = "erased-"
GONE = "Erased."
"""Stands where a text held the user's id. It begins as no code of ours does, so that sums of the ledger stay true."""
NAME = "name"
"""The fact that is what somebody called a key of theirs."""
WHOSE = "for_user"
"""How the facts of an audit row end that are a user's id and nothing else."""


class UserBeingErased(Unavailable):
    """What is asked for a user while all that they have is removed."""

    code = "user-being-erased"
    title = "This user's data is being erased"

    def __init__(self) -> None:
        super().__init__("user", "everything of this user is being removed; what is asked for them waits for that")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureOrder:
    """That a user is to be erased, who said so and when. It is kept until nothing of the user is left, and no longer.

    `pseudonym` is made by chance: nobody can reckon it from the id, and whoever comes back gets another one.
    """

    scope: UserScope
    pseudonym: str
    begun_at: datetime
    by_user_id: str
    request_id: str
    by_key_id: str | None = None

    @property
    def caller(self) -> Caller:
        """Who ordered it, by the pseudonym where they erase themselves."""
        user_id = self.pseudonym if self.by_user_id == self.scope.user_id else self.by_user_id
        principal = Principal(user_id=user_id, roles=frozenset({Role.ADMIN}), key_id=self.by_key_id)
        return Caller(principal=principal, request_id=without(self.request_id, self.scope.user_id, GONE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was removed, and how much was put under the pseudonym, by kind; a kind without any is left out."""

    removed: Mapping[str, int] = field(default_factory=dict)
    pseudonymised: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(
            removed=Counter(self.removed) + Counter(other.removed),
            pseudonymised=Counter(self.pseudonymised) + Counter(other.pseudonymised),
        )

    @property
    def facts(self) -> dict[str, Fact]:
        """The counts as an audit row says them."""
        return {
            "removed": tuple(f"{kind} {count}" for kind, count in sorted(self.removed.items())),
            "pseudonymised": tuple(f"{kind} {count}" for kind, count in sorted(self.pseudonymised.items())),
        }


def without(text: str, user_id: str, instead: str) -> str:
    """The text with something else wherever the id stands in it as a word.

    A Korean particle may follow it (민지의); inside another word (김민지, mina2) it is somebody else, or nobody.
    """
    parts, start = [], 0
    while (found := text.find(user_id, start)) >= 0:
        end = found + len(user_id)
        whole = not _joins(text[found - 1 : found], user_id[0]) and not _goes_on(text[end : end + 1], user_id[-1])
        parts.append(text[start:found] + (instead if whole else user_id))
        start = end
    return "".join((*parts, text[start:]))


def _joins(before: str, first: str) -> bool:
    return before.isalnum() and first.isalnum()


def _goes_on(after: str, last: str) -> bool:
    """Whether the word goes on: after Hangul or Latin letters Hangul may be a particle."""
    return after.isascii() and after.isalnum() and last.isalnum()


def nameless(entry: AuditEntry, order: ErasureOrder) -> AuditEntry:
    """The same act with the pseudonym in the place of the user; the very same entry where it says nothing of them."""
    user_id, pseudonym = order.scope.user_id, order.pseudonym
    theirs = any(name.endswith(WHOSE) and fact == user_id for name, fact in entry.facts.items())
    facts = {name: _nameless(name, fact, user_id, pseudonym) for name, fact in entry.facts.items()}
    return replace(
        entry,
        user_id=pseudonym if entry.user_id == user_id else entry.user_id,
        request_id=without(entry.request_id, user_id, pseudonym),
        subject=without(entry.subject, user_id, pseudonym),
        facts=facts | {NAME: None} if theirs and facts.get(NAME) is not None else facts,
    )


def _nameless(name: str, fact: Fact, user_id: str, pseudonym: str) -> Fact:
    if fact is None:
        return None
    if isinstance(fact, tuple):
        return tuple(without(part, user_id, pseudonym) for part in fact)
    if name.endswith(WHOSE):
        return pseudonym if fact == user_id else fact
    return without(fact, user_id, pseudonym)
