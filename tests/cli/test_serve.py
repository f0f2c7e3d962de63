import os
import signal
import stat
import time
from pathlib import Path

import pytest

from tests.cli.process import owner_file, quantrail, serving
from tests.http.service import a_body, a_macd_body


def test_what_was_recorded_is_there_and_found_after_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        for body in (a_body(), a_macd_body()):
            first.json("POST", "/api/v1/backtests", body, user="민지")
        first.until_indexed("민지")
        before = first.found("RSI 과매도 반등", user="민지")
    with serving(tmp_path) as second:
        assert second.found("RSI 과매도 반등", user="민지") == before
        assert before[0] == "bt-2041"
        assert second.json("GET", "/api/v1/gen-ai/usage")["total"]["requests"] >= 2


def test_a_second_service_on_the_folder_refuses_and_names_the_owner(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        started = time.monotonic()
        second = quantrail(tmp_path, "serve")
        assert second.returncode == 1
        assert str(first.process.pid) in second.stderr
        assert first.url in second.stderr
        assert len(second.stderr.splitlines()) == 1
        assert time.monotonic() - started < 20  # a hang would be noticed; the figure itself is measured elsewhere


def test_a_command_works_beside_the_running_service(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        running.json("POST", "/api/v1/backtests", a_body(), user="민지")
        running.until_indexed("민지")
        beside = quantrail(tmp_path, "search", "과매도 반등", "--user", "민지", "--json")
        assert beside.returncode == 0, beside.stderr
        assert '"bt-2041"' in beside.stdout


def test_only_its_user_may_read_the_token_of_a_run_and_it_goes_with_the_run(tmp_path: Path) -> None:
    with serving(tmp_path):
        assert stat.S_IMODE((tmp_path / "owner.json").stat().st_mode) == 0o600
        assert owner_file(tmp_path)["token"]
    assert not (tmp_path / "owner.json").exists()


def test_a_killed_service_leaves_a_folder_that_the_next_one_can_own(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        first.json("POST", "/api/v1/backtests", a_body(), user="민지")
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
    with serving(tmp_path) as second:
        second.until_indexed("민지")
        assert second.found("RSI", user="민지") == ["bt-2041"]


def test_the_first_admin_key_is_printed_once_and_stored_nowhere(tmp_path: Path) -> None:
    with serving(tmp_path, QUANTRAIL_ADMIN_KEY="") as first:
        first.process.terminate()
        first.process.wait()
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"qt_" not in stored


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("QUANTRAIL_PORT", "eighty", "0 to 65535"),
        ("QUANTRAIL_VECTOR_STORE", "pinecone", "chroma, chroma-http, qdrant, pgvector, memory"),
        ("QUANTRAIL_VECTOR_STORE", "chroma-http", "QUANTRAIL_VECTOR_STORE_URL: '' cannot be used"),
        ("QUANTRAIL_DATABASE_URL", "mysql://x", "sqlite:///PATH"),
        ("QUANTRAIL_LLM", "claude", "auto, openai, local, scripted"),
        ("QUANTRAIL_CONFIG", "/no/such/file.yaml", "YAML file that exists"),
        ("QUANTRAIL_WORKERS", "4", "1 in this version"),
        ("QUANTRAIL_VALKEY_URL", "valkey.example:6379", "valkey://HOST:PORT/NUMBER"),
        ("QUANTRAIL_VALKEY_URL", "valkey://127.0.0.1:1", "cannot be used"),
        ("QUANTRAIL_JWT_SECRET", "31 bytes are one byte too few..", "at least 32 bytes"),
        ("QUANTRAIL_JWT_JWKS_URL", "http://keys.example/jwks.json", "https://"),
        ("QUANTRAIL_JWT_ISSUER", "https://sso.quant.kr", "is of no use without QUANTRAIL_JWT_SECRET"),
        ("QUANTRAIL_VEKTOR_STORE", "chroma", "did you mean QUANTRAIL_VECTOR_STORE?"),
        ("QUANTRAIL_DATA_DIR", "/proc/no", "a folder that can be made and written"),
        ("QUANTRAIL_DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/x", "cannot be used"),
        ("QUANTRAIL_HOST", "999.1", "cannot listen on"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start_with_one_line(
    tmp_path: Path, name: str, value: str, accepted: str
) -> None:
    refused = quantrail(tmp_path, "serve", **{name: value})
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert name in line
    assert accepted in line


def test_a_provider_without_its_key_stops_the_start(tmp_path: Path) -> None:
    refused = quantrail(tmp_path, "serve", QUANTRAIL_LLM="openai")
    assert refused.returncode == 1
    assert "OPENAI_API_KEY" in refused.stderr


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    with serving(tmp_path / "a") as first:
        port = first.url.rpartition(":")[2]
        refused = quantrail(tmp_path / "b", "serve", QUANTRAIL_PORT=port)
        assert refused.returncode == 1
        assert f"cannot listen on 127.0.0.1:{port}" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
