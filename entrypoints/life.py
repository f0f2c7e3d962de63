"""The life of the process: what is opened and closed with it, and what it does by itself meanwhile."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

from application.ports.signal import Signal
from application.use_cases.index_backtests import BATCH, IndexBacktests
from application.use_cases.prune_ledger import AT_ONCE as PRUNED_AT_ONCE
from application.use_cases.prune_ledger import PruneLedger
from application.use_cases.settle_overdue_calls import SettleOverdueCalls
from domain.errors import ConfigurationError, DomainError, StoreUnavailable, Violation
from entrypoints.container import Container
from entrypoints.tracing import tracing

logger = logging.getLogger("quantrail.background")
IDLE_SECONDS = 0.5
GATHERING_SECONDS = 0.05
"""What comes one by one is indexed several at a time: a round costs the same for one as for a few dozen."""
PAUSE_AFTER_FAILURE_SECONDS = 1.0
SWEEP_SECONDS = 15.0
PRUNING_SECONDS = 3_600.0
PRUNING_PAUSE_SECONDS = 0.2


async def keep_indexing(index: IndexBacktests, work: Signal) -> None:
    """Indexes whatever is queued, for ever; waits where there is nothing."""
    while True:
        with tracing(f"indexing-{secrets.token_hex(8)}"):
            indexed = await index()
        if indexed.wait_seconds:
            await asyncio.sleep(indexed.wait_seconds)
        elif not indexed.taken:
            await work.wait(timeout_seconds=IDLE_SECONDS)
        elif indexed.taken < BATCH:
            await asyncio.sleep(GATHERING_SECONDS)


async def keep_sweeping(sweep: SettleOverdueCalls) -> None:
    """Settles what is overdue, for ever."""
    while True:
        with tracing(f"sweeping-{secrets.token_hex(8)}"):
            settled = await sweep()
            if settled:
                logger.warning("overdue_calls_charged_at_their_estimate", extra={"calls": settled})
        await asyncio.sleep(SWEEP_SECONDS)


async def keep_pruning(prune: PruneLedger) -> None:
    """Lets old rows of the ledger go, for ever: a few at a time, so that nobody waits long for the database."""
    while True:
        with tracing(f"pruning-{secrets.token_hex(8)}"):
            pruned = await prune()
            while pruned == PRUNED_AT_ONCE:
                await asyncio.sleep(PRUNING_PAUSE_SECONDS)
                pruned = await prune()
        await asyncio.sleep(PRUNING_SECONDS)


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
        vectors = container.vectors()
        stack.push_async_callback(vectors.store.close)
        await vectors.store.start()
        for close in container.model_providers().closing:
            stack.push_async_callback(close)
        space = f"{vectors.identity}/{container.memory().space}"
        await stores.queue.requeue(space=space)
        yield


@asynccontextmanager
async def background(container: Container) -> AsyncIterator[None]:
    """Indexing, sweeping and pruning go on while the block runs, and end with it."""
    index, sweep, work = container.index_backtests(), container.settle_overdue_calls(), container.work()
    prune = container.prune_ledger()
    tasks = [
        asyncio.create_task(_for_ever("indexing", lambda: keep_indexing(index, work))),
        asyncio.create_task(_for_ever("sweeping", lambda: keep_sweeping(sweep))),
        asyncio.create_task(_for_ever("pruning", lambda: keep_pruning(prune))),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
