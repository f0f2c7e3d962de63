"""The one translator of what PyJWT raises."""

from collections.abc import Iterator
from contextlib import contextmanager

import jwt

from domain.errors import Unauthenticated


@contextmanager
def token_failures() -> Iterator[None]:
    """A token that cannot be read or does not hold is Unauthenticated."""
    try:
        yield
    except jwt.InvalidAudienceError as error:
        raise refused("it is meant for somebody else") from error
    except jwt.InvalidIssuerError as error:
        raise refused("somebody else issued it") from error
    except jwt.MissingRequiredClaimError as error:
        raise refused(f"it has no {error.claim}") from error
    except (jwt.PyJWTError, RecursionError) as error:  # its header may be nested without an end
        raise refused("its signature does not hold") from error


def refused(why: str) -> Unauthenticated:
    """A token that is not accepted, and why."""
    return Unauthenticated(f"this token is not accepted: {why}", reason="unverified")
