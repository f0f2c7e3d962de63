"""Which paths take an `Idempotency-Key`: each POST behind which a model may be called, and no other."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from application.meter import Meter
from application.use_cases.build_strategy import BuildStrategy
from entrypoints.http.app import create_litestar
from entrypoints.http.idempotency import is_paid, paid
from entrypoints.http.wiring import provide
from tests.http.service import Service
from tests.http.test_health_and_description import description

PAID = {
    "/api/v1/strategy-builder",
    "/api/v1/strategy-builder/generate-with-rag",
    "/api/v1/narrative-reports",
    "/api/v1/chatops/sessions/{session_id}/chat",
    "/api/v1/chatops/strategies/compare",
    "/api/v1/backtests/search",
    "/v1/chat/completions",
}
"""At least these."""
BEGIN_WORK = {"rebuild_index", "migrate_index"}
"""They answer before any model is called, and begin one job however often they are asked: it embeds nothing twice."""


def reaches_a_model(part: object, seen: set[int]) -> bool:
    """Whether the meter, through which every call to a model goes, is among the parts of a part."""
    if isinstance(part, Meter):
        return True
    if id(part) in seen:
        return False
    seen.add(id(part))
    return any(reaches_a_model(each, seen) for each in parts_of(part))


def parts_of(part: object) -> Iterator[object]:
    if dataclasses.is_dataclass(part):
        yield from (getattr(part, member.name) for member in dataclasses.fields(part))
    elif type(part).__module__.partition(".")[0] in {"application", "entrypoints"}:
        yield from vars(part).values()
    elif isinstance(part, dict):
        yield from part.values()


def posts(app: Litestar) -> Iterator[HTTPRouteHandler]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if "POST" in handler.http_methods:
                yield handler


async def may_call_a_model(handler: HTTPRouteHandler) -> bool:
    dependencies = handler.resolve_dependencies()
    wanted = [name for name in handler.parsed_fn_signature.parameters if name in dependencies and name != "caller"]
    return any([reaches_a_model(await dependencies[name](), set()) for name in wanted])


async def unmarked(app: Litestar) -> set[str]:
    return {h.handler_name for h in posts(app) if await may_call_a_model(h) and not is_paid(h.opt)}


async def test_every_post_that_may_call_a_model_takes_a_key(running: Service) -> None:
    assert await unmarked(create_litestar(running.container)) == BEGIN_WORK


async def test_every_one_says_that_budgets_and_limits_hold(running: Service) -> None:
    paths = (await description(running))["paths"]
    assert all({"402", "429"} <= set(paths[path]["post"]["responses"]) for path in PAID)


async def test_no_post_that_calls_none_takes_a_key(running: Service) -> None:
    app = create_litestar(running.container)
    assert {h.handler_name for h in posts(app) if is_paid(h.opt) and not await may_call_a_model(h)} == set()


@pytest.mark.parametrize(("opt", "found"), [({}, {"forgotten"}), (paid("strategy_builder"), set())])
async def test_one_that_was_forgotten_is_found(running: Service, opt: dict[str, Any], found: set[str]) -> None:
    @post("/forgotten", opt=opt, dependencies={"build": provide(running.container.build_strategy)})
    async def forgotten(build: NamedDependency[BuildStrategy]) -> None:
        del build

    assert await unmarked(Litestar([forgotten], openapi_config=None)) == found


async def test_the_description_tells_of_the_key_where_it_is_taken_and_nowhere_else(running: Service) -> None:
    document = await description(running)
    takes_it = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            references = [parameter.get("$ref", "") for parameter in operation["parameters"]]
            if "#/components/parameters/IdempotencyKey" in references:
                takes_it.add(path)
                assert method == "post"
                assert "Idempotent-Replayed" in operation["responses"]["200"]["headers"]
                assert "Retry-After" in operation["responses"]["409"]["headers"]
                form = "application/json" if path.startswith("/v1/") else "application/problem+json"
                assert form in operation["responses"]["409"]["content"]
            else:
                assert "Idempotent-Replayed" not in operation["responses"].get("200", {}).get("headers", {})
    assert takes_it >= PAID
    app = create_litestar(running.container)
    assert len(takes_it) == len([handler for handler in posts(app) if is_paid(handler.opt)])
    parameter = document["components"]["parameters"]["IdempotencyKey"]
    assert (parameter["name"], parameter["schema"]["maxLength"]) == ("Idempotency-Key", 255)
