"""What OpenAI answers 400, 401 or 404 to."""

import re
from dataclasses import dataclass
from typing import Any

from tests.doubles.schemas import objections

CHAT_MODEL = re.compile(r"(gpt-|o\d|chatgpt-)[\w.-]*")
EMBEDDING_SIZES = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
NO_SCHEMA = re.compile(r"o1-preview|o1-mini|gpt-4(-turbo|-\d{4}|$)|gpt-3\.5")
NO_SYSTEM = re.compile(r"o1-preview|o1-mini")
REASONS = re.compile(r"o\d|gpt-[56]")
SCHEMA_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MOST_INPUTS, MOST_EMBEDDED_TOKENS = 2_048, 8_192
CHAT_WORDS = {
    *("model", "messages", "max_tokens", "max_completion_tokens", "temperature", "response_format", "stream", "n"),
    *(
        "stream_options",
        "top_p",
        "stop",
        "user",
        "seed",
        "tools",
        "tool_choice",
        "reasoning_effort",
        "store",
        "metadata",
    ),
    *("presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias", "parallel_tool_calls"),
    *("service_tier", "prompt_cache_key", "safety_identifier", "verbosity", "modalities", "prediction"),
}


@dataclass(kw_only=True, eq=False)
class Refusal(Exception):
    message: str
    status: int = 400
    code: str | None = None
    param: str | None = None
    kind: str = "invalid_request_error"

    def body(self) -> dict[str, Any]:
        said = {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}
        return {"error": said}


def check_key(authorization: str, known: str) -> str:
    scheme, _, key = authorization.partition(" ")
    if scheme != "Bearer" or not key:
        raise Refusal(status=401, message="You didn't provide an API key.")
    if key != known:
        # The real one echoes the key too, with stars in the middle.
        message = f"Incorrect API key provided: {key}. You can find your API key in your account."
        raise Refusal(status=401, message=message, code="invalid_api_key")
    return key


def check_chat(body: dict[str, Any]) -> None:
    model = _model(body)
    if not CHAT_MODEL.fullmatch(model):
        raise _no_model(model)
    for word in body.keys() - CHAT_WORDS:
        raise Refusal(message=f"Unrecognized request argument supplied: {word}", param=word)
    _check_messages(body.get("messages"), model)
    _check_dialect(body, model)
    if body.get("n", 1) != 1:
        raise Refusal(message="this double answers once", param="n")
    if "stream_options" in body and not body.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise Refusal(message=message, param="stream_options")
    if "response_format" in body:
        _check_format(body["response_format"], model)


def _check_messages(messages: object, model: str) -> None:
    if not isinstance(messages, list) or not messages:
        raise Refusal(
            message="Invalid 'messages': empty array. Expected at least 1.", param="messages", code="empty_array"
        )
    for i, message in enumerate(messages):
        role = message.get("role") if isinstance(message, dict) else None
        if role not in ("system", "developer", "user", "assistant", "tool"):
            raise Refusal(message=f"Invalid value: {role!r}.", param=f"messages[{i}].role", code="invalid_value")
        if NO_SYSTEM.match(model) and role in ("system", "developer"):
            text = f"Unsupported value: 'messages[{i}].role' does not support '{role}' with this model."
            raise Refusal(message=text, param=f"messages[{i}].role", code="unsupported_value")
        if role != "assistant" and message.get("content") is None:
            raise Refusal(
                message="Invalid value for 'content': expected a string, got null.", param=f"messages[{i}].content"
            )


def _check_dialect(body: dict[str, Any], model: str) -> None:
    if "max_tokens" in body and "max_completion_tokens" in body:
        raise Refusal(message="Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
    if not REASONS.match(model):
        return
    if "max_tokens" in body:
        text = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        raise Refusal(message=text, param="max_tokens", code="unsupported_parameter")
    if body.get("temperature", 1) != 1:
        text = "Unsupported value: 'temperature' does not support this value with this model. Only the default (1) is."
        raise Refusal(message=text, param="temperature", code="unsupported_value")


def _check_format(wanted: dict[str, Any], model: str) -> None:
    if wanted.get("type") != "json_schema":
        return
    if NO_SCHEMA.match(model):
        text = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
        raise Refusal(message=text, param="response_format")
    described = wanted.get("json_schema") or {}
    if not SCHEMA_NAME.fullmatch(str(described.get("name", ""))):
        raise Refusal(message="Invalid 'response_format.json_schema.name'.", param="response_format.json_schema.name")
    for problem in objections(described.get("schema")) if described.get("strict") else ():
        text = f"Invalid schema for response_format '{described['name']}': {problem}"
        raise Refusal(message=text, param="response_format", code="invalid_json_schema")


def check_embeddings(body: dict[str, Any]) -> list[str]:
    """The texts of the request."""
    model, given = _model(body), body.get("input")
    if model not in EMBEDDING_SIZES:
        raise _no_model(model)
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise Refusal(message="'$.input' is invalid: it holds no text, or an empty one.", param="input")
    if len(texts) > MOST_INPUTS:
        raise Refusal(message="'$.input' is invalid: more than 2048 texts.", param="input")
    if body.get("encoding_format", "float") not in ("float", "base64"):
        raise Refusal(message="Invalid 'encoding_format'.", param="encoding_format")
    size = body.get("dimensions")
    if size is not None and ("ada" in model or not 1 <= size <= EMBEDDING_SIZES[model]):
        raise Refusal(message="This model does not support specifying these dimensions.", param="dimensions")
    return list(texts)


def _model(body: dict[str, Any]) -> str:
    if not isinstance(body.get("model"), str):
        raise Refusal(message="you must provide a model parameter")
    return str(body["model"])


def _no_model(model: str) -> Refusal:
    text = f"The model `{model}` does not exist or you do not have access to it."
    return Refusal(status=404, message=text, code="model_not_found")
