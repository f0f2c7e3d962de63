"""Whose words lie where: in no table and no log of the ledger unless asked for, and then for their days only."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.process import serving
from tests.doubles.openai_double import DEFAULT_ANSWER
from tests.doubles.process import openai_double
from tests.e2e.hosted import BUILD, ENTRIES, keyed, shipped, until, written

INSTRUCTIONS = "당신은 매매 전략을 설계합니다"
IDEA = "비밀 발상 제비갈매기: RSI 30 아래에서 사는 전략"
QUESTION = "비밀 질문 붉은부리: RSI란?"
OWN = {"strategies", "conversations", "conversation_turns"}
"""Tables that keep a user's own words, for that user."""


def tables_with(path: Path, *words: str) -> set[str]:
    """The tables of a database in whose rows one of the words stands."""
    with closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: str(database.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names}  # noqa: S608  # its own tables
    return {name for name, said in rows.items() if any(word in said for word in words)}


@pytest.mark.parametrize("store", [False, True])
def test_words_are_in_no_table_of_the_ledger_and_in_no_log_unless_asked_for(tmp_path: Path, *, store: bool) -> None:
    configuration = shipped()
    configuration["retention"]["store_bodies"] = store
    data, log = tmp_path / "data", tmp_path / "q.log"
    with openai_double(tmp_path) as double:
        environment = keyed(double, QUANTRAIL_CONFIG=written(tmp_path, configuration), QUANTRAIL_LOG_LEVEL="DEBUG")
        with serving(data, **environment, QUANTRAIL_LOG_FILE=str(log)) as service:
            service.json("POST", BUILD, {"request": IDEA}, user="민지")
            session = service.json("POST", "/api/v1/chatops/sessions", {}, user="민지")["session_id"]
            service.json("POST", f"/api/v1/chatops/sessions/{session}/chat", {"question": QUESTION}, user="민지")
            entry = service.json("GET", f"{ENTRIES}?limit=1&service=strategy_builder")["entries"][0]
            path = f"{ENTRIES}/{entry['entry_id']}/body"
            if store:
                until(lambda: service.ask("GET", path).status_code == 200, seconds=20)
                assert INSTRUCTIONS in service.json("GET", path)["messages"][0]["text"]
        asked = "".join(str(body) for body in double.requests())
    assert all(word in asked for word in (INSTRUCTIONS, IDEA, QUESTION))
    kept = {"usage_bodies"} if store else set()
    assert tables_with(data / "quantrail.db", INSTRUCTIONS) == kept
    assert tables_with(data / "quantrail.db", IDEA, QUESTION, DEFAULT_ANSWER[:12]) - OWN == kept
    files = [each for each in data.rglob("*") if each.is_file()]
    assert any(INSTRUCTIONS.encode() in each.read_bytes() for each in files) is store
    assert not [word for word in (INSTRUCTIONS, IDEA, QUESTION) if word in log.read_text(encoding="utf-8")]


def test_a_body_ends_with_its_days_and_its_row_stays(tmp_path: Path) -> None:
    configuration = shipped()
    configuration["retention"] |= {"store_bodies": True, "bodies_days": 1}
    data = tmp_path / "data"
    with openai_double(tmp_path) as double:
        environment = keyed(double, QUANTRAIL_CONFIG=written(tmp_path, configuration))
        with serving(data, **environment) as service:
            service.json("POST", BUILD, {"request": IDEA}, user="민지")
            entry_id = service.json("GET", f"{ENTRIES}?limit=1")["entries"][0]["entry_id"]
        with closing(sqlite3.connect(data / "quantrail.db")) as database:
            two_days = 2 * 86_400 * 1_000_000
            assert database.execute("UPDATE usage_bodies SET at = at - ?", [two_days]).rowcount == 1
            database.commit()
        with serving(data, **environment) as service:
            path = f"{ENTRIES}/{entry_id}/body"
            until(lambda: service.ask("GET", path).status_code == 404, seconds=20)
            assert service.json("GET", f"{ENTRIES}?limit=1")["entries"][0]["entry_id"] == entry_id
    assert tables_with(data / "quantrail.db", INSTRUCTIONS) == set()
    files = [each for each in data.rglob("*") if each.is_file()]
    assert not any(INSTRUCTIONS.encode() in each.read_bytes() for each in files)
