"""Bodies, strictly: what cannot be read is named by line and column, or by its path."""

import json
import re
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.datastructures import State

from domain.errors import Violation
from entrypoints.http.problems import Unreadable

Body = TypeVar("Body")
_AT_PATH = re.compile(r" - at `(?:key in )?\$\.?(?P<path>.*)`$")
_NOT_JSON = re.compile(r'"(?:\\.|[^"\\])*"|(?P<word>-?\b(?:NaN|Infinity)\b)')


class StrictRequest(Request[Any, Any, State]):
    """A request whose JSON body is decoded straight into the type that the handler declares, with no coercion."""

    async def json(self) -> Any:  # noqa: ANN401  # the type that the handler declares
        """The body, decoded. Raises: Unreadable."""
        declared = self.route_handler.parsed_data_field
        return decode(await self.body(), declared.annotation if declared is not None else Any)


def decode(body: bytes, wanted: type[Body]) -> Body:
    """A JSON text as the type wanted. Raises: Unreadable, with where and what."""
    try:
        return msgspec.json.decode(body, type=wanted)
    except msgspec.ValidationError as error:
        raise _misfit(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _broken(body, str(error)) from error


def _misfit(message: str) -> Unreadable:
    at = _AT_PATH.search(message)
    path = at["path"] if at else ""
    what = message[: at.start()] if at else message
    return Unreadable(f"{path or 'the body'}: {what}", Violation(field=path, message=what))


def _broken(body: bytes, message: str) -> Unreadable:
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        return Unreadable(f"the body is not UTF-8: {error.reason} at byte {error.start}", byte=error.start)
    for word in _NOT_JSON.finditer(text):
        if word["word"]:
            line, column = _position(text, word.start())
            what = f"{word['word']} is no JSON number; leave out what is undefined, or send null"
            return Unreadable(f"{what} (line {line}, column {column})", line=line, column=column)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        return Unreadable(f"the body is no JSON: {error.msg} ({where})", line=error.lineno, column=error.colno)
    except (ValueError, RecursionError):
        pass
    return Unreadable(f"the body is no JSON that can be read: {message}")


def _position(text: str, index: int) -> tuple[int, int]:
    line = text.count("\n", 0, index) + 1
    return line, index - text.rfind("\n", 0, index)
