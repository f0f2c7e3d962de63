"""What the process does by itself about what is kept: it ends erasures, and lets old backtests go."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from functools import partial

from application.doors import UserDoors
from application.ports.backtest_pruning import Pruned
from application.ports.user_eraser import UserEraser
from application.use_cases.prune_backtests import PruneBacktests
from application.use_cases.resume_erasures import ResumeErasures
from application.watching import Watch
from domain.audit import the_system
from domain.revision import Watched
from entrypoints.container import Container
from entrypoints.tracing import tracing

logger = logging.getLogger("quantrail.keeping")
ERASING_SECONDS = 30.0
PRUNING_SECONDS = 600.0


def keeping_tasks(container: Container) -> dict[str, Callable[[], Awaitable[None]]]:
    """Work that goes on for ever, by name."""
    use = container.keeping
    return {
        "erasing": lambda: keep_erasing(use.resume_erasures()),
        "pruning_backtests": lambda: keep_pruning_backtests(use.prune_backtests()),
    }


async def keep_erasing(resume: ResumeErasures) -> None:
    """Ends what was cut off, at once and for ever."""
    while True:
        with tracing(f"erasing-{secrets.token_hex(8)}"):
            ended = await resume()
            if ended:
                logger.info("erasures_ended", extra={"users": ended})
        await asyncio.sleep(ERASING_SECONDS)


async def keep_pruning_backtests(prune: PruneBacktests) -> None:
    """Lets backtests go that the rules of retention do not keep, for ever, where there are such rules."""
    while True:
        request_id = f"pruning-{secrets.token_hex(8)}"
        with tracing(request_id):
            gone = await prune(caller=the_system(request_id)) if prune.by_the_rules() else Pruned()
            if gone.backtests:
                logger.info("backtests_pruned", extra={"backtests": gone.backtests, "users": gone.users})
        await asyncio.sleep(PRUNING_SECONDS)


def shut_out_the_erased(watch: Watch, eraser: UserEraser, doors: UserDoors) -> None:
    """Whoever another process erases is let in nowhere, as soon as the watch hears of it."""
    watch.subscribe(Watched.ERASURES, partial(_shut_out, eraser, doors))


async def _shut_out(eraser: UserEraser, doors: UserDoors) -> None:
    doors.close_elsewhere([order.scope.user_id for order in await eraser.unfinished()])
