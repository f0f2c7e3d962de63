"""A model without a wire format of its own, asked in the words of OpenAI's interface."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from application.ports.chat_model import ChatModel, StreamingChatModel
from application.ports.system import Clock, Ids
from domain.catalogue import ModelConfig
from domain.errors import Refused, Violation
from domain.prompting import AnswerSchema, FinishReason, Message, MessageRole, Prompt
from domain.relay import RelayedAnswer, RelayedChunk, RelayedRequest
from domain.usage import TokenUsage

ROLES: Mapping[str, MessageRole] = {
    "system": MessageRole.SYSTEM,
    "developer": MessageRole.SYSTEM,
    "user": MessageRole.USER,
    "assistant": MessageRole.ASSISTANT,
}
VERSION = "gateway"
UNKNOWN_HERE = ("tools", "functions", "logprobs", "audio")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedRelay:
    """Reads the request, asks the model as the use cases do, and writes the answer as OpenAI would."""

    model: ChatModel
    ids: Ids
    clock: Clock

    async def relay(self, request: RelayedRequest, *, model: ModelConfig, timeout_seconds: float) -> RelayedAnswer:
        """The answer as a completion. Raises: Refused for what these models cannot do."""
        prompt = prompt_of(request)
        answer = await self.model.complete(prompt, model=model, timeout_seconds=timeout_seconds)
        message = {"role": "assistant", "content": answer.text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _ending(answer.finish_reason)}
        body = self._head("chat.completion", model) | {"choices": [choice], "usage": _usage(answer.usage)}
        return RelayedAnswer(body=_json(body), usage=answer.usage, text=answer.text, finish_reason=answer.finish_reason)

    async def relay_stream(
        self, request: RelayedRequest, *, model: ModelConfig, timeout_seconds: float
    ) -> AsyncGenerator[RelayedChunk, None]:
        """The answer as events, in one piece where the model cannot be read while it writes."""
        prompt, head = prompt_of(request), self._head("chat.completion.chunk", model)
        usage: TokenUsage | None = None
        reason: FinishReason | None = None
        async with aclosing(_spoken(self.model, prompt, model, timeout_seconds)) as pieces:
            async for text, used, ended in pieces:
                usage, reason = used or usage, ended or reason
                if text:
                    yield _chunk(head, {"role": "assistant", "content": text}, text=text)
        yield _chunk(head, {}, reason=reason or FinishReason.STOP)
        last = head | {"choices": [], "usage": _usage(usage)}
        yield RelayedChunk(usage=usage, event=_json(last) if request.usage_wanted else b"")

    def _head(self, kind: str, model: ModelConfig) -> dict[str, Any]:
        return {
            "id": f"chatcmpl-{self.ids.new()}", "object": kind, "model": model.model_id,
            "created": int(self.clock.now().timestamp()),
        }  # fmt: skip


async def _spoken(
    asked: ChatModel, prompt: Prompt, model: ModelConfig, timeout_seconds: float
) -> AsyncGenerator[tuple[str, TokenUsage | None, FinishReason | None], None]:
    if not isinstance(asked, StreamingChatModel):
        whole = await asked.complete(prompt, model=model, timeout_seconds=timeout_seconds)
        yield whole.text, whole.usage, whole.finish_reason
        return
    async with aclosing(asked.stream(prompt, model=model, timeout_seconds=timeout_seconds)) as pieces:
        async for piece in pieces:
            yield piece.text, piece.usage, piece.finish_reason


def prompt_of(request: RelayedRequest) -> Prompt:
    """The request as a prompt. Raises: Refused, naming what cannot be asked of these models."""
    wrong = [
        Violation(field=name, message="cannot be asked of this model; leave it out, or choose another model")
        for name in UNKNOWN_HERE
        if request.members.get(name, b"null") not in (b"null", b"false", b"[]")
    ]
    if request.choices > 1:
        wrong.append(Violation(field="n", message="this model gives one answer"))
    if wrong:
        raise Refused(*wrong)
    temperature = json.loads(request.members.get("temperature", b"null"))
    return Prompt(
        version=VERSION,
        messages=tuple(
            _message(message, place) for place, message in enumerate(json.loads(request.members["messages"]))
        ),
        answer_schema=_schema(json.loads(request.members.get("response_format", b"null"))),
        max_output_tokens=request.max_output_tokens,
        temperature=temperature if isinstance(temperature, int | float) else None,
    )


def _message(said: Mapping[str, Any], place: int) -> Message:
    role, content = ROLES.get(said["role"]), said.get("content") or ""
    parts = [content] if isinstance(content, str) else [part.get("text") for part in content]
    if role is None or any(part is None for part in parts):
        what = "this model reads texts of system, developer, user and assistant"
        raise Refused(Violation(field=f"messages[{place}]", message=what))
    return Message(role=role, text="\n".join(parts))


def _schema(asked: object) -> AnswerSchema | None:
    if not isinstance(asked, Mapping) or asked.get("type") != "json_schema":
        return None
    described = asked.get("json_schema")
    if not isinstance(described, Mapping) or not isinstance(described.get("schema"), Mapping):
        raise Refused(Violation(field="response_format.json_schema.schema", message="must be a JSON Schema"))
    return AnswerSchema(name=str(described.get("name", "answer")), schema=described["schema"])


def _chunk(
    head: Mapping[str, Any], delta: Mapping[str, Any], *, text: str = "", reason: FinishReason | None = None
) -> RelayedChunk:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason and _ending(reason)}
    return RelayedChunk(text=text, finish_reason=reason, event=_json({**head, "choices": [choice]}))


def _ending(reason: FinishReason) -> str:
    return "stop" if reason is FinishReason.OTHER else reason.value


def _usage(usage: TokenUsage | None) -> dict[str, Any] | None:
    if usage is None:
        return None
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_input_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
