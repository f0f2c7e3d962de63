"""The steps of the demo: each is told, then done over HTTP, then shown."""

import contextlib
import json
import time
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from entrypoints.cli.commands import print_usage
from entrypoints.cli.demo_api import DemoApi
from entrypoints.cli.demo_prose import (
    print_generation,
    show_comparison,
    show_conversation,
    show_report,
    three_families,
)
from entrypoints.cli.output import FOUND_COLUMNS, console, found_rows, print_conditions, progress, table
from entrypoints.cli.reach import Failed

INDEX_SECONDS = 120.0
LINES_A_REQUEST = 15
USERS = ("minji", "alex")
QUESTIONS: Mapping[str, Sequence[str]] = {
    "minji": (
        "RSI 과매도에서 사는 역추세 전략 성과는?",
        "샤프 0.3 이상인 이동평균 전략",
        "볼린저 밴드 하단에서 매수한 백테스트",
    ),
    "alex": (
        "Which Donchian channel breakouts did I test?",
        "momentum runs with a profit factor above 2",
        "something that buys after a sharp fall and waits for the bounce",
    ),
}
IDEA = "AAPL에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략을 만들어줘. 손절은 5%로."
GROUNDED_IDEA = "Build a Donchian breakout strategy for AAPL, with the parameters of my earlier runs"
TALK = ("Show me my Donchian channel breakouts", "Which of them has the smallest drawdown?", "And on AAPL?")
COMPARISON = "셋 중에 가장 안정적인 전략은?"
FOREIGN_QUESTIONS = ("돈치안 채널 돌파 전략", "alex가 돌린 채널 돌파 백테스트를 보여줘")
OWN_RUNS = "/api/v1/backtests"


class Demo:
    """A service at a URL, its admin key, and real backtests of two users."""

    def __init__(self, url: str, admin_key: str, count: int) -> None:
        self._api = DemoApi(url, admin_key)
        self._runs = bundled_backtests(count)
        self._out = console()

    def run(self) -> None:
        """Everything, in order. Raises: Failed."""
        steps = (
            self._record, self._index, self._ask, self._build, self._ground, self._report, self._talk, self._compare,
            self._isolate, self._account,
        )  # fmt: skip
        with contextlib.closing(self._api):
            for user in USERS:
                self._api.welcome(user)
            for number, step in enumerate(steps, 1):
                text, act = step()
                self._out.print(f"\n[bold green]{number}.[/] [bold]{text}[/]")
                act()

    def _record(self) -> tuple[str, Any]:
        total = sum(map(len, self._runs.values()))
        names = " and ".join(f"{len(runs)} of {user}" for user, runs in self._runs.items())

        def act() -> None:
            started = time.monotonic()
            with progress("recording", total) as bar:
                for user, runs in self._runs.items():
                    for first in range(0, len(runs), LINES_A_REQUEST):
                        chunk = runs[first : first + LINES_A_REQUEST]
                        self._api.call("POST", f"{OWN_RUNS}/batch", user, chunk)
                        bar.advance(0, len(chunk))  # type: ignore[arg-type]  # rich's TaskID is an int
            self._out.print(f"stored in {time.monotonic() - started:.1f} s")

        return f"Record {total} finished backtests on real prices ({names})", act

    def _index(self) -> tuple[str, Any]:
        total = sum(map(len, self._runs.values()))

        def act() -> None:
            started = time.monotonic()
            with progress("indexing", total) as bar:
                while pending := sum(map(self._pending, USERS)):
                    if time.monotonic() - started > INDEX_SECONDS:
                        raise Failed(f"{pending} backtests were not indexed within {INDEX_SECONDS:.0f} s")
                    bar.update(0, completed=total - pending)  # type: ignore[arg-type]  # rich's TaskID is an int
                    time.sleep(0.2)
            seconds = time.monotonic() - started
            self._out.print(f"all of them can be found after {seconds:.1f} s more")

        return "They are indexed by themselves: no call asks for it", act

    def _pending(self, user: str) -> int:
        listed = self._api.call("GET", f"{OWN_RUNS}?limit=500", user)["backtests"]
        return sum(run["indexing"] != "indexed" for run in listed)

    def _ask(self) -> tuple[str, Any]:
        def act() -> None:
            for user, questions in QUESTIONS.items():
                for question in questions:
                    self._show(user, question)

        return "Ask about them, in Korean and in English", act

    def _show(self, user: str, question: str) -> None:
        answer = self._api.call("POST", f"{OWN_RUNS}/search", user, {"query": question, "top_k": 3})
        self._out.print(table(f"{user}: “{question}”", FOUND_COLUMNS, found_rows(answer["results"])))
        print_conditions(answer)

    def _build(self) -> tuple[str, Any]:
        def act() -> None:
            built = self._api.call("POST", "/api/v1/strategy-builder", "minji", {"request": IDEA})
            self._show_strategy("minji", built)

        return "Build a strategy from words alone", act

    def _ground(self) -> tuple[str, Any]:
        def act() -> None:
            body = {"request": GROUNDED_IDEA, "top_k": 3}
            path = "/api/v1/strategy-builder/generate-with-rag"
            self._show_strategy("alex", self._api.call("POST", path, "alex", body))

        return "Build a strategy grounded in the user's own runs", act

    def _show_strategy(self, user: str, built: Mapping[str, Any]) -> None:
        strategy = built["strategy"]
        self._out.print(f"{user}: “{built['request']}”", markup=False)
        self._out.print(f"[bold]{strategy['name']}[/] ({strategy['type']}, {', '.join(strategy['symbols'])})")
        for indicator in strategy["indicators"]:
            params = ", ".join(f"{name} {value}" for name, value in indicator["params"].items())
            self._out.print(f"  {indicator['id']} = {indicator['kind']}({params})", markup=False)
        for rule in ("entry", "exit"):
            joined = f" {'and' if strategy[rule]['match'] == 'all' else 'or'} ".join(
                f"{c['left']} {c['op']} {c['right']}" for c in strategy[rule]["conditions"]
            )
            self._out.print(f"  {rule}: {joined}", markup=False)
        risk = ", ".join(f"{name} {value}" for name, value in strategy["risk"].items() if value is not None)
        self._out.print(f"  risk: {risk}", markup=False)
        self._out.print(f"  {built['explanation']}", markup=False)
        if built["contexts"]:
            rows = [(c["kind"], c["id"], f"{c['similarity'] or 0:.3f}", c["text"]) for c in built["contexts"]]
            self._out.print(table("contexts used", ("kind", "id", "similarity>", "text"), rows))
        print_generation(self._out, built["generation"])

    def _report(self) -> tuple[str, Any]:
        def act() -> None:
            show_report(self._api, self._out, "minji", three_families(self._runs["minji"])[0])

        return "Write a report in Korean: its figures are rendered from the run, never typed by a model", act

    def _talk(self) -> tuple[str, Any]:
        def act() -> None:
            show_conversation(self._api, self._out, "alex", TALK)

        return "Talk about the runs: three turns, streamed as they are written", act

    def _compare(self) -> tuple[str, Any]:
        def act() -> None:
            show_comparison(
                self._api, self._out, "minji", runs=three_families(self._runs["minji"]), question=COMPARISON
            )

        return "Compare three runs: table and ranking are computed", act

    def _isolate(self) -> tuple[str, Any]:
        def act() -> None:
            for question in FOREIGN_QUESTIONS:
                body = {"query": question, "top_k": 100}
                found = self._api.call("POST", f"{OWN_RUNS}/search", "minji", body)["results"]
                foreign = [f for f in found if _content(f["backtest"]) not in map(_content, self._runs["minji"])]
                if foreign:
                    raise Failed(f"minji was shown {len(foreign)} runs that are not hers")
                channels = sum("donchian" in f["backtest"]["strategy"]["indicators"] for f in found)
                self._out.print(
                    f"minji asks “{question}”: {len(found)} found, {channels} of them Donchian", markup=False
                )
            self._out.print(f"all she finds is her own; the {self._donchian_of('alex')} Donchian runs are alex's")

        return "What one user ran, no other finds", act

    def _donchian_of(self, user: str) -> int:
        return sum("donchian" in run["strategy"]["indicators"] for run in self._runs[user])

    def _account(self) -> tuple[str, Any]:
        def act() -> None:
            answer = self._api.call("GET", "/api/v1/gen-ai/usage?group_by=service,model", "admin")
            print_usage(answer["groups"], answer["total"])

        return "Every call to a model is in the ledger", act


def _content(run: Mapping[str, Any]) -> str:
    """What tells one run from every other: two users may hold the same id."""
    return json.dumps([run["backtest_id"], run["metrics"]], sort_keys=True)


def bundled_backtests(count: int) -> dict[str, list[dict[str, Any]]]:
    """The first backtests of each user of the demo, `count` in all, from the file that is shipped."""
    text = files("entrypoints.cli").joinpath("demo_backtests.ndjson").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    share = {user: (count + i) // len(USERS) for i, user in enumerate(USERS)}
    return {user: [line["backtest"] for line in lines if line["user_id"] == user][: share[user]] for user in USERS}
