"""A service that is killed and started again over the same database, and the provider that outlives it."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from tests.cli.process import Serving, serving
from tests.crash.accounts import differences
from tests.crash.books import Book, Books, Row, amount
from tests.crash.points import SWEEPS, Point, Trap
from tests.doubles.invoice import Line, is_under_way
from tests.doubles.markers import CARD, a_marker
from tests.doubles.process import OpenAIDouble
from tests.e2e.hosted import entries, keyed, shipped, some_runs, written
from tests.load.traffic import Asked, Asker, Crowd, a_crowds_client

POLICY_SECONDS: Final = 2.0
SETTLING_SECONDS: Final = 0.5
SWEEP_SECONDS: Final = 0.2
DEATH_SECONDS: Final = 45.0
SETTLED_SECONDS: Final = 60.0
USERS: Final = ("민지", "june@example.com", "연구원/김")
CALLERS: Final = 6
DELAY_SECONDS: Final = 0.05
MIX: Final = {"error": 0.12, "throttle": 0.06}


def budgeted(folder: Path, *, seconds: float | None) -> str:
    """A configuration under which every call counts against two or three budgets, and has so much time."""
    configuration = shipped()
    for policy in configuration["policies"].values():
        policy["timeout_seconds"] = seconds or policy["timeout_seconds"]
    configuration["policies"]["chatops"]["default_max_output_tokens"] = 400
    configuration["budgets"] |= {
        "all_daily": {"unit": "tokens", "limit": "1000000000", "period": "day", "timezone": "Asia/Seoul"},
        "one_model": {"unit": "usd", "limit": "1000", "period": "week", "model_id": "gpt-4o"},
    }
    return written(folder, configuration)


class Patient:
    """One database over many lives of the service."""

    def __init__(self, folder: Path, url: str, double: OpenAIDouble, *, seed: int, hurried: bool) -> None:
        self.url = url
        self.double = double
        self.trap = Trap(folder / "trap.json")
        self.asked: list[Asked] = []
        self._folder = folder
        self._seed = seed
        self.deaths = 0
        self._life = ExitStack()
        self._running: Serving | None = None
        self._environment = keyed(
            double,
            QUANTRAIL_VECTOR_STORE="memory",
            QUANTRAIL_DATABASE_URL=url,
            QUANTRAIL_CONFIG=budgeted(folder, seconds=POLICY_SECONDS if hurried else None),
        )
        self._entry = ["-m", "tests.crash.victim", "--trap", str(self.trap.path), "--invoice", str(double.record)]
        if hurried:
            self._entry += ["--settling", str(SETTLING_SECONDS), "--sweeping", str(SWEEP_SECONDS)]

    @property
    def running(self) -> Serving:
        """The service, started where it is not running."""
        return self._running or self.start()

    def start(self) -> Serving:
        """The service, which is running from now on."""
        if self._running is None:
            service = serving(self._folder / "data", entry=self._entry, **self._environment)
            self._running = self._life.enter_context(service)
        return self._running

    def end(self) -> None:
        """The service has ended: killed by itself, or told to now."""
        self._running = None
        self._life.close()

    async def crash(self, point: Point) -> list[str]:
        """The service dies at the point and is started again; what is wrong with the ledger then."""
        return await self.faults_after(await self.dies(point))

    async def dies(self, point: Point) -> Book:
        """It is asked from all sides until it has killed itself at the point, one of the first times it comes there.

        What it left in the ledger is returned.
        """
        if point in SWEEPS:
            # Something to sweep up, of a life before.
            await self.dies(Point.AFTER_OPEN)
        else:
            # What it does at its start can spring the trap too, before anybody could ask it anything.
            self.start()
        self.deaths += 1
        chance = random.Random(f"{self._seed}/{self.deaths}")  # noqa: S311  # the moment of a kill, not a secret
        self.double.behave(delay=DELAY_SECONDS, pace=0.003, mix=MIX, tokens=[20, 150], seed=self.deaths)
        self.trap.arm(point, nth=1 if point in SWEEPS else chance.randint(1, 4))
        try:
            self.asked += await until_ended(self.running, Crowd(users=USERS, seed=chance.randrange(10**6)))
        finally:
            self.trap.disarm()
        self.end()
        self.double.behave()
        return await self.book()

    async def faults_after(self, left: Book) -> list[str]:
        """The service lives again, and the time of what the dead one left open is over."""
        running = self.running
        book, calls = await self.until_settled()
        listed = {row["entry_id"] for row in entries(running, "&status=unknown")}
        verified = running.json("GET", "/api/v1/admin/ledger/verify")["differences"]
        unknown = {row["entry_id"] for row in book.rows if row["status"] == "unknown"}
        return [
            *self._faults(book, calls),
            *_what_became(left, book),
            *(f"the service itself finds {difference}" for difference in verified),
            *([] if listed == unknown else [f"listed as unknown: {listed}, and they are {unknown}"]),
        ]

    async def stop_under_load(self) -> list[str]:
        """The service is told to stop while it is asked from all sides; what is wrong with the ledger then."""
        running = self.running
        before = {row["entry_id"] for row in (await self.book()).rows if row["status"] == "unknown"}
        self.double.behave(delay=6 * DELAY_SECONDS, pace=0.003, tokens=[20, 150])
        self.asked += await until_ended(running, Crowd(users=USERS, seed=self._seed), stop_after=3 * CALLERS)
        self.end()
        book, calls = await self.until_settled()
        lost = [row for row in book.rows if row["status"] == "unknown" and row["entry_id"] not in before]
        ended = running.process.returncode
        return [
            *self._faults(book, calls),
            *(f"nobody settled {row}" for row in lost),
            *([] if ended == 0 else [f"it ended with {ended}: {running.said}"]),
        ]

    async def until_settled(self) -> tuple[Book, list[Line]]:
        """The ledger and the invoice of one moment, once nothing is pending and the provider has done with every call.

        The deadline and a sweep are all that it takes. Raises: TimeoutError.
        """
        async with asyncio.timeout(SETTLED_SECONDS):
            while True:
                calls, book = self.double.calls(), await self.book()
                under_way = book.pending or any(map(is_under_way, calls))
                if not under_way and calls == self.double.calls():
                    return book, calls
                await asyncio.sleep(0.1)

    async def book(self) -> Book:
        async with reading(self.url) as books:
            return await books.read()

    def _faults(self, book: Book, calls: list[Line]) -> list[str]:
        return [
            *differences(calls, book.rows),
            *book.faults(),
            *_of_rules(book),
            *(f"an open hold: {hold}" for hold in book.open_holds),
            *_who_was_answered(self.asked, calls, book),
        ]


@asynccontextmanager
async def reading(url: str) -> AsyncIterator[Books]:
    books = Books(url)
    try:
        yield books
    finally:
        await books.close()


@contextmanager
def a_patient(
    folder: Path, url: str, double: OpenAIDouble, *, seed: int = 20261124, hurried: bool = True
) -> Iterator[Patient]:
    """In a hurry, deadlines and sweeps come soon: what a kill left is settled soon, and a slow call is left too."""
    patient = Patient(folder, url, double, seed=seed, hurried=hurried)
    try:
        yield patient
    finally:
        patient.end()


async def until_ended(running: Serving, crowd: Crowd, *, stop_after: int | None = None) -> list[Asked]:
    """What everybody asked until the service was gone; after so many answers it is told to stop.

    Raises: TimeoutError where it lives on.
    """
    asked: list[Asked] = []

    async def keep_asking(asker: Asker) -> None:
        while running.process.poll() is None:
            asked.append(await asker.ask(crowd.question()))
            if len(asked) == stop_after:
                running.process.terminate()

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
            settled = now[row["entry_id"]]
            wanted |= {"status": "unknown"} | {name: settled[name] for name in ("reason", "settled_at")}
        if wanted != now[row["entry_id"]]:
            yield f"left as {row} and became {now[row['entry_id']]}"


def _who_was_answered(asked: list[Asked], calls: list[Line], book: Book) -> Iterator[str]:
    """Whoever got a whole answer that a provider was asked for, in time, has a row that was settled before it came."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in book.rows:
        rows[row["request_id"]].append(row)
    called = {call["marker"] for call in calls}
    for one in asked:
        mine = rows[one.question.marker]
        in_time = all(one.at * 1_000_000 < row["deadline_at"] for row in mine)
        settled = {row["status"] for row in mine} & {"settled", "estimated"}
        if one.is_whole and one.question.marker in called and in_time and not settled:
            yield f"{one.question.marker} was answered, and its rows are {mine}"


def _of_rules(book: Book) -> Iterator[str]:
    """Each rule's counters, summed over its windows, beside the rows that it covers."""
    users = {str(row["user_id"]) for row in book.rows}
    wanted = {("all_daily", ""): _sum(book.rows, "tokens")}
    wanted |= {("one_model (model gpt-4o)", ""): _sum([row for row in book.rows if row["model_id"] == "gpt-4o"], "usd")}
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
