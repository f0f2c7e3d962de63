import re
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source_tree import ROOT, pyproject

RUN_TIME, EVERYTHING, MODELS = "requirements.txt", "requirements-dev.txt", "requirements-models.txt"
SHIPPED_EXTRAS = ("jwt", "local", "postgres", "qdrant", "valkey")


def entries(lock: str) -> Iterator[str]:
    """One text a requirement, its hashes included, comments left out."""
    lines = [line for line in lock.splitlines() if not line.lstrip().startswith("#")]
    yield from filter(None, (entry.strip() for entry in re.split(r"\n(?=\S)", "\n".join(lines))))


def complaints(lock: str, declared: list[str]) -> list[str]:
    """Entries that are no hashed pin, and declared requirements that no pin satisfies."""
    pins: dict[str, list[str]] = {}
    found = []
    for entry in entries(lock):
        pin = re.match(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[a-z0-9,_-]+\])?==(?P<version>[^\s;]+)", entry)
        if pin is None or "--hash=sha256:" not in entry or "://" in entry:
            found.append(entry.partition(" ")[0])
        else:
            pins.setdefault(canonicalize_name(pin["name"]), []).append(pin["version"])
    for wanted in map(Requirement, declared):
        versions = pins.get(canonicalize_name(wanted.name), [])
        if not any(wanted.specifier.contains(version, prereleases=True) for version in versions):
            found.append(str(wanted))
    return found


def declared(name: str) -> list[str]:
    project, extras = pyproject()["project"], pyproject()["project"]["optional-dependencies"]
    if name == MODELS:
        return list(pyproject()["dependency-groups"]["models"])
    chosen = SHIPPED_EXTRAS if name == RUN_TIME else tuple(extras)
    return [*project["dependencies"], *(line for extra in chosen for line in extras[extra])]


@pytest.mark.parametrize("name", [RUN_TIME, EVERYTHING, MODELS])
def test_a_lock_pins_by_hash_all_that_is_declared(name: str) -> None:
    assert complaints((ROOT / name).read_text(encoding="utf-8"), declared(name)) == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("--index-url https://index.example/simple\n", []),
        ("rich @ https://index.example/rich.whl --hash=sha256:00\n", []),
        ("rich==15.0.0\n", []),
        ("rich>=15 --hash=sha256:00\n", []),
        ("rich==14.0.0 --hash=sha256:00\n", ["rich>=15"]),
        ("", ["rich"]),
    ],
)
def test_a_lock_that_is_not_one_is_found(lock: str, wanted: list[str]) -> None:
    assert complaints(lock, wanted) != []
