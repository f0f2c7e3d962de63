"""What is sent for a prompt, in the dialect of the model."""

from collections.abc import Iterable
from typing import Final

import msgspec

from adapters.openai.schema import strict_schema
from domain.catalogue import ModelCapability, ModelConfig, SystemRole
from domain.prompting import AnswerSchema, Message, MessageRole, Prompt

JSON_ONLY: Final = "Answer with one JSON object that follows this JSON Schema, and with nothing else:\n"
"""For models that take no schema; put after the instructions, so that the prefix stays the same for a cache."""


def chat_request(prompt: Prompt, *, model: ModelConfig, stream: bool) -> bytes:
    """The body of the request."""
    body: dict[str, object] = {"model": model.model_id, "messages": _messages(prompt, model)}
    if prompt.max_output_tokens is not None:
        body[model.token_parameter] = prompt.max_output_tokens
    if prompt.temperature is not None and model.takes_temperature:
        body["temperature"] = prompt.temperature
    if prompt.answer_schema is not None and takes_schema(model):
        body["response_format"] = _response_format(prompt.answer_schema)
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return msgspec.json.encode(body)


def texts_of(prompt: Prompt, *, model: ModelConfig) -> list[str]:
    """What the request makes the provider read: one text a message, and the schema as it is sent."""
    texts = [message["content"] for message in _messages(prompt, model)]
    if prompt.answer_schema is not None and takes_schema(model):
        texts.append(msgspec.json.encode(_response_format(prompt.answer_schema)).decode())
    return texts


def takes_schema(model: ModelConfig) -> bool:
    """Whether the model holds itself to a JSON Schema; else it is only asked to."""
    return model.can(ModelCapability.JSON_SCHEMA)


def _response_format(answer: AnswerSchema) -> dict[str, object]:
    described = {"name": answer.name, "strict": True, "schema": strict_schema(answer.schema)}
    return {"type": "json_schema", "json_schema": described}


def _messages(prompt: Prompt, model: ModelConfig) -> list[dict[str, str]]:
    instructions = [message.text for message in prompt.messages if message.role is MessageRole.SYSTEM]
    if prompt.answer_schema is not None and not takes_schema(model):
        instructions.append(JSON_ONLY + msgspec.json.encode(prompt.answer_schema.schema).decode())
    said = [message for message in prompt.messages if message.role is not MessageRole.SYSTEM]
    if not instructions:
        return _plain(said)
    if model.system_role is SystemRole.NONE:
        return _plain(_folded("\n\n".join(instructions), said))
    head = {"role": model.system_role.value, "content": _sendable("\n\n".join(instructions))}
    return [head, *_plain(said)]


def _plain(messages: Iterable[Message]) -> list[dict[str, str]]:
    return [{"role": message.role.value, "content": _sendable(message.text)} for message in messages]


def _folded(instructions: str, said: list[Message]) -> list[Message]:
    """The instructions at the head of the first thing the user says, or said by the user where there is none."""
    for i, message in enumerate(said):
        if message.role is MessageRole.USER:
            together = Message(role=MessageRole.USER, text=f"{instructions}\n\n{message.text}")
            return [*said[:i], together, *said[i + 1 :]]
    return [Message(role=MessageRole.USER, text=instructions), *said]


def _sendable(text: str) -> str:
    """Half a surrogate pair has no UTF-8: a question mark goes in its place."""
    return text.encode("utf-8", "replace").decode()
