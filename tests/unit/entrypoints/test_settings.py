from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from entrypoints.settings import Settings

TOKENS = "QUANTRAIL_DAILY_TOKENS__"


def settings(folder: Path, **environment: str) -> Settings:
    chosen = {"QUANTRAIL_LLM": "scripted", "QUANTRAIL_EMBEDDINGS": "memory", "QUANTRAIL_DATA_DIR": str(folder)}
    return Settings.of(chosen | environment)


def test_daily_tokens_are_read_by_the_variable_that_states_each(tmp_path: Path) -> None:
    read = settings(tmp_path, **{f"{TOKENS}GPT_4O": "500000", f"{TOKENS}O1_PREVIEW": "1"})
    assert read.daily_tokens == {f"{TOKENS}GPT_4O": 500_000, f"{TOKENS}O1_PREVIEW": 1}
    assert read.daily_tokens_timezone == "UTC"


@pytest.mark.parametrize("value", ["", " ", "0", "-1", "5e5", "500,000", "many", "５", "9" * 30])
def test_daily_tokens_that_are_no_whole_number_stop_the_start_by_name(tmp_path: Path, value: str) -> None:
    with pytest.raises(
        ConfigurationError, match=f"^{TOKENS}GPT_4O: {value!r} cannot be used; accepted: a whole number"
    ):
        settings(tmp_path, **{f"{TOKENS}GPT_4O": value})


def test_their_time_zone_is_one_that_there_is(tmp_path: Path) -> None:
    name = "QUANTRAIL_DAILY_TOKENS_TIMEZONE"
    assert settings(tmp_path, **{name: "Asia/Seoul"}).daily_tokens_timezone == "Asia/Seoul"
    with pytest.raises(ConfigurationError, match=f"^{name}: 'Asia/Seol' cannot be used.*did you mean 'Asia/Seoul'"):
        settings(tmp_path, **{name: "Asia/Seol"})


def test_a_variable_with_one_underscore_is_named_as_unknown_with_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"QUANTRAIL_DAILY_TOKENS_GPT_4O: there is no such setting"):
        settings(tmp_path, QUANTRAIL_DAILY_TOKENS_GPT_4O="5")
