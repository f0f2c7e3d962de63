"""How soon the service answers, and what memory it takes."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.service import LOCAL, Figure, serving

HOSTED = {
    "QUANTRAIL_LLM": "openai",
    "QUANTRAIL_EMBEDDINGS": "openai",
    # Nobody is asked: what is measured ends before the first call.
    "OPENAI_API_KEY": "none",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
}
STARTS = 3


def measure(folder: Path) -> Iterator[Figure]:
    """From the start of the process to an answer of `/health/ready`, with a new folder each."""
    for name, environment in (("OpenAI models", HOSTED), ("the local models", LOCAL)):
        seconds, resident = [], []
        for number in range(STARTS):
            with serving(folder / f"start {name} {number}", **environment) as running:
                seconds.append(running.seconds_to_ready)
                resident.append(running.resident_mb())
        yield Figure(what=f"start to ready, {name}", value=f"{median(seconds):.2f} s", goal="≤ 3 s")
        goal = "≤ 250 MB" if environment is HOSTED else ""
        yield Figure(what=f"resident after the start, {name}", value=f"{median(resident)} MB", goal=goal)
