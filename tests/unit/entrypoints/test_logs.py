import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entrypoints import logs
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings
from entrypoints.tracing import current_trace, tracing

QUESTION = "삼성전자 비밀 전략을 알려줘"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def some_settings(folder: Path, **environment: str) -> Settings:
    chosen = {"QUANTRAIL_LLM": "scripted", "QUANTRAIL_EMBEDDINGS": "memory", "QUANTRAIL_DATA_DIR": str(folder)}
    return Settings.of(chosen | environment)


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    """The loggers of the process are given back as they were."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers = handlers
    root.setLevel(level)


@pytest.fixture
def stream(tmp_path: Path) -> io.StringIO:
    stream = io.StringIO()
    configure_logs(some_settings(tmp_path), stream=stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_in_a_pipe_each_line_is_json_with_the_ids_of_its_work(stream: io.StringIO) -> None:
    logger = logging.getLogger("quantrail.test")
    logger.info("outside")
    with tracing("req-7"):
        current_trace().operation_id = "op-1"
        logger.info("inside", extra={"단어": "값"})
    outside, inside = lines(stream)
    assert (outside["request_id"], outside["operation_id"]) == (None, None)
    assert inside.pop("timestamp").endswith("Z")
    assert inside == {
        "level": "info", "logger": "quantrail.test", "event": "inside", "단어": "값", "request_id": "req-7",
        "operation_id": "op-1",
    }  # fmt: skip


def test_on_a_terminal_lines_are_coloured_and_no_json(tmp_path: Path) -> None:
    stream = Terminal()
    configure_logs(some_settings(tmp_path), stream=stream)
    logging.getLogger("quantrail.test").info("started")
    assert "\x1b[" in stream.getvalue()
    assert "started" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def fail() -> None:
    raise KeyError(QUESTION)


def fail_twice() -> None:
    try:
        fail()
    except KeyError as error:
        raise ValueError(QUESTION) from error


def test_an_exception_is_told_by_its_place_and_not_in_its_words(stream: io.StringIO) -> None:
    try:
        fail_twice()
    except ValueError:
        logging.getLogger("quantrail.test").exception("it_failed")
    [line] = lines(stream)
    assert line["exception"][0] == "builtins.ValueError"
    assert "builtins.KeyError" in line["exception"]
    assert any("test_logs.py" in place for place in line["exception"])
    assert QUESTION not in stream.getvalue()


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_libraries_are_heard_from_warnings_on_and_in_one_line(tmp_path: Path, level: str) -> None:
    stream = io.StringIO()
    configure_logs(some_settings(tmp_path, QUANTRAIL_LOG_LEVEL=level), stream=stream)
    library = logging.getLogger("openai._base_client")
    library.debug("Request options: %s", {"messages": [QUESTION]})
    library.info("sending %s", QUESTION)
    library.warning("Task exception was never retrieved\nfuture: <Task exception=%r>", QUESTION)
    [line] = lines(stream)
    assert line["event"] == "Task exception was never retrieved"
    assert line["logger"] == "openai._base_client"


@pytest.mark.parametrize(
    "secret", ["sk-proj-abcdef123456", "qt_3kd93jd93jd93jd", "postgresql://quant:geheim@db/quant", "Bearer abc.def.ghi"]
)
def test_what_looks_like_a_secret_is_masked(stream: io.StringIO, secret: str) -> None:
    logging.getLogger("quantrail.test").warning("with %s in it", secret, extra={"detail": f"and {secret}"})
    assert stream.getvalue().count("[secret]") == 2
    assert secret not in stream.getvalue()


@pytest.mark.parametrize(("level", "heard"), [("DEBUG", 4), ("INFO", 3), ("WARNING", 2), ("ERROR", 1)])
def test_the_level_says_what_is_heard(tmp_path: Path, level: str, heard: int) -> None:
    stream = io.StringIO()
    configure_logs(some_settings(tmp_path, QUANTRAIL_LOG_LEVEL=level), stream=stream)
    logger = logging.getLogger("quantrail.test")
    for number in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        logger.log(number, "said")
    assert len(lines(stream)) == heard


def test_a_command_that_ends_soon_is_quieter_than_the_settings_say(tmp_path: Path) -> None:
    stream = io.StringIO()
    configure_logs(some_settings(tmp_path), stream=stream, least="ERROR")
    logging.getLogger("quantrail.test").warning("said")
    assert stream.getvalue() == ""


def test_a_file_is_rotated_by_size_and_old_ones_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 2_000)
    configure_logs(some_settings(tmp_path, QUANTRAIL_LOG_FILE=str(tmp_path / "q.log")))
    for number in range(200):
        logging.getLogger("quantrail.test").info("said", extra={"number": number})
    files = sorted(tmp_path.glob("q.log*"))
    assert len(files) == logs.FILES_KEPT + 1
    assert all(path.stat().st_size <= 2_000 for path in files)
    assert json.loads((tmp_path / "q.log").read_text(encoding="utf-8").splitlines()[-1])["number"] == 199
