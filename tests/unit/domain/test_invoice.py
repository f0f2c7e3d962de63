from datetime import date
from decimal import Decimal

import pytest

from domain.invoice import Figures, Invoice, InvoiceLine, Measure, model_named, total
from tests.builders import MOMENT

KNOWN = ("gpt-4", "gpt-4o", "gpt-4o-mini", "gpt-4-turbo", "o1-preview", "text-embedding-3-small")
TODAY = date(2026, 11, 20)


def a_line(**changes: object) -> InvoiceLine:
    return InvoiceLine(**{"day": TODAY, "model_name": "gpt-4o-mini", "stated": {Measure.CALLS: 1}, **changes})  # type: ignore[arg-type]  # the test says which


@pytest.mark.parametrize(
    ("name", "model_id"),
    [
        ("gpt-4o-mini", "gpt-4o-mini"),
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4-0613", "gpt-4"),
        ("gpt-4-turbo-2024-04-09", "gpt-4-turbo"),
        ("o1-preview-2024-09-12", "o1-preview"),
        ("gpt-4o-latest", "gpt-4o"),
        ("gpt-4o-audio-preview-2024-10-01", "gpt-4o-audio-preview-2024-10-01"),
        ("gpt-4o-mini-realtime-preview", "gpt-4o-mini-realtime-preview"),
        ("ft:gpt-4o-mini-2024-07-18:팀::abc", "ft:gpt-4o-mini-2024-07-18:팀::abc"),
        ("gpt-4o-mini-2024-07-18-2", "gpt-4o-mini-2024-07-18-2"),
        ("모델", "모델"),
    ],
)
def test_a_snapshot_belongs_to_its_model_and_nothing_else_does(name: str, model_id: str) -> None:
    assert model_named(name, KNOWN) == model_id


def test_a_snapshot_that_the_catalogue_has_by_itself_is_itself() -> None:
    assert model_named("gpt-4o-2024-08-06", (*KNOWN, "gpt-4o-2024-08-06")) == "gpt-4o-2024-08-06"


def test_of_two_models_that_fit_the_longer_one_is_meant() -> None:
    assert model_named("writer-2-2026-01-01", ("writer", "writer-2")) == "writer-2"


@pytest.mark.parametrize(
    ("changes", "one"),
    [
        ({"at": MOMENT}, True),
        ({"call_id": "req_1"}, True),
        ({}, False),
        ({"at": MOMENT, "stated": {Measure.CALLS: 3}}, False),
        ({"at": MOMENT, "stated": {Measure.COST_USD: Decimal(1)}}, True),
    ],
)
def test_a_line_is_of_one_call_where_it_says_which(changes: dict[str, object], *, one: bool) -> None:
    assert a_line(**changes).is_one_call is one


def test_less_than_nothing_is_no_line() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        a_line(stated={Measure.COST_USD: Decimal("-0.01")})


def test_sums_are_of_what_is_stated() -> None:
    some: list[Figures] = [
        {Measure.CALLS: 2, Measure.INPUT_TOKENS: 10},
        {Measure.COST_USD: Decimal("0.1")},
        {Measure.INPUT_TOKENS: 5, Measure.COST_USD: Decimal("0.2")},
    ]
    assert total(some) == {Measure.CALLS: 2, Measure.INPUT_TOKENS: 15, Measure.COST_USD: Decimal("0.3")}
    assert total([]) == {}


def test_lines_outside_of_its_days_are_not_looked_at() -> None:
    lines = tuple(a_line(day=date(2026, 11, day), model_name=f"m{day}") for day in (18, 19, 20, 21))
    invoice = Invoice(lines=lines, first_day=date(2026, 11, 19), last_day=TODAY)
    assert [line.day.day for line in invoice] == [19, 20]
    assert invoice.names(KNOWN) == {"m19": "m19", "m20": "m20"}
