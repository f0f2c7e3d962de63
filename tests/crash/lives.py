"""A service that is killed and started again over the same database, and the provider that outlives it."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.cli.process import Serving, serving
from tests.crash.accounts import differences
from tests.crash.books import Book, Books, Row, amount
from tests.crash.points import SWEEPS, Point, Trap
from tests.doubles.invoice import ARRIVED, Line
from tests.doubles.markers import CARD, a_marker
from tests.doubles.process import OpenAIDouble
from tests.e2e.hosted import entries, keyed, shipped, some_runs, written
from tests.load.traffic import Asked, Asker, Crowd, a_crowds_client

POLICY_SECONDS: Final = 1.5
SETTLING_SECONDS: Final = 0.5
SWEEP_SECONDS: Final = 0.2
DEATH_SECONDS: Final = 45.0
SETTLED_SECONDS: Final = 20.0
USERS: Final = ("민지", "june@example.com", "연구원/김")
CALLERS: Final = 6
DELAY_SECONDS: Final = 0.05
MIX: Final = {"error": 0.12, "throttle": 0.06}


def hurried(folder: Path) -> str:
    """A configuration under which nobody waits long, and every call counts against two or three budgets."""
    configuration = shipped()
    for policy in configuration["policies"].values():
        policy["timeout_seconds"] = POLICY_SECONDS
    configuration["policies"]["chatops"]["default_max_output_tokens"] = 400
    configuration["budgets"] |= {
        "all_daily": {"unit": "tokens", "limit": "1000000000", "period": "day", "timezone": "Asia/Seoul"},
        "one_model": {"unit": "usd", "limit": "1000", "period": "week", "model_id": "gpt-4o"},
    }
    return written(folder, configuration)


@dataclass(frozen=True, kw_only=True)
class Death:
    """What one crash left behind."""

    asked: list[Asked]
    left: Book


class Patient:
    """One database over many lives of the service."""

    def __init__(self, folder: Path, url: str, double: OpenAIDouble, *, seed: int) -> None:
        self.url = url
        self.double = double
        self.trap = Trap(folder / "trap.json")
        self.asked: list[Asked] = []
        self._folder = folder
        self._seed = seed
        self._deaths = 0
        self._life = ExitStack()
        self._running: Serving | None = None
        self._environment = keyed(
            double,
            QUANTRAIL_VECTOR_STORE="memory",
            QUANTRAIL_DATABASE_URL=url,
            QUANTRAIL_CONFIG=hurried(folder),
        )

    @property
    def running(self) -> Serving:
        """The service, started where it is not running."""
        if self._running is None:
            entry = ["-m", "tests.crash.victim", "--trap", str(self.trap.path), "--invoice", str(self.double.record)]
            entry += ["--settling", str(SETTLING_SECONDS), "--sweeping", str(SWEEP_SECONDS)]
            self._running = self._life.enter_context(serving(self._folder / "data", entry=entry, **self._environment))
        return self._running

    def end(self) -> None:
        """The service has ended: killed by itself, or told to now."""
        self._running = None
        self._life.close()

    async def crash(self, point: Point) -> list[str]:
        """The service dies at the point and is started again; what is wrong with the ledger then."""
        death = await self.dies(point)
        return await self.faults_after(death)

    async def dies(self, point: Point) -> Death:
        """It is asked from all sides until it has killed itself at the point, one of the first times it comes there."""
        if point in SWEEPS:
            # Something to sweep up, of a life before.
            await self.dies(Point.AFTER_OPEN)
        self._deaths += 1
        chance = random.Random(f"{self._seed}/{self._deaths}")  # noqa: S311  # the moment of a kill, not a secret
        self.double.behave(delay=DELAY_SECONDS, pace=0.005, mix=MIX, tokens=[20, 300], seed=self._deaths)
        self.trap.arm(point, nth=1 if point in SWEEPS else chance.randint(1, 4))
        try:
            asked = await until_dead(self.running, Crowd(users=USERS, seed=chance.randrange(10**6)))
        finally:
            self.trap.disarm()
        self.end()
        self.asked += asked
        return Death(asked=asked, left=await self.book())

    async def faults_after(self, death: Death) -> list[str]:
        """The service lives again, and the time of what the dead one left open is over."""
        running = self.running
        book = await self.until_settled()
        calls = await self._charged_up()
        listed = {row["entry_id"] for row in entries(running, "&status=unknown")}
        unknown = {row["entry_id"] for row in book.rows if row["status"] == "unknown"}
        return [
            *differences(calls, book.rows),
            *book.faults(),
            *_of_rules(book),
            *(f"an open hold: {dict(hold)}" for hold in book.open_holds),
            *_what_became(death.left, book),
            *_who_was_answered(self.asked, calls, book),
            *([] if listed == unknown else [f"listed as unknown: {listed}, and they are {unknown}"]),
        ]

    async def until_settled(self) -> Book:
        """The ledger once nothing is pending: the deadline and a sweep are all that it takes."""
        async with asyncio.timeout(SETTLED_SECONDS):
            while (book := await self.book()).pending:  # noqa: ASYNC110  # another process, which says nothing
                await asyncio.sleep(0.1)
        return book

    async def book(self) -> Book:
        async with reading(self.url) as books:
            return await books.read()

    async def _charged_up(self) -> list[Line]:
        """The invoice, once the provider has done with every call."""
        async with asyncio.timeout(SETTLED_SECONDS):
            while ARRIVED in {call["note"] for call in self.double.calls()}:  # noqa: ASYNC110  # the same
                await asyncio.sleep(0.05)
        return self.double.calls()


@asynccontextmanager
async def reading(url: str) -> AsyncIterator[Books]:
    books = Books(url)
    try:
        yield books
    finally:
        await books.close()


@contextmanager
def a_patient(folder: Path, url: str, double: OpenAIDouble, *, seed: int = 20261124) -> Iterator[Patient]:
    patient = Patient(folder, url, double, seed=seed)
    try:
        yield patient
    finally:
        patient.end()


async def until_dead(running: Serving, crowd: Crowd) -> list[Asked]:
    """What everybody asked until the service was gone. Raises: TimeoutError where it lives on."""
    asked: list[Asked] = []

    async def keep_asking(asker: Asker) -> None:
        while running.process.poll() is None:
            asked.append(await asker.ask(crowd.question()))

    async def keep_recording(asker: Asker) -> None:
        while running.process.poll() is None:
            (run,) = some_runs(1, prefix=a_marker(CARD))
            await asker.record(run, user=crowd.chance.choice(USERS))
            await asyncio.sleep(0.1)

    async with (
        asyncio.timeout(DEATH_SECONDS),
        a_crowds_client(connections=2 * CALLERS) as http,
        asyncio.TaskGroup() as everybody,
    ):
        for work in [*[keep_asking] * CALLERS, keep_recording]:
            everybody.create_task(work(Asker(http, running.url)))
    return asked


def _what_became(left: Book, book: Book) -> Iterator[str]:
    """What was final stays; what was pending is unknown, at its estimate, and its holds are spent."""
    now = {row["entry_id"]: row for row in book.rows}
    for row in left.rows:
        wanted = dict(row)
        if row["status"] == "pending":
            wanted |= {"status": "unknown", "reason": now[row["entry_id"]]["reason"]}
        if wanted != dict(now[row["entry_id"]]):
            yield f"left as {dict(row)} and became {dict(now[row['entry_id']])}"


def _who_was_answered(asked: list[Asked], calls: list[Line], book: Book) -> Iterator[str]:
    """Whoever got a whole answer that a provider was asked for has a row that was settled before it came."""
    rows: dict[str, set[str]] = defaultdict(set)
    for row in book.rows:
        rows[row["request_id"]].add(row["status"])
    whole = {one.question.marker for one in asked if one.is_whole}
    for marker in whole & {call["marker"] for call in calls}:
        if not rows[marker] & {"settled", "estimated"}:
            yield f"{marker} was answered, and its rows are {rows[marker]}"


def _of_rules(book: Book) -> Iterator[str]:
    """Each rule's counters, summed over its windows, beside the rows that it covers."""
    users = {str(row["user_id"]) for row in book.rows}
    wanted = {("all_daily", ""): _sum(book.rows, "tokens")}
    wanted |= {("one_model", ""): _sum([row for row in book.rows if row["model_id"] == "gpt-4o"], "usd")}
    for user in users:
        wanted["each_user_monthly", user] = _sum([row for row in book.rows if row["user_id"] == user], "usd")
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for counter in book.counters:
        counted[counter["rule"], counter["subject"]] += counter["spent"]
    for key, total in wanted.items():
        if counted[key] != total:
            yield f"{key} is counted as {counted[key]}, and its rows come to {total}"


def _sum(rows: Sequence[Row], unit: str) -> int:
    return sum(amount(row, unit) for row in rows)
