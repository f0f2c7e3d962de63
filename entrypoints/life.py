"""The life of the process: what is opened and closed with it, and what it does by itself meanwhile."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

from application.use_cases.forget_answers import BATCH as FORGOTTEN_AT_ONCE
from application.use_cases.forget_answers import ForgetAnswers
from application.watching import Watch
from domain.errors import ConfigurationError, DomainError, StoreUnavailable, Violation
from entrypoints.container import Container
from entrypoints.index_life import follow_index, index_tasks, open_index
from entrypoints.indexing_life import keep_indexing
from entrypoints.keeping_life import keeping_tasks, shut_out_the_erased
from entrypoints.ledger_life import ledger_tasks, store_last_bodies
from entrypoints.rule_life import follow_others, rule_tasks, take_over
from entrypoints.tracing import tracing

logger = logging.getLogger("quantrail.background")
PAUSE_AFTER_FAILURE_SECONDS = 1.0
FORGETTING_SECONDS = 60.0
BETWEEN_BATCHES_SECONDS = 0.1
WATCH_SECONDS = 1.0


async def keep_forgetting(forget: ForgetAnswers) -> None:
    """Removes first answers that have expired, for ever, a few at a time: others may write in between."""
    while True:
        with tracing(f"forgetting-{secrets.token_hex(8)}"):
            forgotten = await forget()
        await asyncio.sleep(BETWEEN_BATCHES_SECONDS if forgotten == FORGOTTEN_AT_ONCE else FORGETTING_SECONDS)


async def keep_watching(watch: Watch) -> None:
    """Hears of what other processes change, for ever."""
    while True:
        await watch.look()
        await asyncio.sleep(WATCH_SECONDS)


async def _for_ever(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Goes on after a failure: an outage must not end what has to catch up after it."""
    while True:
        try:
            await work()
        except DomainError as failure:
            # Not the detail: it may hold what a provider said.
            logger.warning("work_failed_and_goes_on", extra={"work": name, "code": failure.code})
        except Exception:
            logger.exception("work_failed_and_goes_on", extra={"work": name, "code": None})
        await asyncio.sleep(PAUSE_AFTER_FAILURE_SECONDS)


@contextlib.contextmanager
def _naming(setting: str) -> Iterator[None]:
    """An outage at the start is a setting that cannot be used."""
    try:
        yield
    except StoreUnavailable as failure:
        raise ConfigurationError(Violation(field=setting, message=f"cannot be used: {failure.detail}")) from failure


@asynccontextmanager
async def running(container: Container) -> AsyncIterator[None]:
    """Everything started while the block runs: schema migrated, index checked, and all of it closed at its end."""
    async with AsyncExitStack() as stack:
        stores = container.stores()
        stack.push_async_callback(stores.close)
        with _naming("QUANTRAIL_DATABASE_URL"):
            await stores.start()
            await take_over(container.rules.follow_rules())
        stack.push_async_callback(container.book().close)
        limiter = container.limiter()
        stack.push_async_callback(limiter.close)
        with _naming("QUANTRAIL_VALKEY_URL"):
            await limiter.start()
        vectors = container.vectors()
        stack.push_async_callback(vectors.store.close)
        with _naming(container.settings().names_vector_store):
            await vectors.store.start()
        stack.push_async_callback(container.vector_stores().close)
        for close in (*container.model_providers().closing, *container.tokens().closing):
            stack.push_async_callback(close)
        await open_index(container)
        yield


@asynccontextmanager
async def background(container: Container) -> AsyncIterator[None]:
    """Indexing and all other work that nobody asks for goes on while the block runs, and ends with it."""
    index, work, watch, forget = (
        container.index_backtests(), container.work(), container.watch(), container.forget_answers(),
    )  # fmt: skip
    follow_others(watch, container.rules.follow_rules())
    follow_index(watch, container)
    shut_out_the_erased(watch, container.stores().eraser, container.doors())
    jobs: dict[str, Callable[[], Awaitable[None]]] = {
        "indexing": lambda: keep_indexing(index, work),
        "forgetting": lambda: keep_forgetting(forget),
        "watching": lambda: keep_watching(watch),
        **index_tasks(container),
        **ledger_tasks(container),
        **rule_tasks(container),
        **keeping_tasks(container),
    }
    tasks = [asyncio.create_task(_for_ever(name, job)) for name, job in jobs.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await store_last_bodies(container.ledger_use.store_bodies())
