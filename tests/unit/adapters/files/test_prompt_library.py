from pathlib import Path

import pytest

from adapters.files.prompt_library import FilePromptLibrary
from application.ports.prompt_library import PromptLibrary
from domain.errors import ConfigurationError, NotFound
from domain.language import Language


@pytest.fixture
def shipped() -> PromptLibrary:
    return FilePromptLibrary()


def a_library(folder: Path, **texts: str) -> FilePromptLibrary:
    for name, text in texts.items():
        (folder / f"{name.replace('__', '.')}.md").write_text(text, encoding="utf-8")
    return FilePromptLibrary(folder)


@pytest.mark.parametrize("name", ["strategy_builder", "strategy_prose", "strategy_repair", "chatops"])
def test_every_prompt_exists_in_both_languages_with_the_same_slots(shipped: PromptLibrary, name: str) -> None:
    korean, english = (shipped.get(name, language=language) for language in Language)
    assert (korean.language, english.language) == (Language.KOREAN, Language.ENGLISH)
    assert korean.slots() == english.slots()
    assert korean.reference == english.reference == f"{name}@1"


def test_the_latest_version_serves(tmp_path: Path) -> None:
    library = a_library(tmp_path, hello__ko__v2="지시 2\n---\n두 번째", hello__ko__v10="지시\n---\n열째")
    template = library.get("hello", language=Language.KOREAN)
    assert (template.version, template.instructions, template.request) == (10, "지시", "열째")


def test_an_unknown_prompt_or_language_is_not_found(tmp_path: Path) -> None:
    library = a_library(tmp_path, hello__ko__v1="---\n안녕")
    with pytest.raises(NotFound, match=r"hello\.en"):
        library.get("hello", language=Language.ENGLISH)


def test_every_file_that_is_no_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        a_library(tmp_path, hello__ko="---\n", hello__fr__v1="---\n", a__ko__v1="no separator", b__ko__v1="---\n---\n")
    assert [violation.field for violation in refusal.value.violations] == [
        "a.ko.v1.md", "b.ko.v1.md", "hello.fr.v1.md", "hello.ko.md",
    ]  # fmt: skip
