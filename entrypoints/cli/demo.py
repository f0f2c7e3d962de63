"""`quantrail demo`: the main job, end to end, on real backtests, in a folder of its own."""

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from entrypoints.cli.demo_steps import Demo
from entrypoints.cli.output import console
from entrypoints.cli.reach import Failed
from entrypoints.ownership import owner_of

START_SECONDS = 60.0
STOP_SECONDS = 15.0
ADMIN_KEY = "qt_demo_" + secrets.token_urlsafe(24)


def demo(count: int) -> None:
    """Runs the main job and prints what a user would see. Raises: Failed."""
    if not 100 <= count <= 150:  # noqa: PLR2004  # what the demo's texts speak of
        raise Failed(f"--count must be from 100 to 150, not {count}")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="quantrail-demo-") as folder, _service(Path(folder)) as url:
        Demo(url, ADMIN_KEY, count).run()
    out = console()
    out.print(f"\nThe service is stopped, its folder removed; this took {time.monotonic() - started:.0f} s.")
    out.print("Next: `make serve` (or `quantrail serve`), then open http://127.0.0.1:8080/schema")


def _environment(folder: Path) -> dict[str, str]:
    """The demo pins the local models and a folder of its own, whatever is set around it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("QUANTRAIL_", "OPENAI_"))}
    ours = {
        "QUANTRAIL_DATA_DIR": str(folder), "QUANTRAIL_PORT": "0", "QUANTRAIL_ADMIN_KEY": ADMIN_KEY,
        "QUANTRAIL_LLM": "local", "QUANTRAIL_EMBEDDINGS": "local",
    }  # fmt: skip
    return kept | ours


@contextlib.contextmanager
def _service(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "entrypoints.cli.main", "serve"]
    log = folder / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(command, env=_environment(folder), stdout=output, stderr=output)  # noqa: S603  # ourselves
    try:
        yield _wait_for_address(process, folder, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_address(process: "subprocess.Popen[bytes]", folder: Path, log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        owner = owner_of(folder)
        if owner is not None and owner.url is not None:
            return owner.url
        if process.poll() is not None:
            break
        time.sleep(0.05)
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise Failed(f"the service did not start: {lines[-1].removeprefix('quantrail: ') if lines else 'it said nothing'}")
