"""`quantrail` as its users start it: a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ADMIN_KEY = "qt_an_admin_key_for_tests"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
SERVE = ("-m", "entrypoints.cli.main", "serve")
# Fast and without models: what these tests are about is the process.
LIGHT = {"QUANTRAIL_LLM": "scripted", "QUANTRAIL_EMBEDDINGS": "memory", "QUANTRAIL_PORT": "0"}


def an_environment(folder: Path, changes: Mapping[str, str] | None = None) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("QUANTRAIL_", "OPENAI_"))}
    return own | {"QUANTRAIL_DATA_DIR": str(folder), **LIGHT, **(changes or {})}


def quantrail(folder: Path, *arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """A command, run to its end."""
    command = [sys.executable, "-m", "entrypoints.cli.main", *arguments]
    return subprocess.run(
        command, env=an_environment(folder, changes), capture_output=True, text=True, timeout=120, check=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A service in a process of its own."""

    url: str
    process: "subprocess.Popen[str]"
    log: Path
    """What it writes on its standard error, while it does."""
    said: list[str] = field(default_factory=list)
    """What it wrote on its two outputs, once it has ended."""

    def ask(self, method: str, path: str, body: object = None, *, user: str | None = None) -> httpx.Response:
        headers = {b"Authorization": f"Bearer {ADMIN_KEY}".encode()}
        if user is not None:
            headers[b"X-User-Id"] = user.encode()
        return httpx.request(method, self.url + path, json=body, headers=headers, timeout=60, trust_env=False)

    def json(self, method: str, path: str, body: object = None, *, user: str | None = None) -> Any:  # noqa: ANN401  # the path's JSON
        answer = self.ask(method, path, body, user=user)
        assert answer.is_success, answer.text
        return answer.json()

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The lines of the log so far that tell of such an event."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in map(json.loads, lines) if line["event"] == event]

    def until_indexed(self, user: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            runs = self.json("GET", "/api/v1/backtests?limit=500", user=user)["backtests"]
            if runs and all(run["indexing"] == "indexed" for run in runs):
                return
            time.sleep(0.05)
        raise TimeoutError("the backtests were not indexed")

    def found(self, query: str, *, user: str, **more: object) -> list[str]:
        answer = self.json("POST", "/api/v1/backtests/search", {"query": query, **more}, user=user)
        return [found["backtest"]["backtest_id"] for found in answer["results"]]


@contextmanager
def serving(folder: Path, *, entry: Sequence[str] = SERVE, **changes: str) -> Iterator[Serving]:
    """`quantrail serve` on a free port while the block runs; it must end cleanly when told to."""
    environment = an_environment(folder, {"QUANTRAIL_ADMIN_KEY": ADMIN_KEY, **changes})
    command = [sys.executable, *entry]
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "log"
        with log.open("w", encoding="utf-8") as errors:
            # A file and no pipe: nobody reads the log while the service runs, and a full pipe would stop it.
            process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
        said: list[str] = []
        try:
            yield Serving(url=_address(process, log), process=process, log=log, said=said)
        finally:
            process.terminate()
            try:
                said += [process.communicate(timeout=STOP_SECONDS)[0], log.read_text(encoding="utf-8")]
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                raise


def _address(process: "subprocess.Popen[str]", log: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if "serves on" in line:
            return line.split("serves on ")[1].split()[0]
    ended = process.wait(timeout=STOP_SECONDS)
    raise AssertionError(f"the service did not start and ended with {ended}: {log.read_text(encoding='utf-8')}")


def owner_file(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "owner.json").read_text())
    return document
