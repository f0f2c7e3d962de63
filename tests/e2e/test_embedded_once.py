"""No text whose vector was committed is embedded again: over failures of the provider, kills and starts."""

import os
import signal
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from domain.embedding import MOST_TEXTS
from tests.cli.process import Serving, serving
from tests.doubles.process import OpenAIDouble, openai_double
from tests.e2e.hosted import Json, entries, invoice_bill, keyed, ledger_bill, some_runs, until

USER = "민지"
RUNS = 2 * MOST_TEXTS + 20
PATIENCE_SECONDS = 60


def _texts(double: OpenAIDouble) -> Sequence[str]:
    """The texts that were embedded and paid for, since the double began, in order of arrival."""
    together = zip(double.requests(), double.calls(), strict=True)
    return [text for body, call in together if call["status"] == 200 for text in body["input"]]


def _kept(folder: Path) -> int:
    """How many vectors are committed."""
    with closing(sqlite3.connect(folder / "quantrail.db")) as database:
        return int(database.execute("SELECT count(*) FROM embeddings").fetchone()[0])


def _is_idle(running: Serving) -> bool:
    return 'quantrail_outbox_tasks{kind="index"} 0.0' in running.ask("GET", "/metrics").text


def test_what_was_answered_before_a_failure_and_a_kill_is_not_paid_for_again(tmp_path: Path) -> None:
    runs: list[Json] = some_runs(RUNS)
    with openai_double(tmp_path) as double:
        double.behave("error", path="/embeddings", after=1)
        with serving(tmp_path / "data", **keyed(double)) as doomed:
            doomed.json("POST", "/api/v1/backtests/batch", runs, user=USER)
            until(lambda: _kept(tmp_path / "data") > 0, seconds=PATIENCE_SECONDS)
            until(lambda: len(double.calls()) > 1, seconds=PATIENCE_SECONDS)
            os.kill(doomed.process.pid, signal.SIGKILL)
            doomed.process.wait()
        assert len(_texts(double)) == _kept(tmp_path / "data") == MOST_TEXTS
        double.behave()
        with serving(tmp_path / "data", **keyed(double)) as running:
            until(lambda: _is_idle(running), seconds=PATIENCE_SECONDS)
            settled = entries(running, "&service=memory&status=settled")
            assert ledger_bill(settled) == invoice_bill(double.calls())
        times = Counter(_texts(double))
        assert (len(times), set(times.values()), _kept(tmp_path / "data")) == (RUNS, {1}, RUNS)
