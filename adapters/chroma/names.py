"""How the collection of a user's cards is called: nothing of the user's id is left in it."""

import hashlib
import re

from domain.identity import UserScope

PREFIX = "user_backtests"
# A rebuilt index is written beside the old one under the next number.
GENERATION = 1
SCOPE_DIGITS = 24
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_UNFIT = re.compile(r"[^a-zA-Z0-9_-]+")


def collection_name(scope: UserScope, space: str) -> str:
    """The name, within what Chroma accepts; another user, or another space, never has the same one."""
    owner = _digest(scope.user_id)[:SCOPE_DIGITS]
    return f"{PREFIX}.{_segment(space)}.{owner}.{GENERATION}"


def is_of_scope(name: str, scope: UserScope) -> bool:
    """Whether the collection holds cards of that user, in whichever space."""
    return _parts(name)[-2:] == _parts(collection_name(scope, ""))[-2:]


def is_of_space(name: str, space: str) -> bool:
    """Whether the collection holds cards of that space, of whichever user."""
    return _parts(name)[:2] == [PREFIX, _segment(space)]


def _parts(name: str) -> list[str]:
    """Prefix, space, owner, generation: no segment has a dot in it."""
    return name.split(".")


def _segment(space: str) -> str:
    """A space whose name Chroma cannot take keeps what it can of it, and a digest that tells it from others."""
    if _PLAIN.fullmatch(space):
        return space
    return f"{_UNFIT.sub('-', space)[:80].strip('-_')}-x-{_digest(space)[:12]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
