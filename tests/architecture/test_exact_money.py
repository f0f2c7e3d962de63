"""No float comes near money: neither in what is counted, nor in what is priced, nor in what a budget holds."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import ROOT

MONEY = (
    "domain/usage.py", "domain/budget.py", "domain/catalogue.py", "domain/price_fact.py", "domain/figures.py",
    "application/attempt.py", "application/operation.py", "application/estimating.py", "adapters/openai/wire.py",
    "adapters/sql/price_book.py", "adapters/sql/usage_rows.py", "adapters/sql/budget_rows.py",
    "adapters/memory/price_book.py", "adapters/memory/usage_ledger.py", "entrypoints/http/generation_body.py",
)  # fmt: skip
NO_MONEY = {"began", "ends", "left_seconds", "SETTLING_SECONDS", "embedding", "similarity"}
"""What may be a float there: seconds, vectors, likeness."""


def floats(node: ast.AST) -> Iterator[str]:
    """Where a float is named or written, but for what is no money."""
    if _name(node) in NO_MONEY:
        return
    if isinstance(node, ast.Name) and node.id == "float":
        yield f"float in line {node.lineno}"
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        yield f"{node.value} in line {node.lineno}"
    for child in ast.iter_child_nodes(node):
        yield from floats(child)


def _name(node: ast.AST) -> str | None:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return node.arg if isinstance(node, ast.arg) else None


@pytest.mark.parametrize("path", MONEY)
def test_where_money_is_reckoned_there_is_no_float(path: str) -> None:
    assert list(floats(ast.parse((ROOT / path).read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "source",
    ["cost = float(usage)", "cost = tokens * 0.15", "def cost(tokens: int) -> float: ...", "cost_usd: float = 1"],
)
def test_a_float_is_found_wherever_it_stands(source: str) -> None:
    assert len(list(floats(ast.parse(source)))) == 1


@pytest.mark.parametrize("source", ["SETTLING_SECONDS = 30.0", "began: float", "def wait(left_seconds: float): ..."])
def test_seconds_are_no_money(source: str) -> None:
    assert list(floats(ast.parse(source))) == []
