"""Readers who leave a stream on their way, and what the ledger says of it beside the invoice."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tests.crash.accounts import buckets, used
from tests.crash.books import Books, Row, cost_of
from tests.doubles.invoice import Line, is_under_way
from tests.doubles.markers import a_marker
from tests.doubles.process import OpenAIDouble
from tests.load.traffic import Asker, Kind, Question, a_crowds_client

SHARES: Final = (0.0, 0.1, 0.5, 0.9)
TOKENS: Final = 300
PACE_SECONDS: Final = 0.02
SETTLED_SECONDS: Final = 60.0
USER: Final = "민지"


@dataclass(frozen=True, kw_only=True)
class Left:
    """A stream that was left: how far it was to be read, its row, and its line on the invoice.

    There is no line where the reader left while the request was on its way: whether it arrived cannot be told from
    here, so the row may be charged for what it would have read, and for no word.
    """

    share: float
    rows: Sequence[Row]
    call: Line | None

    @property
    def deviation(self) -> float:
        """By how much the row is dearer than the invoice, where that has a line."""
        if self.call is None:
            return 0.0
        return float(cost_of(self.rows[0]) / Decimal(self.call["cost_usd"])) - 1

    def faults(self) -> list[str]:
        """One row; exact where all of it was heard, else near, and marked."""
        if len(self.rows) != 1:
            return [f"{len(self.rows)} rows: {self.rows}"]
        (row,) = self.rows
        told = f"left at {self.share:.0%}: {row} {self.call}"
        if self.call is None:
            return [] if row["output_tokens"] == 0 else [f"nobody wrote this: {told}"]
        if row["status"] == "settled":
            return [] if used(row) == buckets(self.call) else [f"not exact: {told}"]
        is_near = row["status"] == "estimated" and abs(self.deviation) <= 0.1
        return [] if is_near else [f"{self.deviation:+.1%}: {told}"]


async def leave(double: OpenAIDouble, books: Books, url: str, *, times: int, model_id: str | None = None) -> list[Left]:
    """So many readers leave at each share of their streams, all at once."""
    double.behave(pace=PACE_SECONDS, tokens=[TOKENS, TOKENS])
    shares = [share for share in SHARES for _ in range(times)]
    questions = [_question(model_id) for _ in shares]
    async with a_crowds_client(connections=len(shares)) as http:
        asker = Asker(http, url)
        await asker.begin_for(questions)
        await asyncio.gather(
            *(asker.leave(one, heard=share * TOKENS) for one, share in zip(questions, shares, strict=True))
        )
    markers = {one.marker for one in questions}
    rows, calls = await _settled(double, books, markers)
    return [
        Left(share=share, rows=rows.get(one.marker, []), call=calls.get(one.marker))
        for one, share in zip(questions, shares, strict=True)
    ]


def _question(model_id: str | None) -> Question:
    marker = a_marker()
    text = f"{marker} 전략은 어땠어?"
    return Question(kind=Kind.STREAM, user=USER, text=text, marker=marker, model_id=model_id)


async def _settled(
    double: OpenAIDouble, books: Books, markers: set[str]
) -> tuple[dict[str, list[Row]], dict[str, Line]]:
    """The rows and the line of each marker, once neither the service nor the provider goes on."""
    async with asyncio.timeout(SETTLED_SECONDS):
        while True:
            calls = {call["marker"]: call for call in double.calls() if call["marker"] in markers}
            book = await books.read()
            met = markers <= {row["request_id"] for row in book.rows}
            if met and not book.pending and not any(map(is_under_way, calls.values())):
                break
            await asyncio.sleep(0.05)
    rows: dict[str, list[Row]] = {}
    for row in book.rows:
        rows.setdefault(row["request_id"], []).append(row)
    return rows, calls
