"""Server-sent events as OpenAI writes them."""

from collections.abc import AsyncIterator
from typing import Final

from adapters.openai.errors import PART
from domain.errors import UnusableCompletion

DONE: Final = b"[DONE]"
LINE_LIMIT: Final = 4 * 1024 * 1024


async def event_payloads(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The payload of each `data:` line, as its line ends; comments and other fields are passed over.

    Lines end at LF only, a CR before it left out: a reader of text lines would also split at U+2028, which JSON may
    hold unescaped. Raises: UnusableCompletion for a line that never ends.
    """
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > LINE_LIMIT:
            raise UnusableCompletion(f"a line of the provider's stream is longer than {LINE_LIMIT} bytes", part=PART)
        for line in lines:
            if line.startswith(b"data:"):
                yield line.removeprefix(b"data:").strip()
    if rest.startswith(b"data:"):
        yield rest.removeprefix(b"data:").strip()
