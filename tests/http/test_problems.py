import inspect

import pytest

from domain import access_errors, conversation_errors, errors
from domain.errors import DomainError
from entrypoints.http.problems import STATUS, status_of
from tests.http.service import Caller, Service, a_body


def concrete_errors() -> list[type[DomainError]]:
    members = (
        member
        for module in (errors, access_errors, conversation_errors)
        for _, member in inspect.getmembers(module, inspect.isclass)
    )
    return sorted({e for e in members if issubclass(e, DomainError) and e is not DomainError}, key=lambda e: e.__name__)


@pytest.mark.parametrize("error", concrete_errors())
def test_every_domain_error_finds_a_status(error: type[DomainError]) -> None:
    assert status_of(error) in STATUS.values()


def test_an_error_outside_of_the_table_is_noticed() -> None:
    class Stray(DomainError):
        pass

    with pytest.raises(KeyError):
        status_of(Stray)


def test_codes_are_distinct_and_in_kebab_case() -> None:
    codes = [error.code for error in concrete_errors()]
    assert len(set(codes)) == len(codes)
    assert all(code == code.lower().replace("_", "-") for code in codes)


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("limt=5", "limt", "did you mean limit?"),
        ("limit=5&한도=3", "한도", "it takes cursor, limit"),
        ("limit=5&limit=6", "limit", "more than once"),
    ],
)
async def test_a_query_parameter_that_would_be_ignored_is_400(minji: Caller, query: str, field: str, said: str) -> None:
    problem = await minji.get(f"/api/v1/backtests?{query}", 400)
    assert [(fault["field"], said in fault["message"]) for fault in problem["errors"]] == [(field, True)]


async def test_parameters_that_a_dependency_reads_are_known(minji: Caller) -> None:
    await minji.get("/api/v1/gen-ai/usage/entries?limit=3&model=gpt-4o&from=2026-11-01")
    problem = await minji.get("/api/v1/gen-ai/usage?form=2026-11-01", 400)
    assert problem["errors"][0]["message"].endswith("did you mean from?")


async def test_a_probe_may_add_what_it_likes(running: Service) -> None:
    assert (await running.http.get("/health/live?ts=1")).status_code == 200


async def test_every_line_of_a_batch_names_all_that_is_wrong_with_it(minji: Caller) -> None:
    bad = a_body(backtest_id="bt-x", symbols=[1], metrics={"샤프": 1})
    answer = await minji.post("/api/v1/backtests/batch", [a_body(), bad])
    (rejected,) = answer["rejected"]
    assert [fault["field"] for fault in rejected["errors"]] == ["symbols[0]", "metrics.샤프", "metrics.total_return"]
