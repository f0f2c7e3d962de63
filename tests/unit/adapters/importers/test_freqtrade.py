import json
import zipfile
from io import BytesIO

import pytest

from adapters.importers import zipped
from adapters.importers.freqtrade import FreqtradeReader
from domain.foreign_run import UnreadableFile
from tests.golden.files import golden, read
from tests.unit.adapters.importers.changed import document_of

RESULT = golden("freqtrade", "winner.json")


def packed(members: dict[str, bytes]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_a_zip_is_read_for_its_results_and_nothing_else_in_it_is() -> None:
    runs = read(
        "freqtrade",
        packed(
            {
                "backtest-result-1.meta.json": b'{"Winner": {"run_id": "1"}}',
                "backtest-result-1.json": RESULT,
                "backtest-result-1_config.json": b'{"strategy": "Winner", "stake_currency": "USD"}',
                "backtest-result-1_Winner.py": b"raise SystemExit",
                "backtest-result-1_signals.pkl": b"\x80\x05cos\nsystem\n",
                "backtest-result-1_market_change.feather": b"ARROW1",
                "older/backtest-result-0.json": RESULT,
            }
        ),
    )
    assert [run.place for run in runs] == [
        "backtest-result-1.json: strategy Winner",
        "older/backtest-result-0.json: strategy Winner",
    ]


def test_what_was_tuned_of_a_strategy_is_among_its_parameters() -> None:
    tuned = {"strategy_name": "Winner", "params": {"buy": {"rsi": 30, "on": True}, "roi": {"0": 0.1}, "stoploss": -0.2}}
    (run,) = read("freqtrade", packed({"r.json": RESULT, "r_Winner.json": json.dumps(tuned).encode()}))
    assert run.parameters == {
        "stoploss": -0.2, "trailing_stop": False, "max_open_trades": 1, "buy.rsi": 30, "buy.on": True, "roi.0": 0.1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (packed({}), "no backtest-result"),
        (packed({"a.json": b"{}"}), "no backtest-result"),
        (packed({"a.json": golden("backtrader", "crossover.json")}), "it looks like backtrader"),
        (packed({"a.json": b"{broken"}), "a.json is no JSON"),
        (packed({"a.json": RESULT})[:-30], "damaged"),
        (packed({"a.json": RESULT})[:200], "damaged"),
        (packed({"a.json": RESULT}).replace(b"\x50\x4b\x01\x02", b"\x50\x4b\x09\x09"), "damaged"),
        (b'{"strategy": {}}', "no result of freqtrade"),
        (b'{"strategy": "Winner"}', "no result of freqtrade"),
        (b'{"Winner": {"run_id": "1", "backtest_start_time": 1}}', "no result of freqtrade"),
    ],
)
def test_a_file_with_no_result_in_it_says_so(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read("freqtrade", content)
    assert says in str(refused.value)


def test_a_zip_that_unpacks_to_more_than_a_file_may_have_is_left_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "MOST_BYTES", 1_000_000)
    bomb = packed({f"{i}.json": b"[]" + b" " * 400_000 for i in range(4)})
    assert len(bomb) < 10_000
    with pytest.raises(UnreadableFile, match="unpacks to more than the 1000000 bytes"):
        FreqtradeReader().read(bomb, name="bomb.zip")


def test_a_member_that_lies_about_its_size_is_not_believed() -> None:
    honest = packed({"a.json": RESULT})
    size = len(RESULT).to_bytes(4, "little")
    assert honest.count(size) == 2
    with pytest.raises(UnreadableFile):
        read("freqtrade", honest.replace(size, (10).to_bytes(4, "little")))


def test_a_member_that_is_broken_costs_no_other() -> None:
    good, broken = read("freqtrade", packed({"r_Winner.json": b"{broken", "r.json": RESULT}))
    assert good.errors == ()
    assert "r_Winner.json is no JSON" in broken.errors[0].message


def test_a_zip_of_too_many_members_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="more than 1000 members"):
        read("freqtrade", packed({f"{i}.json": b"{}" for i in range(1_001)}))


def test_a_strategy_with_no_result_costs_no_other() -> None:
    document = document_of("freqtrade", {})
    document["strategy"]["빈 전략"] = None
    first, second = read("freqtrade", json.dumps(document).encode())
    assert first.errors == ()
    assert (second.place, [error.message for error in second.errors]) == ("strategy 빈 전략", ["holds no result"])


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"backtest_start": "2018-01-10 05:00:00"}, "2018-01-10"),
        ({"backtest_start": "2018-01-10T05:00:00+00:00"}, "2018-01-10"),
        ({"backtest_start": None}, "2009-01-02"),
        ({"backtest_start": None, "backtest_start_ts": 1515542400}, "2018-01-10"),
    ],
)
def test_the_days_are_told_by_text_or_by_number(changes: dict[str, object], start: str) -> None:
    (run,) = read("freqtrade", json.dumps(document_of("freqtrade", changes)).encode())
    assert str(run.start) == start
