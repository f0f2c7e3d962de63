"""What the process does about its index: at its start, in the background, and when another process changes it."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable

from application.opening import StoreRoom
from application.use_cases.build_index import BuildIndex
from application.use_cases.drop_spaces import DropSpaces
from application.use_cases.open_index import OpenedIndex, Opening
from application.watching import Watch
from domain.errors import StoreUnavailable
from domain.revision import Watched
from domain.space import StoredSpace
from entrypoints.container import Container
from entrypoints.container.stores import opened
from entrypoints.tracing import tracing

logger = logging.getLogger("quantrail.index")
DROPPING_SECONDS = 5.0


async def open_index(container: Container) -> None:
    """A space answers, and what it lacks is queued. Raises: StoreUnavailable, ModelUnavailable."""
    own = opened(container.vectors(), container.settings())
    container.vector_stores().add(own)
    _tell(await container.index.open_index()(own))


def index_tasks(container: Container) -> dict[str, Callable[[], Awaitable[None]]]:
    """Work that goes on for ever, by name."""
    index = container.index
    return {
        "building": lambda: keep_building(index.build_index()),
        "dropping": lambda: keep_dropping(index.drop_spaces()),
    }


def follow_index(watch: Watch, container: Container) -> None:
    """A space that another process made answer is asked here too, in the store that holds it."""

    async def look() -> None:
        with tracing(f"index-{secrets.token_hex(8)}"):
            await _reach(container.index.room(), await container.spaces().look())

    watch.subscribe(Watched.INDEX, look)


async def _reach(room: StoreRoom, space: StoredSpace) -> None:
    try:
        await room.reach(space)
    except StoreUnavailable as failure:
        logger.warning("index_is_out_of_reach", extra={"space": space.name, "why": failure.detail})


async def keep_building(build: BuildIndex) -> None:
    """Builds whatever space is to be built, for ever."""
    while True:
        with tracing(f"build-{secrets.token_hex(8)}"):
            step = await build()
            if step.failed is not None:
                logger.warning("index_build_waits", extra={"code": step.failed, "seconds": step.wait_seconds})
            if step.switched is not None:
                logger.info("index_switched", extra=_told(step.switched))
        # Whoever asks meanwhile goes first.
        await asyncio.sleep(step.wait_seconds)


async def keep_dropping(drop: DropSpaces) -> None:
    """Takes spaces away that nobody asks any more, for ever."""
    while True:
        with tracing(f"dropping-{secrets.token_hex(8)}"):
            for space in await drop():
                logger.info("index_space_dropped", extra=_told(space))
        await asyncio.sleep(DROPPING_SECONDS)


def _tell(found: OpenedIndex) -> None:
    """A line of the log where the index is not as it was."""
    before, serving, building = found.before, found.state.serving, found.state.building
    facts = {
        "before": None if before is None else _told(before),
        "serving": None if serving is None else serving.name,
        "building": None if building is None else building.space.name,
    }
    if found.opening is Opening.OTHER_STORE:
        # Whoever moved the index and kept the old settings is told which ones reach it.
        logger.warning("index_is_in_another_store", extra=facts)
    elif found.opening is Opening.MODEL_GONE:
        logger.warning("index_model_cannot_be_asked", extra=facts)
    elif found.opening is Opening.OTHER_MODEL:
        logger.info("index_model_changed", extra=facts)


def _told(space: StoredSpace) -> dict[str, object]:
    return {"space": space.name, "store": space.store, "kind": space.kind, "url": space.url}
