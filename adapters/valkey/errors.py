"""The one translator of what the Valkey client raises."""

from collections.abc import Iterator
from contextlib import contextmanager

from valkey.exceptions import ValkeyError

from domain.errors import StoreUnavailable


@contextmanager
def valkey_failures() -> Iterator[None]:
    """A Valkey that does not answer, or does not do what it is asked, is StoreUnavailable."""
    try:
        yield
    except (ValkeyError, OSError) as error:
        said = str(error).partition("\n")[0] or "it did not answer in time"
        raise StoreUnavailable("rate_limits", f"Valkey: {said}") from error
