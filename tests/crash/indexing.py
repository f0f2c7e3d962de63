"""A service that is killed while it indexes, and started again: what is searchable is what is committed."""

import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from domain.backtest import card_id
from domain.identity import UserScope
from tests.cli.process import Serving, serving
from tests.crash.moments import Moments, embedded_again
from tests.e2e.hosted import SEARCH, cards_in_chroma, some_runs, until

USERS: Final = ("민지", "june@example.com", "연구원/김")
MOST_STEPS: Final = 120
LONGEST_MILLISECONDS: Final = 25.0
MOST_ACTS: Final = 400
LARGEST_BATCH: Final = 60
MEANT = "조용한 장에서 반등을 노리는 매매"
"""A question that is no condition, so that vectors answer it."""
FOUND_AT_ONCE: Final = 100
INDEXED_SECONDS: Final = 60.0
Chosen = set[str]


@dataclass(kw_only=True)
class Promises:
    """What a user was told: these are stored, these are gone. Of the others nobody was told anything."""

    stored: Chosen = field(default_factory=set)
    gone: Chosen = field(default_factory=set)
    unsure: Chosen = field(default_factory=set)

    def faults(self, user: str, there: Chosen) -> Iterator[str]:
        if lost := self.stored - self.unsure - there:
            yield f"{user}: acknowledged and not there: {sorted(lost)[:5]} of {len(lost)}"
        if risen := (self.gone - self.unsure) & there:
            yield f"{user}: deleted and there: {sorted(risen)[:5]} of {len(risen)}"
        if alien := there - self.stored - self.unsure:
            yield f"{user}: there and never sent: {sorted(alien)[:5]} of {len(alien)}"

    def settle(self, there: Chosen) -> None:
        """What was unsure is as it is found now."""
        self.stored, self.unsure = set(there), set()


class Sufferer:
    """One data folder, SQLite and embedded Chroma, over many lives of the service."""

    def __init__(self, folder: Path, *, seed: int) -> None:
        self.deaths = 0
        self.promises: dict[str, Promises] = defaultdict(Promises)
        self._folder = folder
        self._seed = seed
        self._moments = Moments(folder / "moments.json")
        self._diary = folder / "diary"
        self._life = ExitStack()
        self._running: Serving | None = None

    @property
    def running(self) -> Serving:
        """The service, started where it is not running."""
        if self._running is None:
            entry = ["-m", "tests.crash.indexing_victim"]
            entry += ["--moments", str(self._moments.path), "--diary", str(self._diary)]
            self._running = self._life.enter_context(serving(self._folder / "data", entry=entry))
        return self._running

    def end(self) -> None:
        """The service has ended: killed by itself, or told to now."""
        self._running = None
        self._life.close()

    def dies(self) -> None:
        """It records and deletes as it is told until it has killed itself, somewhere in indexing that."""
        self.deaths += 1
        chance = random.Random(f"{self._seed}/{self.deaths}")  # noqa: S311  # the moment of a kill, not a secret
        running = self.running
        inside = chance.choice([0.0, chance.uniform(0, LONGEST_MILLISECONDS)])
        self._moments.set(steps=chance.randint(1, MOST_STEPS), milliseconds=inside)
        try:
            for number in range(MOST_ACTS):
                user = chance.choice(USERS)
                if not self._act(running, chance, user, f"{self.deaths}-{number}"):
                    break
            running.process.wait(timeout=INDEXED_SECONDS)
        finally:
            self._moments.forget()
        self.end()

    def _act(self, running: Serving, chance: random.Random, user: str, name: str) -> bool:
        """One run, many or one fewer; False where nobody answered."""
        promises = self.promises[user]
        kept = sorted(promises.stored)
        try:
            if kept and chance.random() < 0.3:  # three acts of ten
                self._delete(running, chance.choice(kept), user)
            else:
                count = 1 if chance.random() < 0.5 else chance.randint(2, LARGEST_BATCH)  # one of two
                self._record(running, some_runs(count, prefix=f"런 {name}"), user)
        except httpx.TransportError:
            return False
        return True

    def _record(self, running: Serving, runs: Sequence[Any], user: str) -> None:
        promises, ids = self.promises[user], {run["backtest_id"] for run in runs}
        promises.unsure |= ids
        taken = running.json("POST", "/api/v1/backtests/batch", runs, user=user)
        assert taken["accepted"] == len(runs), taken
        promises.unsure -= ids
        promises.stored |= ids

    def _delete(self, running: Serving, backtest_id: str, user: str) -> None:
        promises = self.promises[user]
        promises.unsure.add(backtest_id)
        answer = running.ask("DELETE", f"/api/v1/backtests/{backtest_id}", user=user)
        assert answer.status_code == 204, answer.text  # no content
        promises.unsure.discard(backtest_id)
        promises.stored.discard(backtest_id)
        promises.gone.add(backtest_id)

    def faults(self) -> list[str]:
        """The service lives again and has caught up; what is not as it was told, or not as it is committed."""
        running = self.running
        until(lambda: 'quantrail_outbox_tasks{kind="index"} 0.0' in _metrics(running), seconds=INDEXED_SECONDS)
        until(lambda: 'quantrail_outbox_tasks{kind="remove"} 0.0' in _metrics(running), seconds=INDEXED_SECONDS)
        faults, cards = list[str](), Counter[str]()
        for user in USERS:
            states = self._states(user)
            faults += self.promises[user].faults(user, set(states))
            faults += [f"{user}: {each} is {state}" for each, state in states.items() if state != "indexed"]
            faults += _not_found_once(running, sorted(states), user)
            cards.update(card_id(UserScope(user_id=user), "backtest", each) for each in states)
            self.promises[user].settle(set(states))
        faults += _differences(self._cards(), cards)
        faults += [f"embedded though its vector was kept: {key}" for key in embedded_again(self._diary)]
        return faults

    def last_faults(self) -> list[str]:
        """What Chroma's own library counts once the service has gone, where it is not what is committed."""
        self.end()
        kept = sorted(len(self._states(user)) for user in USERS if self._states(user))
        counted = cards_in_chroma(self._folder / "data")
        return [] if kept == counted else [f"Chroma counts {counted}, and there are {kept}"]

    def committed(self) -> int:
        return sum(len(self._states(user)) for user in USERS)

    def _states(self, user: str) -> dict[str, str]:
        wanted = "SELECT backtest_id, indexing FROM backtests WHERE user_id = ?"
        with closing(sqlite3.connect(self._folder / "data" / "quantrail.db")) as database:
            return dict(database.execute(wanted, (user,)).fetchall())

    def _cards(self) -> Counter[str]:
        """Every card of every collection, as Chroma's file has them; its library may not open it a second time."""
        with closing(sqlite3.connect(self._folder / "data" / "chroma" / "chroma.sqlite3")) as database:
            return Counter(card for (card,) in database.execute("SELECT embedding_id FROM embeddings"))


@contextmanager
def a_sufferer(folder: Path, *, seed: int = 20261124) -> Iterator[Sufferer]:
    sufferer = Sufferer(folder, seed=seed)
    try:
        yield sufferer
    finally:
        sufferer.end()


def _metrics(running: Serving) -> str:
    return running.ask("GET", "/metrics").text


def _not_found_once(running: Serving, ids: Sequence[str], user: str) -> Iterator[str]:
    """A search that is bound to some ids finds each of them once, by its vector, and nothing else."""
    for start in range(0, len(ids), FOUND_AT_ONCE):
        wanted = list(ids[start : start + FOUND_AT_ONCE])
        bound = [{"field": "backtest_id", "op": "in", "value": wanted}]
        body = {"query": MEANT, "top_k": FOUND_AT_ONCE, "min_similarity": -1, "filters": bound}
        results = running.json("POST", SEARCH, body, user=user)["results"]
        found = Counter(result["backtest"]["backtest_id"] for result in results)
        yield from (f"{user}: {word}" for word in _differences(found, Counter(wanted)))
        blind = [result["backtest"]["backtest_id"] for result in results if result["similarity"] is None]
        yield from (f"{user}: {each} is found without its vector" for each in blind)


def _differences(found: Counter[str], wanted: Counter[str]) -> Iterator[str]:
    """Where the index is not what is committed."""
    for each in sorted(found.keys() | wanted.keys()):
        if found[each] != wanted[each]:
            yield f"{each} is in the index {found[each]} times, and committed {wanted[each]}"
