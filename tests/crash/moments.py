"""Moments of indexing: so many steps after they were set, and so many milliseconds into that step.

A step is what the indexer asks of a part: tasks of the queue, vectors of the cache, of the model and of the store, each
before and after. The milliseconds reach into the middle of one: a commit, a file that is being written.
"""

import hashlib
import inspect
import json
import os
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

from domain.embedding import TextKind

KEPT, ASKED = "kept", "asked"


class Moments:
    """The end of this process, as another one has set it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._steps: int | None = None
        self._lock = threading.Lock()

    def set(self, *, steps: int, milliseconds: float) -> None:
        """From another process, before or while it runs; it is seen at the next step."""
        fresh = self.path.with_suffix(".fresh")
        fresh.write_text(json.dumps({"steps": steps, "milliseconds": milliseconds}), encoding="utf-8")
        fresh.replace(self.path)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)

    def step(self) -> None:
        """As if the machine had taken the process away: nothing is flushed, closed or said."""
        try:
            told = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        with self._lock:
            self._steps = told["steps"] if self._steps is None else self._steps - 1
            if self._steps != 0:
                return
        if told["milliseconds"]:
            threading.Thread(target=_end, args=(told["milliseconds"] / 1000,), daemon=True).start()
        else:
            _end(0)


def _end(seconds: float) -> None:
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


class Stepping:
    """A part of the service each of whose calls may be the last one, before or after it."""

    def __init__(self, part: object, moments: Moments) -> None:
        self._part = part
        self._moments = moments

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the part has
        found = getattr(self._part, name)
        if not inspect.iscoroutinefunction(found):
            return found

        @wraps(found)
        async def stepping(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  # passed on as they are
            self._moments.step()
            self._tell(name, arguments, before=True)
            answer = await found(*arguments, **named)
            self._tell(name, arguments, before=False)
            self._moments.step()
            return answer

        return stepping

    def _tell(self, name: str, arguments: Sequence[Any], *, before: bool) -> None:
        """For who wants to know what is asked."""


class Told(Stepping):
    """A part that writes down, over all lives, which texts were embedded and which vectors were kept."""

    def __init__(self, part: object, moments: Moments, diary: Path) -> None:
        super().__init__(part, moments)
        self._diary = diary

    def _write(self, word: str, hashes: Sequence[str]) -> None:
        lines = "".join(f"{word} {each}\n" for each in hashes)
        # One write, so that a kill leaves all of it or none.
        handle = os.open(self._diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, lines.encode())
        os.close(handle)


class ToldCache(Told):
    """The cache: what is written down is committed."""

    def _tell(self, name: str, arguments: Sequence[Any], *, before: bool) -> None:
        if name == "keep" and not before:
            vectors: Mapping[str, object] = arguments[0]
            self._write(KEPT, list(vectors))


class ToldEmbedder(Told):
    """The model: what is written down was asked, whatever came of it."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the part has
        found = getattr(self._part, name)
        if name != "embed":
            return found

        async def embed(texts: Sequence[str], *, kind: TextKind, **named: Any) -> Any:  # noqa: ANN401  # passed on
            self._moments.step()
            if kind is TextKind.PASSAGE:
                self._write(ASKED, [hashlib.sha256(text.encode()).hexdigest() for text in texts])
            answer = await found(texts, kind=kind, **named)
            self._moments.step()
            return answer

        return embed


def embedded_again(diary: Path) -> list[str]:
    """The texts that were embedded after their vectors had been committed."""
    kept, again = set[str](), list[str]()
    for line in diary.read_text(encoding="utf-8").splitlines() if diary.exists() else ():
        word, _, key = line.partition(" ")
        if word == KEPT:
            kept.add(key)
        elif key in kept:
            again.append(key)
    return again
