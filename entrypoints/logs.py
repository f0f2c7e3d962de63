"""Logs: JSON lines for programs, colours for people; never what a user or a model said, never a secret."""

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from logging.handlers import RotatingFileHandler
from types import TracebackType
from typing import Any, TextIO

import msgspec
import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from structlog.typing import Processor

from entrypoints.settings import Settings
from entrypoints.tracing import current_trace

OURS = "quantrail"
FILE_BYTES = 10_000_000
FILES_KEPT = 5
LONGEST_FOREIGN_LINE = 300
Event = MutableMapping[str, Any]
_SECRET = re.compile(r"\b(?:sk-|qt_)[\w*.-]{4,}|(?<=Bearer )\S+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
_encode = msgspec.json.Encoder(enc_hook=str, decimal_format="string").encode


def configure_logs(settings: Settings, *, stream: TextIO | None = None, least: str | None = None) -> None:
    """From now on every logger of the process writes to the file of the settings, or else to standard error.

    `least` is a level that the settings do not go below: a command that ends soon tells only what went wrong.
    """
    handler = _handler(settings, stream or sys.stderr)
    handler.addFilter(_ours_or_alarming)
    root = logging.getLogger()
    for old in root.handlers:
        old.close()
    root.handlers = [handler]
    levels = logging.getLevelNamesMapping()
    root.setLevel(max(levels[settings.log_level], levels[least or settings.log_level]))


def _handler(settings: Settings, stream: TextIO) -> logging.Handler:
    if settings.log_file is not None:
        handler: logging.Handler = RotatingFileHandler(
            settings.log_file, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True
        )
        handler.setFormatter(_formatter(for_people=False))
        return handler
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(for_people=stream.isatty()))
    return handler


def _formatter(*, for_people: bool) -> logging.Formatter:
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _foreign_words,
        _trace,
        _exception,
        _without_secrets,
    ]
    last: Processor = structlog.dev.ConsoleRenderer(colors=True) if for_people else _json
    return ProcessorFormatter(
        foreign_pre_chain=shared, processors=[ProcessorFormatter.remove_processors_meta, last], keep_exc_info=False
    )


def _ours_or_alarming(record: logging.LogRecord) -> bool:
    """Libraries are heard from WARNING on, whatever the level: below it some tell the bodies of their requests."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] == OURS


def _foreign_words(_: object, __: str, event: Event) -> Event:
    """Of a library's message its first line: asyncio and others append what they worked on."""
    if str(event["logger"]).partition(".")[0] != OURS:
        event["event"] = str(event["event"]).partition("\n")[0][:LONGEST_FOREIGN_LINE]
    return event


def _trace(_: object, __: str, event: Event) -> Event:
    trace = current_trace()
    event.setdefault("request_id", trace.request_id)
    event.setdefault("operation_id", trace.operation_id)
    return event


def _exception(_: object, __: str, event: Event) -> Event:
    """Where it happened and of which kind; not the words of an exception, which may be a user's or a provider's."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    event.pop("stack_info", None)
    if isinstance(error, BaseException):
        event["exception"] = list(_places(error))
    return event


def _places(error: BaseException | None) -> Iterator[str]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        yield from _frames(error.__traceback__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"


def _without_secrets(_: object, __: str, event: Event) -> Event:
    """What looks like a key is masked wherever it stands: the last of several guards."""
    for name, value in event.items():
        if isinstance(value, str) and _SECRET.search(value):
            event[name] = _SECRET.sub("[secret]", value)
    return event


def _json(_: object, __: str, event: Event) -> str:
    first = {name: event.pop(name) for name in ("timestamp", "level", "logger", "event")}
    return _encode({**first, **event}).decode()
