import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool], *, rounds: int = 1_000) -> None:
    """Lets the event loop run until it holds. Raises: TimeoutError."""
    for _ in range(rounds):
        if condition():
            return
        await asyncio.sleep(0)
    raise TimeoutError("it did not come about")
