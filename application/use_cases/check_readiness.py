"""Say which parts work."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from application.ports.probe import Probe
from domain.errors import Unavailable

PROBE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """A part, whether it works, and a word on how."""

    name: str
    ready: bool
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReadiness:
    """The state of every part; the service is ready where all of them are."""

    parts: Mapping[str, Probe]

    async def __call__(self) -> list[PartState]:
        return list(await asyncio.gather(*(self._check(name, probe) for name, probe in self.parts.items())))

    async def _check(self, name: str, probe: Probe) -> PartState:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                state = await probe.check()
        except Unavailable as failure:
            return PartState(name=name, ready=False, state=failure.detail)
        except TimeoutError:
            return PartState(name=name, ready=False, state=f"no answer within {PROBE_SECONDS:g} s")
        return PartState(name=name, ready=True, state=state)
