"""`kill -9` at moments of indexing: after a start, what is searchable is what is committed."""

from pathlib import Path

from tests.crash.indexing import a_sufferer

KILLS = 5


def test_after_each_kill_what_is_searchable_is_what_is_committed(tmp_path: Path) -> None:
    with a_sufferer(tmp_path) as sufferer:
        for _ in range(KILLS):
            sufferer.dies()
            assert sufferer.faults() == []
        assert sufferer.committed() > 0
        assert sufferer.last_faults() == []
        assert sufferer.deaths == KILLS
