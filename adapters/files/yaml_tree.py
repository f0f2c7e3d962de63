"""YAML as a tree that keeps the text of every value: 0.15 stays "0.15" and never becomes a binary float."""

from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from adapters.files.report import Report, item, member
from domain.errors import ConfigurationError, Violation

MAX_DEPTH = 20
_KINDS = {
    "tag:yaml.org,2002:str": "text",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:timestamp": "a date",
}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as it is written, and what YAML takes it for."""

    text: str
    kind: str


@dataclass(slots=True)
class Items:
    """A list."""

    values: "list[Tree]" = field(default_factory=list)
    kind = "a list"


@dataclass(slots=True)
class Members:
    """A mapping, in the order of the file."""

    values: "dict[str, Tree]" = field(default_factory=dict)
    kind = "a mapping"


Tree: TypeAlias = Scalar | Items | Members


def parse_yaml(text: str, *, name: str, report: Report) -> Tree:
    """The one document of the text; repeated keys are reported. Raises: ConfigurationError, with line and column."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(name, _place(error), error.problem or error.context or "cannot be read") from error
    except yaml.reader.ReaderError as error:
        raise _unreadable(name, f"character {error.position + 1}", "a character that YAML does not allow") from error
    except RecursionError as error:
        raise _unreadable(name, "", "nested too deeply") from error
    return Scalar("", "nothing") if node is None else _tree(node, "", report, depth=0)


def _place(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _unreadable(name: str, place: str, problem: str) -> ConfigurationError:
    where = f"{name}, {place}" if place else name
    return ConfigurationError(Violation(field="", message=f"{where}: is not valid YAML: {problem}"))


def _tree(node: yaml.Node, path: str, report: Report, *, depth: int) -> Tree:
    if depth > MAX_DEPTH:  # also where an alias holds itself
        report.add(path, f"is nested more than {MAX_DEPTH} levels deep")
        return Scalar("", "nothing")
    if isinstance(node, yaml.SequenceNode):
        children = enumerate(node.value)
        return Items([_tree(child, item(path, i), report, depth=depth + 1) for i, child in children])
    if isinstance(node, yaml.MappingNode):
        return _members(node, path, report, depth=depth)
    return Scalar(node.value, _KINDS.get(node.tag, f"a value tagged {node.tag}"))


def _members(node: yaml.MappingNode, path: str, report: Report, *, depth: int) -> Members:
    members = Members()
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            report.add(path, f"has a key on line {line} that is no plain word")
            continue
        place = member(path, key.value)
        if key.value in lines:
            report.add(place, f"stands twice, on lines {lines[key.value]} and {line}")
            continue
        lines[key.value] = line
        members.values[key.value] = _tree(value, place, report, depth=depth + 1)
    return members
