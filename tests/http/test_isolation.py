"""Five users at once, each against a plain account of what is theirs: nobody ever sees anything else."""

import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import quote

import pytest

from tests.http.service import Caller, Service, a_body, a_macd_body, service

Json = Any
USERS = ("민지@quant.kr", "alex@quant.io", "jun", "민지", "ALEX@quant.io")
IDS = ("bt-1", "bt-2", "BT-1", "실험 1", "a/b", "%2e")
QUERIES = (
    "RSI 역추세",
    "MACD trend",
    "GOOG에서 샤프 0.5 이상",
    "AAPL",
    "아무 전략이나",
    "최근 backtests with low drawdown",
)
FILTERS: tuple[list[dict[str, object]] | None, ...] = (
    None,
    [{"field": "sharpe_ratio", "op": ">=", "value": -10}],
    [{"field": "symbols", "op": "in", "value": ["GOOG", "AAPL"]}],
    [{"field": "strategy_type", "op": "!=", "value": "other"}],
    [{"field": "backtest_id", "op": "in", "value": list(IDS)}],
    [{"field": "parameters.length", "op": "=", "value": 14}],
)
STEPS = 220


@dataclass(slots=True, kw_only=True)
class Person:
    """A user, and what they own according to nobody but their own acts."""

    user_id: str
    caller: Caller
    runs: dict[str, str] = field(default_factory=dict)
    strategies: set[str] = field(default_factory=set)
    cursors: list[str] = field(default_factory=list)
    key_id: str = ""

    @property
    def mark(self) -> str:
        return f"것: {self.user_id.encode().hex()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everybody, the dice, and whoever may act for others."""

    people: list[Person]
    dice: random.Random
    service: Caller

    def two(self) -> tuple[Person, Person]:
        one, other = self.dice.sample(self.people, 2)
        return one, other


Act: TypeAlias = Callable[[World], Coroutine[Any, Any, None]]


def is_own(person: Person, run: Json) -> bool:
    return bool(run["notes"] == person.runs.get(run["backtest_id"]))


async def record(world: World) -> None:
    person, backtest_id = world.dice.choice(world.people), world.dice.choice(IDS)
    make = world.dice.choice((a_body, a_macd_body))
    notes = f"{person.mark} / {world.dice.random()}"
    answer = await person.caller.ask("POST", "/api/v1/backtests", make(backtest_id=backtest_id, notes=notes))
    assert answer.status_code == (409 if backtest_id in person.runs else 201), answer.text
    assert "것:" not in answer.text.replace(person.mark, "")
    person.runs.setdefault(backtest_id, notes)


async def delete(world: World) -> None:
    person, backtest_id = world.dice.choice(world.people), world.dice.choice(IDS)
    answer = await person.caller.ask("DELETE", f"/api/v1/backtests/{quote(backtest_id, safe='')}")
    assert answer.status_code == (204 if backtest_id in person.runs else 404), answer.text
    person.runs.pop(backtest_id, None)


async def show(world: World) -> None:
    person, backtest_id = world.dice.choice(world.people), world.dice.choice(IDS)
    answer = await person.caller.ask("GET", f"/api/v1/backtests/{quote(backtest_id, safe='')}")
    assert answer.status_code == (200 if backtest_id in person.runs else 404), answer.text
    assert answer.is_error or is_own(person, answer.json())


async def browse(world: World) -> None:
    person, path, seen = world.dice.choice(world.people), "/api/v1/backtests?limit=2", dict[str, str]()
    while path:
        page = await person.caller.get(path)
        seen |= {run["backtest_id"]: run["notes"] for run in page["backtests"]}
        cursor = page["next_cursor"]
        person.cursors += [cursor] if cursor else []
        path = f"/api/v1/backtests?limit=2&cursor={cursor}" if cursor else ""
    assert seen == person.runs


async def browse_with_a_strange_cursor(world: World) -> None:
    person, other = world.two()
    if other.cursors:
        page = await person.caller.get(f"/api/v1/backtests?cursor={world.dice.choice(other.cursors)}")
        assert all(is_own(person, run) for run in page["backtests"])


async def search(world: World) -> None:
    person, filters = world.dice.choice(world.people), world.dice.choice(FILTERS)
    asked = {"top_k": world.dice.choice((1, 5, 100))} | ({"filters": filters} if filters else {})
    answer = await person.caller.search(world.dice.choice(QUERIES), **asked)
    assert all(is_own(person, found["backtest"]) for found in answer["results"])
    assert answer["pending"] <= len(person.runs)


async def find_everything_of_ones_own(world: World) -> None:
    person = world.dice.choice(world.people)
    answer = await person.caller.search("아무 전략이나", top_k=100, filters=FILTERS[4])
    assert {found["backtest"]["backtest_id"] for found in answer["results"]} == set(person.runs)


async def build(world: World) -> None:
    person = world.dice.choice(world.people)
    body = {"request": world.dice.choice(QUERIES), "top_k": 10}
    built = await person.caller.post("/api/v1/strategy-builder/generate-with-rag", body)
    assert {context["id"] for context in built["contexts"]} <= set(person.runs)
    assert "것:" not in str(built).replace(person.mark, "")
    person.strategies.add(built["strategy_id"])


async def look_at_strategies(world: World) -> None:
    person, other = world.two()
    listed = await person.caller.get("/api/v1/strategies?limit=500")
    assert {built["strategy_id"] for built in listed["strategies"]} == person.strategies
    for strategy_id in sorted(other.strategies):
        await person.caller.get(f"/api/v1/strategies/{strategy_id}", 404)


async def pretend(world: World) -> None:
    person, other = world.two()
    for method, path in (("GET", "/api/v1/backtests"), ("DELETE", "/api/v1/backtests/bt-1")):
        answer = await person.caller.http.request(method, path, headers=_as(person.caller, other.user_id))
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:quantrail:problem:role-required"


async def act_for_another(world: World) -> None:
    person = world.dice.choice(world.people)
    headers = _as(world.service, person.user_id)
    page = (await world.service.http.get("/api/v1/backtests?limit=500", headers=headers)).json()
    assert {run["backtest_id"]: run["notes"] for run in page["backtests"]} == person.runs


async def look_at_the_ledger(world: World) -> None:
    person, other = world.two()
    entries = (await person.caller.get("/api/v1/gen-ai/usage/entries?limit=500"))["entries"]
    assert {entry["user_id"] for entry in entries} <= {person.user_id}
    groups = (await person.caller.get("/api/v1/gen-ai/usage?group_by=user"))["groups"]
    assert {group["user"] for group in groups} <= {person.user_id}
    budgets = (await person.caller.get("/api/v1/gen-ai/budgets"))["budgets"]
    assert {budget["user"] for budget in budgets} <= {person.user_id}
    for path in ("usage", "usage/entries"):
        await person.caller.get(f"/api/v1/gen-ai/{path}?user={quote(other.user_id)}", 403)


async def reach_for_keys(world: World) -> None:
    person, other = world.two()
    for method, path in (("GET", ""), ("DELETE", f"/{other.key_id}"), ("POST", f"/{other.key_id}/rotate")):
        answer = await person.caller.ask(method, f"/api/v1/admin/keys{path}", {} if method == "POST" else None)
        assert answer.status_code == 403
        assert other.user_id not in answer.text


ACTS: dict[Act, int] = {
    record: 8,
    delete: 3,
    show: 4,
    browse: 3,
    browse_with_a_strange_cursor: 2,
    search: 5,
    find_everything_of_ones_own: 2,
    build: 2,
    look_at_strategies: 1,
    pretend: 1,
    act_for_another: 2,
    look_at_the_ledger: 1,
    reach_for_keys: 1,
}


def _as(caller: Caller, user_id: str) -> dict[bytes, bytes]:
    return {b"Authorization": f"Bearer {caller.key}".encode(), b"X-User-Id": user_id.encode()}


async def a_world(running: Service, seed: int) -> World:
    people = []
    for user_id in USERS:
        issued = await running.admin.post("/api/v1/admin/keys", {"user_id": user_id, "roles": ["user"]}, 201)
        caller = Caller(http=running.http, key=issued["key"])
        people.append(Person(user_id=user_id, caller=caller, key_id=issued["key_id"]))
    # Seeded: the same acts in the same order, every time.
    return World(people=people, dice=random.Random(seed), service=await running.user("플랫폼", "service"))  # noqa: S311  # dice, no secrets


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nobody_ever_sees_what_is_anothers(running: Service, seed: int) -> None:
    world = await a_world(running, seed)
    for act in world.dice.choices(list(ACTS), weights=list(ACTS.values()), k=STEPS):
        await act(world)
    for person in world.people:
        await person.caller.until_indexed()
    for act in ACTS:
        await act(world)
    assert sum(len(person.runs) for person in world.people) > len(IDS)
    assert any(person.strategies for person in world.people)


async def test_the_same_acts_on_the_real_stores_show_nobody_elses_either(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("isolation")
    stores = {"QUANTRAIL_DATABASE_URL": f"sqlite:///{folder}/quantrail.db", "QUANTRAIL_VECTOR_STORE": "chroma"}
    async with service(folder, **stores) as running:
        world = await a_world(running, 4)
        for act in world.dice.choices(list(ACTS), weights=list(ACTS.values()), k=STEPS):
            await act(world)
        assert sum(len(person.runs) for person in world.people) > len(IDS)


async def test_the_account_would_notice_a_leak(running: Service) -> None:
    world = await a_world(running, 5)
    one, other = world.people[:2]
    await one.caller.record(a_body(backtest_id="bt-1", notes="몰래"))
    with pytest.raises(AssertionError):
        await browse(World(people=[one], dice=world.dice, service=world.service))
    await browse(World(people=[other], dice=world.dice, service=world.service))
