"""The wheel as somebody gets it: unpacked where nothing else is, started with nothing set."""

import asyncio
import json
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.process import LIGHT
from tests.contracts.vector_engines import an_emptied_postgresql, chroma_server
from tests.http.service import a_body

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "application", "adapters", "entrypoints")
BUILT = (".py", ".typed", ".md", ".mako", ".yaml", ".ndjson")
WAIT_SECONDS = 30.0
# The folder comes before the checkout, which is installed too; what was imported is told at the end.
START = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from entrypoints.cli.main import main
code = main(sys.argv[2:])
ours = [m.__file__ for n, m in sys.modules.items() if n.partition(".")[0] in {packages!r} and m.__file__]
Path("modules.json").write_text(json.dumps(ours))
sys.exit(code)
""".replace("{packages!r}", repr(PACKAGES))
COUNT_DEMO = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from entrypoints.cli.demo_steps import bundled_backtests;"
    "print(sum(map(len, bundled_backtests(150).values())))"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def test_the_wheel_holds_everything_that_the_packages_hold_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in BUILT]
    assert {str(path.relative_to(ROOT)) for path in files} <= held
    assert {name.partition("/")[0] for name in held} == set(PACKAGES)


def test_the_demo_has_its_backtests_in_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", COUNT_DEMO, str(unpacked)]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60, check=True)
    assert int(done.stdout) == 150


def test_the_wheel_serves_from_an_empty_environment(unpacked: Path, tmp_path: Path) -> None:
    with serving(unpacked, tmp_path) as http:
        readiness = http.get("/health/ready").raise_for_status().json()
        assert readiness["status"] == "ready"
        assert set(readiness["parts"]) == {"database", "vector_store", "index", "models"}
        assert http.post("/api/v1/backtests", json=a_body()).status_code == 201
        until_indexed(http)
        answer = http.post("/api/v1/backtests/search", json={"query": "RSI 과매도에서 사는 전략"})
        (found,) = answer.raise_for_status().json()["results"]
        assert found["backtest"]["backtest_id"] == "bt-2041"
        assert found["similarity"] > 0
        check_page(http)
    imported = [Path(file) for file in json.loads((tmp_path / "modules.json").read_text())]
    assert imported
    assert [file for file in imported if not file.is_relative_to(unpacked)] == []
    assert (tmp_path / "data" / "quantrail.db").is_file()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("chroma-http", "chroma server"),
        ("qdrant", "qdrant"),
        ("pgvector", "pgvector"),
        ("memory", "in memory"),
    ],
)
async def test_settings_choose_each_vector_store(unpacked: Path, tmp_path: Path, kind: str, said: str) -> None:
    where = await a_place_of(kind, tmp_path)
    chosen = {"QUANTRAIL_VECTOR_STORE": kind, **({"QUANTRAIL_VECTOR_STORE_URL": where} if where else {})}
    await asyncio.to_thread(check_store, unpacked, tmp_path, {**LIGHT, **chosen}, said)


async def a_place_of(kind: str, folder: Path) -> str | None:
    if kind == "chroma-http":
        return chroma_server().a_database()
    if kind == "pgvector":
        return await an_emptied_postgresql()
    return str(folder / "qdrant") if kind == "qdrant" else None


def check_store(unpacked: Path, folder: Path, settings: dict[str, str], said: str) -> None:
    with serving(unpacked, folder, settings) as http:
        state = http.get("/health/ready").raise_for_status().json()["parts"]["vector_store"]
        assert said in str(state)
        assert http.post("/api/v1/backtests", json=a_body()).status_code == 201
        until_indexed(http)
        answer = http.post("/api/v1/backtests/search", json={"query": "RSI 과매도에서 사는 전략"})
        (found,) = answer.raise_for_status().json()["results"]
        assert found["similarity"] is not None


def check_page(http: httpx.Client) -> None:
    """The page answers, and so does every file that it loads; none of them is anywhere else."""
    page = http.get("/schema").raise_for_status().text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(loaded) >= 3
    for address in loaded:
        assert address.startswith("/"), f"the page loads {address}"
        assert http.get(address).status_code == 200, address


def until_indexed(http: httpx.Client) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        runs: Any = http.get("/api/v1/backtests").raise_for_status().json()["backtests"]
        if all(run["indexing"] == "indexed" for run in runs):
            return
        time.sleep(0.05)
    raise TimeoutError("the backtest was not indexed")


@contextmanager
def serving(unpacked: Path, cwd: Path, settings: dict[str, str] | None = None) -> Iterator[httpx.Client]:
    """`quantrail serve` with a free port, and nothing set that is not given; the admin's key is the one it prints."""
    command = [sys.executable, "-c", START, str(unpacked), "serve"]
    log = (cwd / "stderr.txt").open("w+")
    environment = {"QUANTRAIL_PORT": "0", **(settings or {})}
    with (
        log,
        subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            said = [process.stdout.readline(), process.stdout.readline()]
            log.seek(0)
            assert "serves on" in said[1], log.read()
            key, url = said[0].split()[-1], said[1].split("serves on ")[1].split()[0]
            headers = {"Authorization": f"Bearer {key}"}
            with httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False) as http:
                yield http
        finally:
            process.terminate()
            assert process.wait(timeout=WAIT_SECONDS) == 0
