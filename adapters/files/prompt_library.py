"""The prompt templates that ship with the application, one file a name, language and version."""

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from adapters.files.report import Report
from domain.errors import NotFound
from domain.language import Language
from domain.prompting import PromptTemplate

_FILE_NAME = re.compile(r"(?P<name>[a-z][a-z0-9_]*)\.(?P<language>[a-z]{2})\.v(?P<version>[1-9]\d*)\.md")
_SEPARATOR = "---"


class FilePromptLibrary:
    """Templates read once from `<name>.<language>.v<N>.md`: instructions, a line `---`, the request.

    Raises: ConfigurationError, with every file that is no template.
    """

    def __init__(self, folder: Traversable | None = None) -> None:
        report = Report()
        found = list(_templates(folder or files("application.prompts").joinpath("templates"), report))
        report.close()
        self._latest: dict[tuple[str, Language], PromptTemplate] = {}
        for template in sorted(found, key=lambda template: template.version):
            self._latest[template.name, template.language] = template

    def get(self, name: str, *, language: Language) -> PromptTemplate:
        """The latest version of the template. Raises: NotFound."""
        template = self._latest.get((name, language))
        if template is None:
            raise NotFound("prompt", f"{name}.{language}")
        return template


def _templates(folder: Traversable, report: Report) -> Iterator[PromptTemplate]:
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        named = _FILE_NAME.fullmatch(file.name)
        if named is None or named["language"] not in set(Language):
            report.add(file.name, "must be called <name>.<language>.v<N>.md, in the language ko or en")
            continue
        lines = file.read_text(encoding="utf-8").splitlines()
        if lines.count(_SEPARATOR) != 1:
            report.add(file.name, "must have one line --- between instructions and request")
            continue
        middle = lines.index(_SEPARATOR)
        yield PromptTemplate(
            name=named["name"],
            version=int(named["version"]),
            language=Language(named["language"]),
            instructions="\n".join(lines[:middle]).strip(),
            request="\n".join(lines[middle + 1 :]).strip(),
        )
