"""The OpenAI double as a child process."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.doubles.invoice import calls_in
from tests.doubles.openai_double import KEY

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 10


class OpenAIDouble:
    """A running double. `base_url` is what an OpenAI client takes."""

    def __init__(self, record: Path, *, key: str = KEY) -> None:
        self.record = record
        self.api_key = key
        self.url = ""
        self._process: subprocess.Popen[str] | None = None
        self.start()

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def start(self) -> None:
        """It listens when this returns: on the port it had before, or on a free one."""
        port = str(urlsplit(self.url).port or 0)
        command = [sys.executable, "-m", "tests.doubles.openai_double"]
        command += ["--port", port, "--record", str(self.record), "--key", self.api_key]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if self._process.stdout is None or not (url := self._process.stdout.readline().strip()):
            raise RuntimeError("the double did not start; its own words are above")
        self.url = url

    def stop(self) -> None:
        """The port is closed, as in an outage; `start` opens the same one again, and nothing is remembered."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait(WAIT_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def behave(self, mode: str = "ok", **settings: object) -> None:
        """The next calls meet this; without a word, all is well again."""
        self._ask("/double/behaviour", {"mode": mode, **settings})

    def calls(self) -> list[dict[str, Any]]:
        """The invoice, from the file: it outlives restarts."""
        return calls_in(self.record)

    def notes(self) -> list[str]:
        """How each call since the last start went, as it is known now."""
        return [str(call["note"]) for call in self._ask("/double/calls")]

    def requests(self) -> list[dict[str, Any]]:
        """The bodies that came since the last start."""
        return list(self._ask("/double/requests"))

    def _ask(self, path: str, body: dict[str, object] | None = None) -> Any:  # noqa: ANN401  # JSON
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", data=content, headers=headers)  # noqa: S310  # loopback
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as response:  # noqa: S310  # loopback
            return json.load(response)


@contextmanager
def openai_double(folder: Path) -> Iterator[OpenAIDouble]:
    """A double that keeps its record in the folder, for as long as the block lasts."""
    double = OpenAIDouble(folder / "openai_calls.jsonl")
    try:
        yield double
    finally:
        double.stop()
