"""A small cap and a crowd: what is spent and held at every instant, who is refused, and why."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from tests.cli.process import serving
from tests.crash.accounts import charged, differences
from tests.crash.books import PICO, Book, Books, Row
from tests.crash.lives import reading
from tests.doubles.invoice import Line, is_under_way
from tests.doubles.process import OpenAIDouble
from tests.e2e.hosted import keyed, shipped, written
from tests.load.traffic import Asked, Asker, Crowd, Kind, a_crowds_client

EVERYONE, EACH, TOKENS = "everyone", "each_user", "tokens_a_day"
CAPS: Final[Mapping[str, Decimal]] = {EVERYONE: Decimal("0.12"), EACH: Decimal("0.012"), TOKENS: Decimal(520_000)}
UNITS: Final = {EVERYONE: PICO, EACH: PICO, TOKENS: 1}
USERS: Final = tuple(f"연구원-{i}" for i in range(40))
MIX: Final = {"error": 0.04, "no_usage": 0.06, "garbage": 0.02, "cut": 0.03, "down": 0.02}
CONNECTIONS: Final = 1_000
ONE_BY_ONE: Final = 12
QUIET_SECONDS: Final = 200.0


def capped(folder: Path) -> str:
    """A configuration with small caps, and answers that are bounded so that many calls fit beneath them."""
    configuration = shipped()
    for service, tokens in (("strategy_builder", 700), ("chatops", 300)):
        configuration["policies"][service]["default_max_output_tokens"] = tokens
    configuration["budgets"] = {
        EVERYONE: {"unit": "usd", "limit": str(CAPS[EVERYONE]), "period": "month"},
        EACH: {"unit": "usd", "limit": str(CAPS[EACH]), "period": "day", "timezone": "Asia/Seoul", "each_user": True},
        TOKENS: {"unit": "tokens", "limit": str(CAPS[TOKENS]), "period": "day"},
    }
    return written(folder, configuration)


@dataclass(kw_only=True)
class Watched:
    """What a monitor saw of spend and open holds while others worked."""

    looks: int = 0
    most: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    over: list[str] = field(default_factory=list)

    def see(self, used: Iterable[Row]) -> None:
        self.looks += 1
        for each in used:
            rule, amount = each["rule"], int(each["used"])
            self.most[rule] = max(self.most[rule], amount)
            if amount > CAPS[rule] * UNITS[rule]:
                self.over.append(f"{rule} of {each['subject']!r} stood at {amount}")


@dataclass(frozen=True, kw_only=True)
class Storm:
    """What came of a crowd that asked all at once."""

    asked: list[Asked]
    watched: Watched
    book: Book
    calls: list[Line]
    seconds: float
    turned_away: int
    """How often somebody was told that the database has no time now, and came again."""

    @property
    def refused(self) -> list[Asked]:
        return [one for one in self.asked if one.status == 402]

    @property
    def statuses(self) -> Counter[int | None]:
        return Counter(one.status for one in self.asked)

    def faults(self) -> list[str]:
        """Everything that is other than it should be."""
        return [
            *self.watched.over,
            *differences(self.calls, self.book.rows),
            *self.book.faults(),
            *(f"an open hold: {hold}" for hold in self.book.open_holds),
            *(f"nobody crashed, and nobody settled {row}" for row in self.book.rows if row["status"] == "unknown"),
            *_over_the_cap(self.asked, self.calls),
            *(fault for one in self.refused for fault in _wrongly_refused(one)),
            *(f"neither accepted nor refused: {one}" for one in self.asked if not _is_decided(one)),
        ]


@contextmanager
def services(folder: Path, double: OpenAIDouble, url: str, *, processes: int) -> Iterator[list[str]]:
    """The addresses of so many services over one database."""
    settings = keyed(
        double, QUANTRAIL_VECTOR_STORE="memory", QUANTRAIL_DATABASE_URL=url, QUANTRAIL_CONFIG=capped(folder)
    )
    entry = ("-m", "tests.crash.victim")
    with ExitStack() as stack:
        homes = [folder / f"service-{i}" for i in range(processes)]
        yield [stack.enter_context(serving(home, entry=entry, **settings)).url for home in homes]


async def storm(double: OpenAIDouble, url: str, *addresses: str, requests: int, seed: int) -> Storm:
    """Everybody asks at once, most of them for the first time ever, while a monitor looks."""
    crowd = Crowd(users=[*USERS, *USERS[:1] * len(USERS)], seed=seed)
    questions = [crowd.question() for _ in range(requests)]
    double.behave(delay=0.05, mix=MIX, tokens=[10, 300], seed=seed)
    watched, done = Watched(), asyncio.Event()
    async with reading(url) as books, a_crowds_client(connections=CONNECTIONS) as http:
        asker = Asker(http, *addresses)
        await asker.begin_for(questions)
        watching, started = asyncio.create_task(watch(books, watched, done)), asyncio.get_running_loop().time()
        asked = await asyncio.gather(*(asker.ask_until_decided(question) for question in questions))
        seconds = asyncio.get_running_loop().time() - started
        book, calls = await quiet(books, double)
        done.set()
        await watching
    return Storm(asked=asked, watched=watched, book=book, calls=calls, seconds=seconds, turned_away=asker.turned_away)


async def watch(books: Books, watched: Watched, done: asyncio.Event) -> None:
    while not done.is_set():
        watched.see(await books.used())
        await asyncio.sleep(0.005)


async def quiet(books: Books, double: OpenAIDouble) -> tuple[Book, list[Line]]:
    """The ledger and the invoice, once nothing is under way in either."""
    async with asyncio.timeout(QUIET_SECONDS):
        while True:
            calls, book = double.calls(), await books.read()
            if not book.pending and not any(map(is_under_way, calls)):
                return book, calls
            await asyncio.sleep(0.1)


async def one_by_one(double: OpenAIDouble, url: str, *addresses: str, seed: int) -> tuple[Counter[bool], list[str]]:
    """Afterwards, one at a time: how many were accepted, and what was decided wrongly."""
    crowd, accepted, faults = Crowd(users=USERS[:3], seed=seed), Counter[bool](), list[str]()
    double.behave(tokens=[10, 300], seed=seed)
    async with reading(url) as books, a_crowds_client(connections=1) as http:
        asker = Asker(http, *addresses)
        for kind in [*Kind] * ONE_BY_ONE:
            question = crowd.question(kind=kind)
            before, one = await books.read(), await asker.ask(question)
            accepted[one.status != 402] += 1
            faults += _decided_wrongly(one, before, await books.read())
    return accepted, faults


def _decided_wrongly(one: Asked, before: Book, after: Book) -> Iterator[str]:
    if one.status == 402:
        told, left = one.problem, _left(after, one.question.user)
        # Whatever the same question was accepted for before, at another attempt, is in the book by now.
        if Decimal(told["left"]) != left[told["rule"]]:
            yield f"{told['rule']} has {left[told['rule']]} left, and the refusal says {told['left']}"
        yield from _wrongly_refused(one)
        return
    if not _is_decided(one):
        yield f"neither accepted nor refused: {one}"
    left = _left(before, one.question.user)
    mine = [row["entry_id"] for row in after.rows if row["request_id"] == one.question.marker]
    for hold in after.holds:
        if hold["entry_id"] in mine[:1] and hold["amount"] > left[hold["rule"]] * UNITS[hold["rule"]]:
            yield f"{hold} was accepted with {left[hold['rule']]} left"


def _left(book: Book, user: str) -> dict[str, Decimal]:
    spent: dict[str, int] = defaultdict(int)
    for hold in book.holds:
        if hold["subject"] in ("", user):
            spent[hold["rule"]] += hold["amount"] if hold["spent"] is None else hold["spent"]
    return {rule: max(Decimal(0), cap - Decimal(spent[rule]) / UNITS[rule]) for rule, cap in CAPS.items()}


def _wrongly_refused(one: Asked) -> Iterator[str]:
    """A refusal names its rule and when that resets, and is one of what does not fit."""
    told = one.problem
    if told["type"] != "urn:quantrail:problem:budget-exhausted" or told["rule"] not in CAPS:
        yield f"a refusal that names no rule: {told}"
    elif datetime.fromisoformat(told["resets_at"]) <= datetime.now(UTC):
        yield f"a refusal that says it was over before it was made: {told}"
    elif Decimal(told["needed"]) <= Decimal(told["left"]):
        yield f"refused, though it fits: {told}"


def _is_decided(one: Asked) -> bool:
    """Whether a budget decided it; what failed at the provider was accepted too."""
    if one.status == 503:
        return str(one.problem["type"]).endswith(":provider-unavailable")
    return one.status in (200, 402, 502)


def _over_the_cap(asked: list[Asked], calls: list[Line]) -> Iterator[str]:
    """Where the provider charges for more than a cap."""
    users = {one.question.marker: one.question.user for one in asked}
    by_user: dict[str, list[Line]] = defaultdict(list)
    for call in calls:
        by_user[users[call["marker"]]].append(call)
    if charged(calls) > CAPS[EVERYONE]:
        yield f"{EVERYONE}: charged {charged(calls)}"
    for user, theirs in by_user.items():
        if charged(theirs) > CAPS[EACH]:
            yield f"{EACH} of {user}: charged {charged(theirs)}"
    tokens = sum(call["usage"]["total_tokens"] for call in calls if call["usage"])
    if tokens > CAPS[TOKENS]:
        yield f"{TOKENS}: charged {tokens}"
