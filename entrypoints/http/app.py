"""The HTTP application: resources, problems, description, and what runs beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from domain.errors import DomainError
from entrypoints.container import Container
from entrypoints.http import (
    backtests,
    bodies,
    budgets,
    chatops,
    comparisons,
    gateway,
    health,
    index,
    keeping,
    keys,
    ledger,
    metrics,
    models,
    narrative_reports,
    openapi,
    operations,
    prices,
    problems,
    reconciliation,
    strategies,
    usage,
    users,
)
from entrypoints.http.asgi import with_request_id
from entrypoints.http.doors import ShownOut
from entrypoints.http.idempotency import Idempotency
from entrypoints.http.observing import observed
from entrypoints.http.openai_errors import as_asked
from entrypoints.http.reading import StrictRequest, known_parameters_once
from entrypoints.http.request_metrics import RequestMetrics
from entrypoints.http.wiring import caller_provider, provide, scraper_provider
from entrypoints.life import background, running

MAX_BODY_BYTES = 10_000_000


def create_app(container: Container) -> ASGIApp:
    """The service over a container, which answers while the block of `alive` runs."""
    requests = RequestMetrics()
    return with_request_id(observed(create_litestar(container, requests), requests))


def create_litestar(container: Container, requests: RequestMetrics | None = None) -> Litestar:
    """The application before it is wrapped: what tools that read its routes want."""
    counted = requests or RequestMetrics()
    dependencies = {
        **_dependencies(container), **_index_dependencies(container), "requests": provide(lambda: counted),
        "relay": provide(container.gateway.relay),
    }  # fmt: skip
    routers = (
        backtests, strategies, narrative_reports, comparisons, chatops, models, usage, budgets, prices, keys,
        index, ledger, reconciliation, bodies, operations, users, keeping, metrics, health, gateway,
    )  # fmt: skip
    return Litestar(
        route_handlers=[*(module.router(dependencies) for module in routers), openapi.assets()],
        exception_handlers={
            DomainError: as_asked(problems.of_domain),
            problems.Unreadable: as_asked(problems.of_unreadable),
            HTTPException: as_asked(problems.of_framework),
            Exception: as_asked(problems.of_bug),
        },
        request_class=StrictRequest,
        before_request=known_parameters_once,
        middleware=[ShownOut(doors=container.doors()), _idempotency(container)],
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=openapi.configuration(),
        logging_config=None,
    )


@asynccontextmanager
async def alive(container: Container) -> AsyncIterator[None]:
    """Everything that the service needs, started; indexing and sweeping run beside it."""
    async with running(container), background(container):
        yield


def _idempotency(container: Container) -> Idempotency:
    return Idempotency(
        once=container.answering_once(),
        authenticate=container.key_use.authenticate(),
        governance=container.governance(),
        doors=container.doors(),
    )


def _dependencies(container: Container) -> dict[str, Any]:
    return {
        "caller": caller_provider(container.key_use.authenticate(), container.doors()),
        "scraper": scraper_provider(container.key_use.authenticate()),
        "measure": provide(container.measure_service),
        "record": provide(container.record_backtests),
        "browse": provide(container.list_backtests),
        "show": provide(container.show_backtest),
        "remove": provide(container.delete_backtest),
        "search": provide(container.search_backtests),
        "build": provide(container.build_strategy),
        "strategies": provide(container.browse_strategies),
        "write": provide(container.write_report),
        "reports": provide(container.browse_reports),
        "compare": provide(container.compare_backtests),
        "talk": provide(container.chat),
        "begin": provide(container.open_conversation),
        "sessions": provide(container.browse_conversations),
        "forget": provide(container.delete_conversation),
        "models": provide(container.list_models),
        "usage": provide(container.ledger_use.report_usage),
        "budgets": provide(container.rules.show_budgets),
        "setting": provide(container.rules.set_budget),
        "removing": provide(container.rules.remove_budget),
        "reviewing": provide(container.rules.review_prices),
        "applying": provide(container.rules.apply_prices),
        "issue": provide(container.key_use.issue_key),
        "keys": provide(container.key_use.list_keys),
        "revoke": provide(container.key_use.revoke_key),
        "rotate": provide(container.key_use.rotate_key),
        "audit": provide(container.browse_audit),
        "words": provide(container.ledger_use.show_body),
        "reconcile": provide(container.ledger_use.reconcile_ledger),
        "verify": provide(container.ledger_use.verify_ledger),
        "reload": provide(container.rules.reload_configuration),
        "copying": provide(container.keeping.back_up_database),
        "letting_go": provide(container.keeping.prune_backtests),
        "erasing": provide(container.keeping.erase_user),
        "readiness": provide(container.check_readiness),
    }


def _index_dependencies(container: Container) -> dict[str, Any]:
    return {
        "showing": provide(container.index.show_index),
        "rebuilding": provide(container.index.rebuild_index),
        "migrating": provide(container.index.migrate_index),
        "stopping": provide(container.index.stop_build),
        "holding": provide(container.index.verify_index),
    }
