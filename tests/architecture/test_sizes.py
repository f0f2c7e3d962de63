import ast
from collections.abc import Iterable
from statistics import fmean, median

from tests.architecture.source_tree import ROOT, SOURCE_PACKAGES, parsed, python_files

MIGRATIONS = "adapters/sql/migrations/"
MEDIAN_LINES, MOST_LINES, LONGEST_LINES, MODULE_LINES = 8, 25, 40, 300
MOST = 0.9


def lengths_of_functions(tree: ast.AST) -> dict[str, int]:
    """Lines from `def` to the last, docstring and all, by name and line."""
    return {
        f"{node.name}:{node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def too_long(lengths: dict[str, int], *, limit: int) -> dict[str, int]:
    return {name: lines for name, lines in lengths.items() if lines > limit}


def median_is_small(lengths: Iterable[int]) -> bool:
    return median(lengths) <= MEDIAN_LINES


def most_are_small(lengths: Iterable[int]) -> bool:
    return fmean(lines <= MOST_LINES for lines in lengths) >= MOST


def functions_of_the_project() -> dict[str, int]:
    return {
        f"{path}:{name}": lines
        for path, tree in parsed(*SOURCE_PACKAGES)
        if not path.startswith(MIGRATIONS)
        for name, lines in lengths_of_functions(tree).items()
    }


def modules_of_the_project() -> dict[str, int]:
    return {
        path: len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in python_files(*SOURCE_PACKAGES)
        if not path.startswith(MIGRATIONS)
    }


def test_no_function_is_longer_than_a_screen() -> None:
    assert too_long(functions_of_the_project(), limit=LONGEST_LINES) == {}


def test_half_of_the_functions_are_read_at_a_glance() -> None:
    assert median_is_small(functions_of_the_project().values())


def test_nine_functions_in_ten_are_small() -> None:
    assert most_are_small(functions_of_the_project().values())


def test_no_module_is_longer_than_its_limit() -> None:
    assert too_long(modules_of_the_project(), limit=MODULE_LINES) == {}


def test_a_function_is_measured_with_its_docstring_and_its_inner_functions() -> None:
    tree = ast.parse('async def outer():\n    """Words."""\n    def inner():\n        return 1\n    return inner\n')
    assert lengths_of_functions(tree) == {"outer:1": 5, "inner:3": 2}


def test_what_is_one_line_too_long_is_named() -> None:
    assert too_long({"a": 40, "b": 41}, limit=40) == {"b": 41}


def test_a_median_above_its_limit_is_seen() -> None:
    assert median_is_small([1, 8, 40])
    assert not median_is_small([8, 9, 9])


def test_too_many_long_functions_are_seen() -> None:
    assert most_are_small([1] * 19 + [40])
    assert not most_are_small([1] * 16 + [40] * 4)
