import ast

import pytest

from tests.architecture.source_tree import dotted, names_of_imports, parsed

HOLES = {
    *(f"pytest.{name}" for name in ("skip", "xfail", "importorskip")),
    *(f"pytest.mark.{name}" for name in ("skip", "skipif", "xfail")),
    *(f"unittest.{name}" for name in ("skip", "skipIf", "skipUnless", "SkipTest", "expectedFailure")),
}
SWITCHES = {"__test__", "collect_ignore", "collect_ignore_glob"}


def holes(tree: ast.AST) -> list[int]:
    """Lines through which a test could leave without running."""
    names = names_of_imports(tree)
    found = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.expr) and dotted(node, names) in HOLES]
    found += [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in SWITCHES]
    return sorted(set(found))


def test_every_test_runs() -> None:
    found = {path: holes(tree) for path, tree in parsed("tests")}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pytest\npytest.skip('no server')",
        "import pytest\nnumpy = pytest.importorskip('numpy')",
        "import pytest as pt\n@pt.mark.skipif(True, reason='')\ndef test_it(): ...",
        "from pytest import mark\n@mark.xfail\ndef test_it(): ...",
        "from pytest import skip as leave\nleave()",
        "import unittest\nraise unittest.SkipTest",
        "class TestIt:\n    __test__ = False",
    ],
)
def test_a_hole_is_found(source: str) -> None:
    assert holes(ast.parse(source)) != []


def test_other_marks_are_no_holes() -> None:
    assert holes(ast.parse("import pytest\n@pytest.mark.parametrize('a', [1])\ndef test_it(a): ...")) == []
