import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from adapters.chroma.vector_store import ChromaVectorStore
from entrypoints.cli.index_commands import _size
from tests.builders import a_scope
from tests.cli.process import quantrail, serving
from tests.e2e.hosted import some_runs


def an_indexed(folder: Path, count: int = 8) -> Path:
    """A data folder with so many backtests of one user, indexed."""
    data = folder / "data"
    with serving(data) as running:
        running.json("POST", "/api/v1/backtests/batch", some_runs(count), user="민지")
        running.until_indexed("민지")
    return data


def status_of(data: Path, **changes: str) -> Any:  # noqa: ANN401  # the path's JSON
    done = quantrail(data, "index", "status", "--json", **changes)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_index_is_looked_at_rebuilt_verified_and_moved_from_the_command_line(tmp_path: Path) -> None:
    data = an_indexed(tmp_path)
    shown = quantrail(data, "index", "status")
    assert (shown.returncode, shown.stderr) == (0, "")
    for words in ("hashed-words", "chroma", "8 backtests of 1 users: 8 indexed", "drift: none", "on disk: "):
        assert words in shown.stdout
    rebuilt = quantrail(data, "index", "rebuild")
    assert (rebuilt.returncode, rebuilt.stdout) == (0, "hashed-words#2 in chroma answers, with 8 cards\n")
    verified = quantrail(data, "index", "verify", "--sample", "5")
    assert (verified.returncode, verified.stdout) == (
        0, "hashed-words#2: 8 cards compared, 5 vectors\ndrift: none\n"
    )  # fmt: skip
    moved = quantrail(data, "index", "migrate", "--to", "memory", "--json")
    document = json.loads(moved.stdout)
    assert (moved.returncode, document["serving"]["store"], document["named_by_settings"]) == (0, "memory", False)
    # The memory of the command is gone with it, and the settings name Chroma: the index is built there anew.
    with serving(data) as running:
        running.until_indexed("민지")
    status = status_of(data)
    assert (status["serving"]["store"], status["serving"]["cards"], status["drift"]["missing"]) == ("chroma", 8, 0)


def test_a_migration_tells_what_to_set_before_the_next_start_and_a_start_that_does_not_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, QUANTRAIL_VECTOR_STORE="memory") as running:
        running.json("POST", "/api/v1/backtests/batch", some_runs(6), user="민지")
        running.until_indexed("민지")
        moved = quantrail(data, "index", "migrate", "--to", "chroma", QUANTRAIL_VECTOR_STORE="memory")
        assert (moved.returncode, moved.stderr) == (0, "")
        assert "hashed-words#2 in chroma answers, with 6 cards" in moved.stdout
        assert "QUANTRAIL_VECTOR_STORE=chroma" in moved.stdout
        before = running.found("RSI", user="민지")
        assert before
    with serving(data) as named:
        assert named.found("RSI", user="민지") == before
        assert named.logged("index_is_in_another_store") == []
        assert named.json("GET", "/api/v1/admin/index/status")["serving"]["space"] == "hashed-words#2"
    with serving(data, QUANTRAIL_VECTOR_STORE="memory") as old:
        [told] = old.logged("index_is_in_another_store")
        assert (told["before"]["kind"], told["serving"]) == ("chroma", "hashed-words#3")
        old.until_indexed("민지")
        assert old.found("RSI", user="민지") == before


def test_drift_fails_in_one_line_and_is_mended_where_asked_for(tmp_path: Path) -> None:
    data = an_indexed(tmp_path)
    _take_out_a_card(data)
    spoilt = quantrail(data, "index", "verify")
    assert spoilt.returncode == 1
    assert "missing of 민지: " in spoilt.stdout
    assert spoilt.stderr == "quantrail: the index differs from the archive in one card; --repair mends it\n"
    mended = quantrail(data, "index", "verify", "--repair")
    assert (mended.returncode, mended.stderr) == (0, "")
    assert "is indexed again" in mended.stdout
    with serving(data) as running:
        running.until_indexed("민지")
    assert quantrail(data, "index", "verify").returncode == 0


def _take_out_a_card(data: Path) -> None:
    async def take_out() -> None:
        store, minji = ChromaVectorStore(data / "chroma"), a_scope("민지")
        await store.start()
        [first, *_] = sorted(await store.card_ids(scope=minji, space="hashed-words"))
        await store.delete([first], scope=minji, space="hashed-words")
        await store.close()

    asyncio.run(take_out())


def test_stopping_nothing_and_a_store_of_nobody_are_failures_in_one_line(tmp_path: Path) -> None:
    stopped = quantrail(tmp_path, "index", "stop")
    assert (stopped.returncode, stopped.stderr) == (1, "quantrail: There is no such thing: no index build 'build'\n")
    unknown = quantrail(tmp_path, "index", "migrate", "--to", "papyrus")
    assert unknown.returncode == 2
    assert "chroma" in unknown.stderr
    there = quantrail(tmp_path, "index", "migrate", "--to", "chroma")
    assert there.returncode == 1
    assert "already" in there.stderr


@pytest.mark.parametrize("action", ["status", "rebuild", "migrate", "stop", "verify"])
def test_every_action_has_an_example(tmp_path: Path, action: str) -> None:
    done = quantrail(tmp_path, "index", action, "--help")
    assert done.returncode == 0
    assert f"example:\n  quantrail index {action}" in done.stdout


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (2_500_000, "2.5 MB"), (10**16, "10000.0 TB")],
)
def test_sizes_are_shown_in_units_that_fit(size: int, shown: str) -> None:
    assert _size(size) == shown
