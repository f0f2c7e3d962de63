"""The process's one connection to OpenAI, or to any server that speaks its wire format."""

from typing import Final

from openai import AsyncOpenAI, DefaultAioHttpClient, RequestOptions, Timeout

DEFAULT_BASE_URL: Final = "https://api.openai.com/v1"
CONNECT_TIMEOUT_SECONDS: Final = 5.0
POOL_TIMEOUT_SECONDS: Final = 10.0
CONNECTING_SHARE: Final = 0.8
"""Of a call's time, what connecting may take: so a deadline that passes is always one of a request that was sent."""


def request_options(timeout_seconds: float) -> RequestOptions:
    """What goes with a request that has so much time in all."""
    connecting = CONNECTING_SHARE * timeout_seconds
    timeout = Timeout(
        None, connect=min(connecting, CONNECT_TIMEOUT_SECONDS), pool=min(connecting, POOL_TIMEOUT_SECONDS)
    )
    return {"headers": {"Content-Type": "application/json"}, "timeout": timeout}


def openai_client(*, api_key: str, base_url: str | None = None) -> AsyncOpenAI:
    """A client without retries of its own: an attempt that the ledger does not see must not happen.

    Whoever made it closes it with `await client.close()`. Reading has no time-out here: each call brings its deadline.
    """
    # The base URL is never left to the SDK, which would read the environment behind the settings' back.
    timeout = Timeout(None, connect=CONNECT_TIMEOUT_SECONDS, pool=POOL_TIMEOUT_SECONDS)
    return AsyncOpenAI(
        api_key=api_key,
        base_url=base_url or DEFAULT_BASE_URL,
        max_retries=0,
        timeout=timeout,
        http_client=DefaultAioHttpClient(timeout=timeout),
    )
