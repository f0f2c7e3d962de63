"""Bodies, strictly: what cannot be read is named by line and column, or by its path.

A name that an object holds twice is no error: the last one counts, as RFC 8259 leaves it and every common reader has
it. To refuse it would take a second reading of each body that is right.
"""

import difflib
import json
import re
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import InternalServerException
from litestar.handlers import BaseRouteHandler

from domain.errors import Violation
from entrypoints.http.asgi import with_slashes
from entrypoints.http.misfits import MOST_FAULTS, MOST_SHOWN, misfits
from entrypoints.http.problems import Unreadable

Body = TypeVar("Body")
OWN_API = "/api/"
_AT_PATH = re.compile(r" - at `(?:key in )?\$\.?(?P<path>.*)`$")
_NAMED = re.compile(r"^Object (?:contains unknown|missing required) field `(?P<name>.*)`$", re.DOTALL)
_HALF_SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_NOT_JSON = re.compile(r'"(?:\\.|[^"\\])*"|(?P<word>-?\b(?:NaN|Infinity)\b)')


class StrictRequest(Request[Any, Any, State]):
    """A request whose JSON body is decoded straight into the type that the handler declares, with no coercion."""

    @property
    def path_params(self) -> dict[str, Any]:
        """The parameters of the path, their own slashes given back."""
        given: dict[str, Any] = self.scope["path_params"]
        return {name: with_slashes(value) if isinstance(value, str) else value for name, value in given.items()}

    async def body(self) -> bytes:
        """The body, whole. Raises: Unreadable where its sender leaves before its end: that is no defect of ours."""
        try:
            return await super().body()
        except InternalServerException as error:
            raise Unreadable("the body broke off before its end") from error

    async def json(self) -> Any:  # noqa: ANN401  # the type that the handler declares
        """The body, decoded. Raises: Unreadable."""
        declared = self.route_handler.parsed_data_field
        return decode(await self.body(), declared.annotation if declared is not None else Any)


async def known_parameters_once(request: Request[Any, Any, State]) -> None:
    """Nothing, where every query parameter is one of this path and none is given twice. Raises: Unreadable.

    A typo such as `limt=5` would else be an answer to another question; of two values only one could count. Paths
    outside of our own API are asked by probes and browsers, which add what they like.
    """
    names = [name for name, _ in request.query_params.multi_items()]
    if not names or not request.scope["path"].startswith(OWN_API):
        return
    known = _parameters_of(request)
    wrong = [Violation(field=name, message="is given more than once") for name in _twice(names) if name in known]
    wrong += [Violation(field=name[:MOST_SHOWN], message=_unknown(name, known)) for name in sorted({*names} - known)]
    if wrong:
        raise Unreadable("; ".join(map(str, wrong[:MOST_FAULTS])), *wrong[:MOST_FAULTS])


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _unknown(name: str, known: frozenset[str]) -> str:
    near = difflib.get_close_matches(name[:MOST_SHOWN].casefold(), known, n=1)
    listed = f"it takes {', '.join(sorted(known))}" if known else "it takes none"
    return f"is no parameter of this path; {f'did you mean {near[0]}?' if near else listed}"


_DECLARED: "WeakKeyDictionary[BaseRouteHandler, frozenset[str]]" = WeakKeyDictionary()


def _parameters_of(request: Request[Any, Any, State]) -> frozenset[str]:
    """The query parameters that the handler and its dependencies declare."""
    handler = request.route_handler
    if handler not in _DECLARED:
        model = handler.create_kwargs_model(path_parameters=request.scope["path_params"])  # type: ignore[arg-type]  # only their names count
        _DECLARED[handler] = frozenset(parameter.field_alias for parameter in model.expected_query_params)
    return _DECLARED[handler]


def decode(body: bytes, wanted: type[Body]) -> Body:
    """A JSON text as the type wanted. Raises: Unreadable, with where and what."""
    try:
        return msgspec.json.decode(body, type=wanted)
    except msgspec.ValidationError as error:
        raise _misfit(body, wanted, str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _broken(body, str(error)) from error


def _misfit(body: bytes, wanted: type[Body], message: str) -> Unreadable:
    """Everything that does not fit; the decoder's one complaint where the rest of the body is no JSON."""
    try:
        found = misfits(msgspec.json.decode(body), wanted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = ()
    found = found or (_first(message),)
    more = "; and perhaps more" if len(found) == MOST_FAULTS else ""
    named = (f"{fault.field or 'the body'}: {fault.message}" for fault in found)
    return Unreadable("; ".join(named) + more, *found)


def _first(message: str) -> Violation:
    at = _AT_PATH.search(message)
    path = at["path"] if at else ""
    what = message[: at.start()] if at else message
    named = _NAMED.search(what)
    if named is not None:
        path = f"{path}.{named['name']}" if path else named["name"]
    return Violation(field=path, message=what)


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
        return Unreadable(f"the body is no JSON that can be read: {message}")
    half = _HALF_SURROGATE.search(text)
    if half is not None:
        line, column = _position(text, half.start())
        what = f"{half[0]} is half of a surrogate pair, and no character"
        return Unreadable(f"{what} (line {line}, column {column})", line=line, column=column)
    return Unreadable(f"the body is no JSON that can be read: {message}")


def _position(text: str, index: int) -> tuple[int, int]:
    line = text.count("\n", 0, index) + 1
    return line, index - text.rfind("\n", 0, index)
