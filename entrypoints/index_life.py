"""What the process does about its index: at its start, and when another process changes it."""

import logging
import secrets

from application.spaces import Spaces
from application.watching import Watch
from domain.revision import Watched
from domain.space import StoredSpace
from entrypoints.container import Container
from entrypoints.tracing import tracing

logger = logging.getLogger("quantrail.index")


async def open_index(container: Container) -> None:
    """A space answers, and what it lacks is queued. Raises: StoreUnavailable, ModelUnavailable."""
    stores, vectors, spaces = container.stores(), container.vectors(), container.spaces()
    model = container.embedder().model()
    state = await stores.spaces.state()
    serving = state.serving
    wanted = (vectors.identity, model.model_id)
    if serving is None or (serving.store, serving.model_id) != wanted:
        new = StoredSpace(space=state.next_space(model.model_id), store=vectors.identity, dimensions=model.dimensions)
        # Whatever another database left there under this name is none of ours.
        await vectors.store.drop(space=new.name)
        await stores.spaces.adopt(new, at=container.clock().now())
    await spaces.look()
    await stores.queue.requeue()


def follow_index(watch: Watch, spaces: Spaces) -> None:
    """A space that another process made answer is asked here too."""

    async def look() -> None:
        with tracing(f"index-{secrets.token_hex(8)}"):
            await spaces.look()

    watch.subscribe(Watched.INDEX, look)
