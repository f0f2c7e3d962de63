"""Cursors: opaque to the caller, good for one list only."""

import base64
import binascii
from typing import Annotated, TypeAlias

from litestar.params import QueryParameter

from domain.errors import Violation
from domain.paging import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from entrypoints.http.problems import Unreadable

Limit: TypeAlias = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="How many at most")]
Cursor: TypeAlias = Annotated[str | None, QueryParameter(description="`next_cursor` of the page before")]
DEFAULT_LIMIT = DEFAULT_PAGE_SIZE


def cursor_of(list_name: str, after: str | None) -> str | None:
    """The cursor that goes on after a key of a list; None stays None."""
    return None if after is None else base64.urlsafe_b64encode(f"{list_name}\0{after}".encode()).decode().rstrip("=")


def after_of(list_name: str, cursor: str | None) -> str | None:
    """The key inside a cursor. Raises: Unreadable for a cursor of another list, or of nothing."""
    if cursor is None:
        return None
    try:
        name, _, after = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition("\0")
    except (binascii.Error, ValueError):
        name, after = "", ""
    if name != list_name or not after:
        raise Unreadable(
            "cursor: is not one of this list", Violation(field="cursor", message="is not one of this list")
        )
    return after
