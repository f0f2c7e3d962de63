"""The contracts of pyproject.toml hold for the project, and each is seen to fail on a small tree that breaks it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, pyproject

SMALL_TREE = (
    "domain/backtest.py",
    "application/use_cases/find.py",
    "application/use_cases/record.py",
    "adapters/memory/clock.py",
    "adapters/sql/clock.py",
    "entrypoints/container/root.py",
    "entrypoints/http/app.py",
)

BREAKS = [
    ("Imports point inward", "domain/backtest.py", "import application.use_cases.find"),
    ("Domain and application know no framework and no vendor", "domain/backtest.py", "import msgspec"),
    ("Domain and application know no framework and no vendor", "application/use_cases/find.py", "import sqlalchemy"),
    ("Only the composition root sees adapters", "entrypoints/http/app.py", "import adapters.memory.clock"),
    ("Technologies do not know each other", "adapters/memory/clock.py", "import adapters.sql.clock"),
    ("Use cases do not call each other", "application/use_cases/find.py", "import application.use_cases.record"),
]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )


def contracts() -> list[str]:
    return [contract["name"] for contract in pyproject()["tool"]["importlinter"]["contracts"]]


def contract_section() -> str:
    """The contracts as they stand in pyproject.toml, to the letter."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    kept, keeping = [], False
    for line in text.splitlines():
        if line.startswith("["):
            keeping = "tool.importlinter" in line
        if keeping:
            kept.append(line)
    return "\n".join(kept)


def plant(root: Path) -> None:
    """A tree that keeps every contract, under the project's own contracts."""
    for name in SMALL_TREE:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        for folder in path.relative_to(root).parents[:-1]:
            (root / folder / "__init__.py").touch()
    container = "import adapters.memory.clock\nimport adapters.sql.clock\nimport application.use_cases.find\n"
    (root / "entrypoints/container/root.py").write_text(container)
    (root / "pyproject.toml").write_text(contract_section())


def test_the_project_keeps_its_contracts() -> None:
    found = lint_imports(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr


def test_a_tree_that_keeps_the_contracts_passes(tmp_path: Path) -> None:
    plant(tmp_path)
    found = lint_imports(tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert f"{len(contracts())} kept, 0 broken" in found.stdout


@pytest.mark.parametrize(("contract", "path", "line"), BREAKS)
def test_a_broken_contract_is_named(tmp_path: Path, contract: str, path: str, line: str) -> None:
    plant(tmp_path)
    (tmp_path / path).write_text(line + "\n")
    found = lint_imports(tmp_path)
    assert found.returncode == 1, found.stdout + found.stderr
    assert f"{contract} BROKEN" in found.stdout


def test_every_contract_is_broken_once() -> None:
    assert {contract for contract, _, _ in BREAKS} == set(contracts())
