"""Rate limits of every process that shares a Valkey."""

import secrets
from collections.abc import Sequence

from valkey.asyncio import BlockingConnectionPool, Valkey

from adapters.valkey.errors import valkey_failures
from adapters.valkey.scripts import ADMIT, SETTLE
from application.ports.system import Clock
from domain.errors import ConfigurationError, Violation
from domain.rate_limit import RateDemand, RateTicket, RateUnit, refusal

SETTING = "QUANTRAIL_VALKEY_URL"
CONNECTIONS = 16
TIMEOUT_SECONDS = 2
PREFIX = "{quantrail}:rate:"
"""The braces put every key into one slot, which a script may not leave."""
_KIND = {RateUnit.CONCURRENT: "places", RateUnit.REQUESTS: "window", RateUnit.TOKENS: "window"}
_NEVER_SETTLED = frozenset({RateUnit.REQUESTS})


class ValkeyRateLimiter:
    """Counts in one Valkey, by its clock, or by the one that is given.

    What a call takes is taken by one script: no two processes can both take what is left. Raises: ConfigurationError
    for a URL that is none.
    """

    def __init__(self, url: str, *, clock: Clock | None = None) -> None:
        self._clock = clock
        plain = url.replace("redis", "valkey", 1) if url.startswith("redis") else url
        try:
            pool = BlockingConnectionPool.from_url(
                plain,
                max_connections=CONNECTIONS,
                timeout=TIMEOUT_SECONDS,
                socket_timeout=TIMEOUT_SECONDS,
                socket_connect_timeout=TIMEOUT_SECONDS,
            )
        except (ValueError, TypeError) as error:
            raise ConfigurationError(Violation(field=SETTING, message=f"cannot be used: {error}")) from error
        self._client = Valkey.from_pool(pool)
        self._admit = self._client.register_script(ADMIT)
        self._settle = self._client.register_script(SETTLE)

    async def start(self) -> None:
        """It answers, and knows the scripts. Raises: StoreUnavailable."""
        with valkey_failures():
            await self._client.script_load(ADMIT)
            await self._client.script_load(SETTLE)

    async def admit(self, demands: Sequence[RateDemand], *, lease_seconds: float) -> RateTicket:
        """As the port says."""
        ticket_id = secrets.token_hex(16)
        lease_ms, kept = round(lease_seconds * 1000), int(_is_settled(demands))
        arguments: list[str | int] = [self._time(), ticket_id, lease_ms, kept]
        for demand in demands:
            arguments += [_KIND[demand.unit], demand.limit, demand.amount]
        with valkey_failures():
            which, moment = await self._admit(keys=_keys(ticket_id, demands), args=arguments)
        if which:
            raise refusal(demands[which - 1], wait_ms=moment)
        return RateTicket(ticket_id=ticket_id, demands=tuple(demands), taken_at_ms=moment)

    async def settle(self, ticket: RateTicket, *, tokens: int | None) -> None:
        """As the port says."""
        if not _is_settled(ticket.demands):
            return
        arguments: list[str | int] = [self._time(), ticket.ticket_id, ticket.taken_at_ms]
        for demand in ticket.demands:
            known = tokens is not None and demand.unit is RateUnit.TOKENS
            arguments += [_KIND[demand.unit], (tokens or 0) - demand.amount if known else 0]
        with valkey_failures():
            await self._settle(keys=_keys(ticket.ticket_id, ticket.demands), args=arguments)

    async def forget(self, subject: str) -> None:
        """As the port says. What it was under way with is forgotten by itself, with the tickets."""
        pattern = f"{PREFIX}*:{_literally(subject)}*"
        ends = (f":{subject}".encode(), f":{subject}:amounts".encode())
        with valkey_failures():
            keys = [key async for key in self._client.scan_iter(match=pattern, count=1_000) if key.endswith(ends)]
            if keys:
                await self._client.unlink(*keys)

    async def check(self) -> str:
        """What it is, where it answers. Raises: StoreUnavailable."""
        with valkey_failures():
            await self._client.ping()
        return "valkey"

    async def close(self) -> None:
        """No connection is open any more."""
        await self._client.aclose()
        await self._client.connection_pool.disconnect()

    def _time(self) -> str | int:
        """Nothing where the server's own clock counts."""
        return "" if self._clock is None else int(self._clock.elapsed() * 1000)


def _literally(text: str) -> str:
    """The text as a pattern that matches nothing else."""
    return "".join(f"\\{sign}" if sign in "*?[]^-\\" else sign for sign in text)


def _is_settled(demands: Sequence[RateDemand]) -> bool:
    return any(demand.unit not in _NEVER_SETTLED for demand in demands)


def _keys(ticket_id: str, demands: Sequence[RateDemand]) -> list[str]:
    names = [f"{PREFIX}{demand.rule}:{demand.unit.value}:{demand.subject}" for demand in demands]
    return [f"{PREFIX}ticket:{ticket_id}", *(key for name in names for key in (name, f"{name}:amounts"))]
