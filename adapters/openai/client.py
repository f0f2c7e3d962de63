"""The process's one connection to OpenAI, or to any server that speaks its wire format."""

from typing import Final

from openai import AsyncOpenAI, DefaultAioHttpClient, Timeout

DEFAULT_BASE_URL: Final = "https://api.openai.com/v1"
CONNECT_TIMEOUT_SECONDS: Final = 5.0
POOL_TIMEOUT_SECONDS: Final = 10.0


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
