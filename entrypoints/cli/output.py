"""What commands print: tables and colour on a terminal, plain text in a pipe, JSON where asked for."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from entrypoints.cli.streams import speaks_unicode

PIPE_WIDTH = 132
UNKNOWN = "–"
LEAST_FOLDED = 8
"""Cells that a word keeps in a table of one's own width; in fewer it is no word any more."""
AROUND_A_CELL = 3


def console() -> Console:
    """Standard output, as wide as the terminal, or as a pipe deserves."""
    return Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=PIPE_WIDTH)


def complain(line: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"quantrail: {line}\n")


def print_json(document: object) -> None:
    """A result for a program, Korean text as it is wherever the output can hold it."""
    sys.stdout.write(json.dumps(document, ensure_ascii=not speaks_unicode(sys.stdout), indent=2) + "\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table; columns whose name ends in `>` hold numbers and are set to the right, in `=` what is to be copied."""
    lines = box.SIMPLE_HEAD if sys.stdout.isatty() else box.ASCII2
    made = Table(title=Text(title), title_justify="left", title_style="bold", box=lines, header_style="bold cyan")
    for column in columns:
        right = column.endswith(">")
        # On a narrow terminal words are folded, never figures, nor an id that a command takes.
        whole = right or column.endswith("=")
        made.add_column(column.rstrip(">="), justify="right" if right else "left", overflow="fold", no_wrap=whole)
    for row in rows:
        # As Text: a name or note such as "[bold]" is what somebody wrote, not markup.
        made.add_row(*(Text(UNKNOWN if cell is None else str(cell)) for cell in row))
    return made


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table, in a pipe as wide as it is; a paragraph a row where a terminal has no room for its words."""
    cells = [[UNKNOWN if cell is None else str(cell) for cell in row] for row in rows]
    names = [column.rstrip(">=") for column in columns]
    widths = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]
    out = console()
    if not sys.stdout.isatty():
        out.width = max(PIPE_WIDTH, _whole(widths))
    least = [w if c[-1] in ">=" else min(w, LEAST_FOLDED) for c, w in zip(columns, widths, strict=True)]
    if _whole(least) <= out.width:
        out.print(table(title, columns, cells))
        return
    out.print(Text(title, style="bold"))
    longest = max(map(cell_len, names))
    for row in cells:
        lines = (f"{name:<{longest}}  {cell}" for name, cell in zip(names, row, strict=True))
        out.print(Text("\n" + "\n".join(lines)))


def _whole(widths: Sequence[int]) -> int:
    return sum(widths) + AROUND_A_CELL * len(widths) + 1


def percent(fraction: object) -> str | None:
    """A fraction as a reader sees it."""
    return f"{fraction:.1%}" if isinstance(fraction, int | float) else None


def fixed(number: object, digits: int = 2) -> str | None:
    """A number with so many decimals."""
    return f"{number:.{digits}f}" if isinstance(number, int | float) else None


def to_the_minute(moment: str | None) -> str | None:
    """A time of an answer, as short as a table wants it, in UTC as ever."""
    return None if moment is None else f"{moment[:10]} {moment[11:16]}Z"


def found_rows(results: Sequence[Mapping[str, object]]) -> Iterator[Sequence[object]]:
    """What a search found, a row each, in the order of `FOUND_COLUMNS`."""
    for found in results:
        run = found["backtest"]
        assert isinstance(run, dict)  # noqa: S101  # the shape of our own answer
        metrics = run["metrics"]
        yield (
            found["rank"],
            run["backtest_id"],
            run["strategy"]["name"],
            ", ".join(run["symbols"]),
            f"{run['start'][:4]}–{run['end'][:4]}",
            percent(metrics["total_return"]),
            fixed(metrics["sharpe_ratio"]),
            percent(metrics["max_drawdown"]),
            fixed(found["similarity"], 3),
        )


def print_conditions(answer: Mapping[str, Any]) -> None:
    """What of a question was executed exactly, and what could not be."""
    out = console()
    for condition in answer["applied_filters"]:
        value = condition["value"]
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        out.print(f"  executed: {condition['field']} {condition['op']} {shown}", markup=False)
    order = answer["applied_order"]
    if order is not None:
        out.print(
            f"  sorted by: {order['field']}, {'highest' if order['descending'] else 'lowest'} first", markup=False
        )
    for text in answer["unapplied_constraints"]:
        out.print(f"  could not be executed: {text}", markup=False, style="yellow")


FOUND_COLUMNS = (
    "#>", "backtest", "strategy", "symbols", "years", "return>", "Sharpe>", "drawdown>", "similarity>",
)  # fmt: skip
USAGE_COLUMNS = (
    "service", "model", "requests>", "attempts>", "input>", "output>", "cost USD>", "saved USD>",
)  # fmt: skip


def usage_rows(groups: Sequence[Mapping[str, object]]) -> Iterator[Sequence[object]]:
    """Usage by service and model, a row each, in the order of `USAGE_COLUMNS`."""
    names = ("service", "model", "requests", "attempts", "input_tokens", "output_tokens", "cost_usd", "saved_cost_usd")
    yield from ([group.get(name, "all") for name in names] for group in groups)


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Progress]:
    """A progress bar on a terminal, nothing in a pipe; None where nobody knows the total. Its one task has the id 0."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(), disable=not sys.stdout.isatty(), transient=True) as bar:
        bar.add_task(label, total=total)
        yield bar
