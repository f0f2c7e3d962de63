"""What the process does by itself about its ledger: it settles what is overdue, and keeps and lets go what was said."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable

from application.ports.signal import Signal
from application.use_cases.prune_bodies import BATCH as BODIES_AT_ONCE
from application.use_cases.prune_bodies import PruneBodies
from application.use_cases.prune_ledger import AT_ONCE as ROWS_AT_ONCE
from application.use_cases.prune_ledger import PruneLedger
from application.use_cases.settle_overdue_calls import SettleOverdueCalls
from application.use_cases.store_bodies import StoreBodies
from entrypoints.container import Container
from entrypoints.tracing import tracing

logger = logging.getLogger("quantrail.ledger")
SWEEP_SECONDS = 15.0
BODIES_SECONDS = 5.0
PRUNING_SECONDS = 600.0
PRUNING_PAUSE_SECONDS = 0.2
"""Between two batches, so that whoever writes meanwhile waits for one of them at most."""


def ledger_tasks(container: Container) -> dict[str, Callable[[], Awaitable[None]]]:
    """Work that goes on for ever, by name."""
    use, said = container.ledger_use, container.body_work()
    return {
        "sweeping": lambda: keep_sweeping(use.settle_overdue_calls()),
        "pruning": lambda: keep_pruning(use.prune_ledger()),
        "storing_bodies": lambda: keep_storing_bodies(use.store_bodies(), said),
        "pruning_bodies": lambda: keep_pruning_bodies(use.prune_bodies()),
    }


async def keep_sweeping(sweep: SettleOverdueCalls) -> None:
    """Settles what is overdue, for ever."""
    while True:
        with tracing(f"sweeping-{secrets.token_hex(8)}"):
            settled = await sweep()
            if settled:
                logger.warning("overdue_calls_charged_at_their_estimate", extra={"calls": settled})
        await asyncio.sleep(SWEEP_SECONDS)


async def keep_pruning(prune: PruneLedger) -> None:
    """Lets old rows of the ledger go, a small batch at a time, for ever."""
    while True:
        with tracing(f"pruning-{secrets.token_hex(8)}"):
            pruned = await prune()
        await asyncio.sleep(PRUNING_PAUSE_SECONDS if pruned == ROWS_AT_ONCE else PRUNING_SECONDS)


async def keep_storing_bodies(store: StoreBodies, work: Signal) -> None:
    """Stores what was said in settled calls, for ever."""
    while True:
        await work.wait(timeout_seconds=BODIES_SECONDS)
        with tracing(f"bodies-{secrets.token_hex(8)}"):
            await store_all_bodies(store)


async def store_all_bodies(store: StoreBodies) -> None:
    """Nothing waits to be stored any more; what could not be is told."""
    while True:
        done = await store()
        if done.lost:
            logger.warning("bodies_not_stored", extra={"bodies": done.lost})
        if not done.stored:
            return


async def store_last_bodies(store: StoreBodies) -> None:
    """What was said in the last calls, which are settled by now; the end of the process fails over none of it."""
    try:
        await store_all_bodies(store)
    except Exception:
        logger.exception("bodies_not_stored", extra={"bodies": None})


async def keep_pruning_bodies(prune: PruneBodies) -> None:
    """Deletes bodies past their days, a small batch at a time, for ever."""
    while True:
        with tracing(f"pruning-{secrets.token_hex(8)}"):
            pruned = await prune()
        await asyncio.sleep(PRUNING_PAUSE_SECONDS if pruned == BODIES_AT_ONCE else PRUNING_SECONDS)
