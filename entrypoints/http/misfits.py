"""The second look at a body that does not fit its type: every member at fault, by its full path.

The decoder stops at its first error and gives no path inside of dictionaries; it is fast, and it stays the only look
at a body that fits.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from domain.errors import Violation

MOST_FAULTS = 20
MOST_SHOWN = 60
"""Characters of a name or a value that a caller sent, in a message to them."""
_WORD = re.compile(r"[\w-]+")


def misfits(document: object, wanted: Any) -> tuple[Violation, ...]:  # noqa: ANN401  # a type, or a union of types
    """What in the document its type does not allow, in the order of the document, at most MOST_FAULTS of it."""
    return tuple(islice(_faults(document, wanted, ""), MOST_FAULTS))


def _faults(value: object, wanted: Any, path: str) -> Iterator[Violation]:  # noqa: ANN401  # a type, or a union of types
    choices = _choices(wanted)
    if Any in choices or msgspec.Raw in choices:
        return
    if isinstance(value, dict):
        struct = next((c for c in choices if isinstance(c, type) and issubclass(c, msgspec.Struct)), None)
        if struct is not None:
            yield from _members(value, struct, path)
            return
        held = next((get_args(c) for c in choices if get_origin(c) in (dict, Mapping)), None)
        if held is not None:
            for name, member in value.items():
                yield from _faults(name, held[0], _below(path, name))
                yield from _faults(member, held[1], _below(path, name))
            return
    items = next((get_args(c)[0] for c in choices if get_origin(c) is list), None)
    if isinstance(value, list) and items is not None:
        for i, member in enumerate(value):
            yield from _faults(member, items, f"{path}[{i}]")
        return
    yield from _leaf(value, wanted, choices, path)


def _choices(wanted: Any) -> tuple[Any, ...]:  # noqa: ANN401  # a type, or a union of types
    """What a value may be, unions and annotations taken apart."""
    if get_origin(wanted) is Annotated:
        return _choices(get_args(wanted)[0])
    if get_origin(wanted) in (Union, UnionType):
        return tuple(choice for part in get_args(wanted) for choice in _choices(part))
    return (wanted,)


def _members(value: Mapping[str, object], struct: type[msgspec.Struct], path: str) -> Iterator[Violation]:
    known = {member.encode_name: member for member in msgspec.structs.fields(struct)}
    for name, member in value.items():
        if name in known:
            yield from _faults(member, known[name].type, _below(path, name))
        elif struct.__struct_config__.forbid_unknown_fields:
            yield Violation(field=_below(path, name), message=f"is no member here{_meant(name, struct)}")
    for name, field in known.items():
        if field.required and name not in value:
            yield Violation(field=_below(path, name), message="is missing")


def _leaf(value: object, wanted: Any, choices: tuple[Any, ...], path: str) -> Iterator[Violation]:  # noqa: ANN401  # as above
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        accepted = accepted_words(wanted) if isinstance(value, str) else ""
        yield Violation(field=path, message=f"{_said(error)}{accepted}")


def _said(error: msgspec.ValidationError) -> str:
    message, _, _ = str(error).partition(" - at `")
    return message


def accepted_words(wanted: Any) -> str:  # noqa: ANN401  # a type, or a union of types
    """The words of an enumeration, to be told, where it is one of them that is wanted."""
    listed = [str(m.value) for c in _choices(wanted) if isinstance(c, type) and issubclass(c, Enum) for m in c]
    return f"; accepted: {', '.join(listed)}" if listed else ""


def _meant(name: str, struct: type[msgspec.Struct]) -> str:
    """The member that was probably meant: spelled alike, or the same name inside of another member."""
    own = {_squeezed(member.encode_name): member.encode_name for member in msgspec.structs.fields(struct)}
    near = difflib.get_close_matches(_squeezed(name)[:MOST_SHOWN], own, n=1)
    if near:
        return f"; did you mean {own[near[0]]}?"
    inside = _inside(name, struct)
    return f"; did you mean {inside}?" if inside else ""


def _inside(name: str, struct: type[msgspec.Struct]) -> str | None:
    for member in msgspec.structs.fields(struct):
        for choice in _choices(member.type):
            if isinstance(choice, type) and issubclass(choice, msgspec.Struct) and name in choice.__struct_fields__:
                return f"{member.encode_name}.{name}"
    return None


def _squeezed(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


def _below(path: str, name: str) -> str:
    """The path of a member: by a dot where its name is one word of any script, else in brackets, as JSON."""
    shown = name if len(name) <= MOST_SHOWN else f"{name[:MOST_SHOWN]}…"
    if not _WORD.fullmatch(name):
        return f"{path}[{msgspec.json.encode(shown.encode('utf-8', 'replace').decode()).decode()}]"
    return f"{path}.{shown}" if path else shown
