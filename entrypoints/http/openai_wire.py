"""Requests of OpenAI's interface: what of them has to be understood to choose, to hold and to count."""

from collections.abc import Iterator

import msgspec

from domain.errors import Violation
from domain.relay import RelayedRequest
from entrypoints.http.problems import Unreadable
from entrypoints.http.reading import decode

MOST_CHOICES = 128
MOST_TOKENS_A_PICTURE, TOKENS_A_SMALL_PICTURE = 48_169, 2_833
"""The dearest way to count a picture: gpt-4o-mini's, 2,833 tokens and 5,667 for each of at most 8 tiles.

Source: OpenAI's guide "Images and vision", 2026-11.
"""


class PictureWire(msgspec.Struct, frozen=True, kw_only=True):
    """Where a picture is, and how closely it is looked at."""

    detail: str | None = None


class FunctionWire(msgspec.Struct, frozen=True, kw_only=True):
    """A function that was called, with its arguments as JSON in a text."""

    name: str = ""
    arguments: str = ""


class CallWire(msgspec.Struct, frozen=True, kw_only=True):
    """A call of a tool that an earlier answer made."""

    function: FunctionWire | None = None


class MessageWire(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was said: a text, or parts of several kinds."""

    role: str
    content: str | list[msgspec.Raw] | None = None
    name: str | None = None
    refusal: str | None = None
    tool_calls: list[CallWire] | None = None
    function_call: FunctionWire | None = None

    def texts(self) -> Iterator[str]:
        """What a model reads of it as words."""
        yield self.content if isinstance(self.content, str) else ""
        called = [call.function for call in self.tool_calls or ()] + [self.function_call]
        for text in (self.name, self.refusal, *(t for f in called if f is not None for t in (f.name, f.arguments))):
            if text:
                yield text


class PartWire(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a message."""

    type: str
    text: str | None = None
    image_url: PictureWire | None = None


class StreamOptionsWire(msgspec.Struct, frozen=True, kw_only=True):
    """What a stream tells besides the answer."""

    include_usage: bool | None = None


class ChatWire(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a completion. Members that are not named here are passed on as they are."""

    messages: list[MessageWire]
    model: str | None = None
    stream: bool | None = None
    stream_options: StreamOptionsWire | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    n: int | None = None
    tools: msgspec.Raw = msgspec.Raw(b"")
    functions: msgspec.Raw = msgspec.Raw(b"")
    response_format: msgspec.Raw = msgspec.Raw(b"")


def read_chat(body: bytes) -> RelayedRequest:
    """The request, with each member of its body as it came. Raises: Unreadable, with what and where."""
    chat = decode(body, ChatWire)
    members: dict[str, msgspec.Raw] = decode(body, dict[str, msgspec.Raw])
    bound = chat.max_tokens if chat.max_completion_tokens is None else chat.max_completion_tokens
    _check(chat, bound)
    texts, others = _read(chat)
    options = chat.stream_options
    return RelayedRequest(
        members={name: bytes(value) for name, value in members.items()},
        model_id=chat.model,
        texts=tuple(texts),
        other_input_tokens=others,
        choices=chat.n or 1,
        max_output_tokens=bound,
        stream=bool(chat.stream),
        usage_wanted=options is not None and bool(options.include_usage),
    )


def _check(chat: ChatWire, bound: int | None) -> None:
    wrong = []
    if not chat.messages:
        wrong.append(Violation(field="messages", message="must hold at least one message"))
    if bound is not None and bound < 1:
        wrong.append(Violation(field="max_completion_tokens", message=f"must be 1 or more, and is {bound}"))
    if chat.n is not None and not 1 <= chat.n <= MOST_CHOICES:
        wrong.append(Violation(field="n", message=f"must be from 1 to {MOST_CHOICES}, and is {chat.n}"))
    if wrong:
        raise Unreadable("; ".join(f"{each.field}: {each.message}" for each in wrong), *wrong)


def _read(chat: ChatWire) -> tuple[list[str], int]:
    """Every text, and the most tokens that all else is."""
    texts, others = list[str](), 0
    for place, message in enumerate(chat.messages):
        texts += message.texts()
        for part in message.content if isinstance(message.content, list) else ():
            text, tokens = _part(bytes(part), place)
            texts.append(text)
            others += tokens
    texts += [bytes(raw).decode() for raw in (chat.tools, chat.functions, chat.response_format) if raw]
    return texts, others


def _part(raw: bytes, place: int) -> tuple[str, int]:
    """What is neither a text nor a picture, such as a sound or a file, has no more tokens than bytes."""
    try:
        part = msgspec.json.decode(raw, type=PartWire)
    except msgspec.ValidationError as error:
        field = f"messages[{place}].content"
        raise Unreadable(f"{field}: {error}", Violation(field=field, message=str(error))) from error
    if part.image_url is not None:
        low = part.image_url.detail == "low"
        return "", TOKENS_A_SMALL_PICTURE if low else MOST_TOKENS_A_PICTURE
    return (part.text, 0) if part.text is not None else ("", len(raw))
