"""How a provider tells a failure: in the body of an error, or in the middle of a stream."""

import msgspec


class StreamError(msgspec.Struct, frozen=True, kw_only=True):
    """A failure in the provider's words."""

    message: str = ""
    code: str | int | None = None
    type: str | None = None
