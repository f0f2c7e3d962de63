"""How users and spaces are called in an index: nothing of a user's id is left in a name."""

import hashlib
import re

from domain.identity import UserScope

PREFIX = "user_backtests"
OWNER_DIGITS = 24
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_UNFIT = re.compile(r"[^a-zA-Z0-9_-]+")


def owner_name(scope: UserScope) -> str:
    """A digest of the user's id."""
    return _digest(scope.user_id)[:OWNER_DIGITS]


def space_name(space: str) -> str:
    """Letters, digits, `_` and `-`; where the space has others, what is left of it and a digest that tells it apart."""
    if _PLAIN.fullmatch(space):
        return space
    return f"{_UNFIT.sub('-', space)[:80].strip('-_')}-x-{_digest(space)[:12]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
