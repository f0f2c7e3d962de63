"""The HTTP application: resources, problems, description, and what runs beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from domain.errors import DomainError
from entrypoints.container import Container
from entrypoints.http import backtests, health, keys, models, openapi, problems, strategies, usage
from entrypoints.http.asgi import with_request_id
from entrypoints.http.reading import StrictRequest, known_parameters_once
from entrypoints.http.wiring import caller_provider, provide
from entrypoints.life import background, running

MAX_BODY_BYTES = 10_000_000


def create_app(container: Container) -> ASGIApp:
    """The service over a container, which answers while the block of `alive` runs."""
    return with_request_id(create_litestar(container))


def create_litestar(container: Container) -> Litestar:
    """The application before it is wrapped: what tools that read its routes want."""
    dependencies = _dependencies(container)
    routers = (backtests, strategies, models, usage, keys, health)
    return Litestar(
        route_handlers=[*(module.router(dependencies) for module in routers), openapi.assets()],
        exception_handlers={
            DomainError: problems.of_domain,
            problems.Unreadable: problems.of_unreadable,
            HTTPException: problems.of_framework,
            Exception: problems.of_bug,
        },
        request_class=StrictRequest,
        before_request=known_parameters_once,
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=openapi.configuration(),
        logging_config=None,
    )


@asynccontextmanager
async def alive(container: Container) -> AsyncIterator[None]:
    """Everything that the service needs, started; indexing and sweeping run beside it."""
    async with running(container), background(container):
        yield


def _dependencies(container: Container) -> dict[str, Any]:
    return {
        "caller": caller_provider(container.authenticate()),
        "record": provide(container.record_backtests),
        "browse": provide(container.list_backtests),
        "show": provide(container.show_backtest),
        "remove": provide(container.delete_backtest),
        "search": provide(container.search_backtests),
        "build": provide(container.build_strategy),
        "strategies": provide(container.browse_strategies),
        "models": provide(container.list_models),
        "usage": provide(container.report_usage),
        "budgets": provide(container.show_budgets),
        "issue": provide(container.issue_key),
        "keys": provide(container.list_keys),
        "revoke": provide(container.revoke_key),
        "rotate": provide(container.rotate_key),
        "readiness": provide(container.check_readiness),
    }
