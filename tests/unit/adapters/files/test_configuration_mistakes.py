from pathlib import Path

import pytest

from adapters.files.configuration import load_configuration
from domain.errors import ConfigurationError
from domain.retention import Retention
from tests.unit.adapters.files.mistakes import GOOD, MODEL, TABLE


def mistakes_of(text: str, folder: Path) -> list[str]:
    path = folder / "설정.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refusal:
        load_configuration(path)
    return [str(violation) for violation in refusal.value.violations]


def test_what_the_table_starts_from_is_good(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    said = load_configuration(tmp_path / "good.yaml")
    assert [rule.name for rule in said.budgets] == ["팀-한도"]
    assert said.retention == Retention(store_bodies=True, bodies_days=7)


def test_a_file_that_says_nothing_of_retention_means_what_is_usual(tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text(GOOD.partition("retention:")[0], encoding="utf-8")
    assert load_configuration(tmp_path / "short.yaml").retention == Retention()


@pytest.mark.parametrize(("good", "bad", "mistake"), TABLE, ids=[mistake for _, _, mistake in TABLE])
def test_a_mistake_is_named_with_its_path_and_what_is_accepted(
    good: str, bad: str, mistake: str, tmp_path: Path
) -> None:
    assert GOOD.count(good) >= 1
    assert mistake in mistakes_of(GOOD.replace(good, bad, 1), tmp_path)


def test_every_mistake_of_a_file_is_listed_at_once(tmp_path: Path) -> None:
    broken, expected = GOOD, []
    for good, bad, mistake in (TABLE[0], TABLE[12], TABLE[19], TABLE[41], TABLE[56], TABLE[59]):
        broken = broken.replace(good, bad, 1)
        expected.append(mistake)
    assert sorted(mistakes_of(broken, tmp_path)) == sorted(expected)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("tier: standard", "tier: huge"),
        ("context_window: 128000", "context_window: many"),
        ("[chat, json_schema]", "[chat, telepathy]"),
        ('"10"', '"-10"'),
        ("2024-10-02", "yesterday"),
        ("prices:\n        -", "prices:\n"),
    ],
)
def test_one_mistake_is_reported_once_with_nothing_that_only_follows_from_it(
    good: str, bad: str, tmp_path: Path
) -> None:
    assert len(mistakes_of(GOOD.replace(good, bad, 1), tmp_path)) == 1


def test_a_broken_model_is_reported_once_and_not_again_in_every_policy(tmp_path: Path) -> None:
    assert mistakes_of(GOOD.replace("tier: standard", "tier: huge", 1), tmp_path) == [
        f"{MODEL}.tier: must be one of mini, standard, advanced, premium, not 'huge'"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("catalogue: [1, 2\npolicies: {}\n", "설정.yaml, line 2, column 9: is not valid YAML"),
        ("catalogue:\n\tversion: 1\n", "설정.yaml, line 2, column 1: is not valid YAML"),
        ("a: *nothing\n", "설정.yaml, line 1, column 4: is not valid YAML: found undefined alias 'nothing'"),
        ("a: 1\n---\nb: 2\n", "설정.yaml, line 2, column 1: is not valid YAML: but found another document"),
        ("a: \x00\n", "설정.yaml, character 4: is not valid YAML: a character that YAML does not allow"),
        ("[" * 5_000, "설정.yaml: is not valid YAML: nested too deeply"),
        ("", "must be a mapping, not nothing"),
        ("- 1\n", "must be a mapping, not a list"),
        ("a: &a [*a]\n", "is nested more than 20 levels deep"),
    ],
)
def test_what_is_no_readable_yaml_is_named_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    assert any(said in mistake for mistake in mistakes_of(text, tmp_path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.yaml: cannot be read: No such file"):
        load_configuration(tmp_path / "missing.yaml")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "cp949.yaml").write_bytes("# 설정".encode("cp949"))
    with pytest.raises(ConfigurationError, match=r"cp949\.yaml: is not UTF-8: byte 3"):
        load_configuration(tmp_path / "cp949.yaml")
