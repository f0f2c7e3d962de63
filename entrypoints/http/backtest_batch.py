"""Many backtests in one body: every line is read by itself, so that a bad one costs no other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from domain.backtest import Backtest, RecordOutcome
from domain.errors import ImpossibleBacktest, Violation
from entrypoints.http.backtest_body import EXAMPLE, BacktestBody
from entrypoints.http.problems import Fault, Unreadable
from entrypoints.http.reading import decode

BATCH_EXAMPLE = msgspec.json.encode(EXAMPLE).decode() + "\n"


class RejectedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was not kept, and everything that is wrong with it. Lines count from 1."""

    line: int
    backtest_id: str | None
    errors: list[Fault]


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How many were stored, how many were there already, and which were not kept."""

    accepted: int
    duplicates: int
    rejected: list[RejectedLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The lines that hold a backtest, by number, and those that do not."""

    good: list[tuple[int, Backtest]]
    bad: list[RejectedLine]


def read_batch(body: bytes) -> Batch:
    """The body, line by line, or element by element of an array. Raises: Unreadable where it is neither."""
    good: list[tuple[int, Backtest]] = []
    bad: list[RejectedLine] = []
    for number, line in _lines(body):
        try:
            good.append((number, decode(line, BacktestBody).read()))
        except ImpossibleBacktest as error:
            bad.append(_rejected(number, line, error.violations))
        except Unreadable as error:
            bad.append(_rejected(number, line, error.violations or (Violation(field="", message=_told(error)),)))
    return Batch(good=good, bad=bad)


def _told(error: Unreadable) -> str:
    """What is wrong with a line. It was read as a body of its own, of which it is the first line."""
    return error.detail.replace("the body is", "the line is").replace("(line 1, column", "(column")


def _lines(body: bytes) -> Iterator[tuple[int, bytes]]:
    if not body.strip():
        raise Unreadable("the body is empty; send NDJSON or a JSON array")
    body = body.removeprefix(b"\xef\xbb\xbf")
    if body.lstrip()[:1] == b"[":
        yield from ((i, bytes(raw)) for i, raw in enumerate(decode(body, list[msgspec.Raw]), start=1))
        return
    lines = body.split(b"\n")
    yield from ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _rejected(number: int, line: bytes, violations: Sequence[Violation]) -> RejectedLine:
    faults = [Fault(field=violation.field, message=violation.message) for violation in violations]
    return RejectedLine(line=number, backtest_id=_id_in(line), errors=faults)


class _OnlyId(msgspec.Struct):
    backtest_id: str | None = None


def _id_in(line: bytes) -> str | None:
    """The id of a line that holds no backtest, where it has one."""
    try:
        return msgspec.json.decode(line, type=_OnlyId).backtest_id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def summed_up(batch: Batch, outcomes: Sequence[RecordOutcome]) -> BatchAnswer:
    """What became of every line."""
    rejected = list(batch.bad)
    for (number, run), outcome in zip(batch.good, outcomes, strict=True):
        if outcome is RecordOutcome.CONFLICT:
            fault = Fault(field="backtest_id", message="is already stored with other content")
            rejected.append(RejectedLine(line=number, backtest_id=run.backtest_id, errors=[fault]))
    return BatchAnswer(
        accepted=sum(outcome is RecordOutcome.STORED for outcome in outcomes),
        duplicates=sum(outcome is RecordOutcome.DUPLICATE for outcome in outcomes),
        rejected=sorted(rejected, key=lambda line: line.line),
    )
