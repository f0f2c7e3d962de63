"""Bodies, strictly: what cannot be read is named by line and column, or by its path."""

import json
import re
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.openapi.spec import Parameter

from domain.errors import Violation
from entrypoints.http.asgi import with_slashes
from entrypoints.http.problems import Unreadable

Body = TypeVar("Body")
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

    async def json(self) -> Any:  # noqa: ANN401  # the type that the handler declares
        """The body, decoded. Raises: Unreadable."""
        declared = self.route_handler.parsed_data_field
        return decode(await self.body(), declared.annotation if declared is not None else Any)


async def known_parameters_once(request: Request[Any, Any, State]) -> None:
    """Nothing, where each query parameter is described, and given once: one left out in silence would be a filter lost.

    Raises: Unreadable.
    """
    given = [name for name, _ in request.query_params.multi_items()]
    known = _described(request) if given else None
    if known is None:
        return
    wrong = [Violation(field=name, message="is no parameter of this path") for name in given if name not in known]
    wrong += [Violation(field=name, message="is given more than once") for name in known if given.count(name) > 1]
    if wrong:
        raise Unreadable("; ".join(map(str, wrong)), *wrong)


def _described(request: Request[Any, Any, State]) -> list[str] | None:
    """The names of the query parameters that the description has; None for what it leaves out, such as its own page."""
    item = (request.app.openapi_schema.paths or {}).get(request.scope["path_template"].replace(":str", ""))
    operation = getattr(item, request.method.lower(), None)
    if operation is None:
        return None
    return [one.name for one in operation.parameters or () if isinstance(one, Parameter) and one.param_in == "query"]


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
    named = _NAMED.search(what)
    if named is not None:
        path = f"{path}.{named['name']}" if path else named["name"]
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
