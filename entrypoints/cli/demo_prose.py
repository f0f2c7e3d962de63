"""The steps of the demo in which a service writes: a report, a conversation, a comparison."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from entrypoints.cli.demo_api import DemoApi
from entrypoints.cli.output import table

SESSIONS = "/api/v1/chatops/sessions"
MOST_FIGURES = 5
COMPARED = 3


def show_report(api: DemoApi, out: Console, user: str, run: Mapping[str, Any]) -> None:
    """A report in Korean on one run, with where its figures are from."""
    body = {"backtest_id": run["backtest_id"], "language": "ko"}
    report = api.call("POST", "/api/v1/narrative-reports", user, body)
    out.print(f"[bold]{_plain(report['title'])}[/]")
    for section in report["sections"]:
        out.print(f"[cyan]{_plain(section['heading'])}[/]")
        out.print(f"  {section['text']}", markup=False)
    figures = [f"{figure['text']} ({figure['backtest_id']}: {figure['metric']})" for figure in report["figures"]]
    more = f", and {len(figures) - MOST_FIGURES} more" if len(figures) > MOST_FIGURES else ""
    out.print(f"  figures rendered from the run: {', '.join(figures[:MOST_FIGURES])}{more}", markup=False)
    print_generation(out, report["generation"])


def show_conversation(api: DemoApi, out: Console, user: str, questions: Sequence[str]) -> None:
    """Questions that build on each other, each answer shown while it is written."""
    session = api.call("POST", SESSIONS, user, {})["session_id"]
    turn: Mapping[str, Any] = {}
    for question in questions:
        out.print(f"{user}: “{question}”", markup=False)
        for name, content in api.events(f"{SESSIONS}/{session}/chat", user, {"question": question, "stream": True}):
            if name == "delta":
                # No wrapping: a line goes on where the last piece ended.
                out.print(content["text"], end="", markup=False, soft_wrap=True)
            elif name == "done":
                turn = content
        out.print()
        used = ", ".join(context["id"] for context in turn["contexts"])
        out.print(f"  turn {turn['turn']}, with {used or 'no runs'}", markup=False)
    print_generation(out, turn["generation"])
    kept = api.call("GET", f"{SESSIONS}/{session}", user)
    out.print(f"  kept: {len(kept['turns'])} turns; they outlive a restart")


def show_comparison(api: DemoApi, out: Console, user: str, *, runs: Sequence[Mapping[str, Any]], question: str) -> None:
    """A few runs side by side, ranked by what the question asks for."""
    body = {"backtest_ids": [run["backtest_id"] for run in runs], "question": question}
    answer = api.call("POST", "/api/v1/chatops/strategies/compare", user, body)
    ranked = {criterion["metric"] for criterion in answer["criteria"]["metrics"]}
    columns = [f"{column['backtest_id']}>" for column in answer["table"]["columns"]]
    rows = [
        (row["label"], *(f"{cell['text']}{' *' if cell['best'] else ''}" for cell in row["cells"]))
        for row in answer["table"]["rows"]
        if row["metric"] in ranked or row["metric"] == "total_return"
    ]
    out.print(table(f"{user}: “{question}”", ("metric", *columns), rows))
    places = [f"{place['rank'] or '–'}. {place['backtest_id']}" for place in answer["ranking"]]
    out.print(f"  ranking: {', '.join(places)}", markup=False)
    out.print(f"  {answer['recommendation']}", markup=False)
    for difference in answer["differences"]:
        out.print(f"  note: {difference['text']}", markup=False)
    print_generation(out, answer["generation"])


def three_families(runs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Three strategies on one market over one period, the best Sharpe ratio first: runs that can be compared."""
    markets: dict[str, dict[str, Mapping[str, Any]]] = {}
    for run in sorted(runs, key=_sharpe, reverse=True):
        market = markets.setdefault(f"{run['symbols']} {run['start']} {run['end']}", {})
        market.setdefault(",".join(run["strategy"]["indicators"]), run)
    return list(max(markets.values(), key=len).values())[:COMPARED]


def _sharpe(run: Mapping[str, Any]) -> float:
    return float(run["metrics"].get("sharpe_ratio") or 0.0)


def _plain(text: str) -> str:
    """A text inside of markup."""
    return text.replace("[", r"\[")


def print_generation(out: Console, generation: Mapping[str, Any]) -> None:
    """Which model, how many tokens, how much; what the answer owes to rules and templates."""
    tokens = f"{generation['usage']['input_tokens']} + {generation['usage']['output_tokens']} tokens"
    out.print(f"  {generation['model_id']}: {tokens}, {generation['cost_usd']} USD", markup=False)
    for note in generation["notes"]:
        out.print(f"  note: {note}", markup=False)
