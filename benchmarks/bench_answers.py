"""What the service adds to a model's time: reports and chats by the model that plays a script and takes none."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.service import Figure, Json, Running, milliseconds, record_all, serving, some_runs, spread

RUNS, TIMES, WARM_UP = 500, 60, 5
SESSIONS = "/api/v1/chatops/sessions"
QUESTION = "GOOG에서 낙폭이 가장 작은 RSI 전략은?"


def measure(folder: Path) -> Iterator[Figure]:
    """Over some hundred runs of a user. The embedder only hashes words: its model is left out too."""
    with serving(folder / "answers") as running:
        record_all(running, some_runs(RUNS, prefix="answer"))
        running.until_indexed()
        yield Figure(what="a report, model left out", value=spread(_reports(running)))
        for kind, more in (
            ("a chat turn, model left out", {"use_rag": False}),
            ("a chat turn with retrieval, model left out", {}),
            ("the same as events, to the last one", {"stream": True}),
        ):
            yield Figure(what=kind, value=spread(_turns(running, more)))


def _reports(running: Running) -> list[float]:
    bodies = [{"backtest_id": f"answer-{number}", "language": "ko"} for number in range(WARM_UP + TIMES)]
    write = partial(running.ask, "POST", "/api/v1/narrative-reports")
    return [milliseconds(partial(write, body)) for body in bodies][WARM_UP:]


def _turns(running: Running, more: dict[str, bool]) -> list[float]:
    """Each in a conversation of its own, so that none has more to read than the others."""
    times = []
    for _ in range(WARM_UP + TIMES):
        session = running.ask("POST", SESSIONS, {})["session_id"]
        body = {"question": QUESTION} | more
        times.append(milliseconds(partial(_answered, running, f"{SESSIONS}/{session}/chat", body)))
    return times[WARM_UP:]


def _answered(running: Running, path: str, body: Json) -> None:
    running.http.post(path, json=body).raise_for_status()
