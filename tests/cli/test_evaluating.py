"""`quantrail eval`: the arguments reach the evaluation, and what is missing for it is said in a line."""

import argparse
from pathlib import Path

import pytest

from entrypoints.cli import evaluating
from entrypoints.cli.evaluating import as_given, evaluate_retrieval, retrieval_options
from entrypoints.cli.reach import Failed
from entrypoints.settings import Settings
from tests.cli.process import quantrail

SETTINGS = Settings.of({})


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    retrieval_options(parser)
    return parser.parse_args(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--half", "both"),
        (
            "--half",
            "sealed",
            "--keep",
            "/somewhere",
            "--no-ablation",
            "--reading",
            "--failures",
            "--unseal",
            "--strict",
            "--json",
        ),
    ],
)
def test_arguments_are_passed_on(arguments: tuple[str, ...]) -> None:
    assert tuple(as_given(parsed(*arguments))) == arguments


def test_a_folder_is_that_of_whoever_asks() -> None:
    assert tuple(as_given(parsed("--keep", "here")))[-1] == str(Path.cwd() / "here")


def test_outside_of_a_checkout_it_says_where_it_can_be_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "ROOT", tmp_path)
    with pytest.raises(Failed, match="run it from a checkout of the repository"):
        evaluate_retrieval(SETTINGS, parsed())


def test_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "MEASURED_WITH", ("talib", "no_such_package"))
    with pytest.raises(Failed, match=r"`make setup` installs: no_such_package$"):
        evaluate_retrieval(SETTINGS, parsed())


def test_a_failure_of_the_evaluation_is_one_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("no folder", encoding="utf-8")
    failed = quantrail(tmp_path, "eval", "retrieval", "--half", "development", "--keep", str(tmp_path / "taken"))
    assert failed.returncode == 1
    assert failed.stderr.startswith("quantrail: ")
    assert len(failed.stderr.splitlines()) == 1
