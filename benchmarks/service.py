"""A real `quantrail serve` in a process of its own, one kept connection, and what it is measured by."""

import copy
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
RUNS = ROOT / "entrypoints" / "cli" / "demo_backtests.ndjson"
ADMIN_KEY = "qt_an_admin_key_for_benchmarks"
LIGHT = {"QUANTRAIL_LLM": "scripted", "QUANTRAIL_EMBEDDINGS": "memory"}
LOCAL = {"QUANTRAIL_LLM": "local", "QUANTRAIL_EMBEDDINGS": "local"}
USER = "minji"
POLL_SECONDS = 0.2
"""Seldom: each poll takes some of the processor time of what is measured."""
Json = Any  # whatever a path answers with


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured thing beside what DESIGN.md section 6 asks of it, where it does."""

    what: str
    value: str
    goal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A service, and how long its start took."""

    http: httpx.Client
    pid: int
    seconds_to_ready: float

    def ask(self, method: str, path: str, body: Json = None) -> Json:
        """The answer as JSON. Raises: RuntimeError for any that is no success."""
        answer = self.http.request(method, path, json=body)
        if not answer.is_success:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json()

    def resident_mb(self) -> int:
        """What the process takes of memory now."""
        [line] = [x for x in Path(f"/proc/{self.pid}/status").read_text("utf-8").splitlines() if x.startswith("VmRSS")]
        return int(line.split()[1]) // 1024

    def processor_seconds(self) -> float:
        """What the process has used of the processors since it began, all of its threads."""
        ticks = Path(f"/proc/{self.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def until_indexed(self) -> float:
        """Waits until nothing is queued; the seconds it took. The outbox is asked, as a scraper would."""
        started = time.perf_counter()
        while not self.is_indexed():
            time.sleep(POLL_SECONDS)
        return time.perf_counter() - started

    def is_indexed(self) -> bool:
        """Whether nothing is queued."""
        lines = self.http.get("/metrics").text.splitlines()
        return 'quantrail_outbox_tasks{kind="index"} 0.0' in lines


def timed(running: Running, asks: Sequence[Callable[[], object]], *, warm_up: int = 0) -> str:
    """The spread of what they take, after some that do not count, and of the service's processor time for each."""
    for ask in asks[:warm_up]:
        ask()
    began = running.processor_seconds()
    times = [milliseconds(ask) for ask in asks[warm_up:]]
    each = (running.processor_seconds() - began) * 1000 / len(times)
    return f"{spread(times)}; {each:.1f} ms of a processor"


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Running]:
    """The service over a folder while the block runs. What it logs is written, as in production, and thrown away."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("QUANTRAIL_", "OPENAI_"))}
    settings = {"QUANTRAIL_DATA_DIR": str(folder), "QUANTRAIL_PORT": "0", "QUANTRAIL_ADMIN_KEY": ADMIN_KEY}
    started = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "entrypoints.cli.main", "serve"],
            cwd=ROOT, env=own | settings | LIGHT | environment, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        try:
            url = _address(process)
            headers = {"Authorization": f"Bearer {ADMIN_KEY}", "X-User-Id": USER}
            with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=120) as http:
                http.get("/health/ready").raise_for_status()
                yield Running(http=http, pid=process.pid, seconds_to_ready=time.perf_counter() - started)
        finally:
            process.terminate()
            process.communicate()


def _address(process: "subprocess.Popen[str]") -> str:
    for line in process.stdout or ():
        if "serves on" in line:
            return line.split("serves on ")[1].split()[0]
    raise RuntimeError("the service did not start")


def some_runs(count: int, *, prefix: str) -> list[Json]:
    """Real backtests, many times over, no two with the same card."""
    real = [json.loads(line)["backtest"] for line in RUNS.read_text(encoding="utf-8").splitlines()]
    runs = []
    for number in range(count):
        run = copy.deepcopy(real[number % len(real)])
        run["backtest_id"] = f"{prefix}-{number}"
        run["strategy"]["name"] += f" {prefix} {number}"
        runs.append(run)
    return runs


def record_all(running: Running, runs: Sequence[Json], *, at_once: int = 2_000) -> None:
    """All of them are recorded, in batches."""
    for start in range(0, len(runs), at_once):
        running.ask("POST", "/api/v1/backtests/batch", runs[start : start + at_once])


def milliseconds(work: Callable[[], object]) -> float:
    """How long it took."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def spread(times: Sequence[float]) -> str:
    """The median and the value that nineteen in twenty stay below."""
    return f"p50 {median(times):.1f} ms, p95 {quantiles(times, n=20)[-1]:.1f} ms"
