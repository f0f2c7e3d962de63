from application.use_cases import check_readiness
from application.use_cases.check_readiness import CheckReadiness, PartState
from domain.errors import StoreUnavailable


class Works:
    async def check(self) -> str:
        return "open"


class Fails:
    async def check(self) -> str:
        raise StoreUnavailable("database", "connection refused")


class Slow:
    async def check(self) -> str:
        raise TimeoutError


async def test_each_part_is_named_with_its_state() -> None:
    states = await CheckReadiness(parts={"database": Works(), "vector_store": Works()})()
    assert [(state.name, state.ready, state.state) for state in states] == [
        ("database", True, "open"),
        ("vector_store", True, "open"),
    ]


async def test_a_part_that_fails_says_why_and_hides_no_other() -> None:
    database, vectors = await CheckReadiness(parts={"database": Fails(), "vector_store": Works()})()
    assert database == PartState(name="database", ready=False, state="connection refused")
    assert vectors.ready


async def test_a_part_that_does_not_answer_is_not_waited_for() -> None:
    (state,) = await CheckReadiness(parts={"models": Slow()})()
    assert not state.ready
    assert state.state == f"no answer within {check_readiness.PROBE_SECONDS:g} s"
