"""OpenAI's embeddings."""

import asyncio
import base64
import binascii
import math
import sys
from array import array
from collections.abc import Sequence
from typing import Final

import httpx2
import msgspec
from openai import AsyncOpenAI, RequestOptions

from adapters.openai.client import request_options
from adapters.openai.errors import PART, openai_failures
from adapters.openai.wire import EMBEDDING_ANSWER, EmbeddedText, EmbeddingAnswer, token_usage
from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind, Vector
from domain.errors import Refused, UnusableCompletion, Violation
from domain.usage import TokenUsage

PATH: Final = "/embeddings"
BLANK: Final = " "
"""Sent for an empty text, which OpenAI refuses."""


class OpenAIEmbedder:
    """Embedding models behind OpenAI's interface. It makes no difference between questions and passages."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def embed(
        self,
        texts: Sequence[str],
        *,
        kind: TextKind,  # noqa: ARG002  # the port has it for models that embed the two differently
        model: ModelConfig,
        timeout_seconds: float,
    ) -> Embedded:
        """One vector a text, by one request."""
        _refuse(texts)
        if not texts:
            return Embedded(vectors=(), usage=TokenUsage())
        with openai_failures():
            async with asyncio.timeout(timeout_seconds):
                return await self._asked(texts, model, request_options(timeout_seconds))

    async def _asked(self, texts: Sequence[str], model: ModelConfig, options: RequestOptions) -> Embedded:
        body: dict[str, object] = {
            "model": model.model_id,
            "input": [text or BLANK for text in texts],
            "encoding_format": "base64",
        }
        if model.dimensions is not None and _shortens(model):
            body["dimensions"] = model.dimensions
        content = msgspec.json.encode(body)
        response = await self._client.post(PATH, cast_to=httpx2.Response, content=content, options=options)
        answer = EMBEDDING_ANSWER.decode(response.content)
        return Embedded(
            vectors=_vectors(answer, len(texts), model), usage=token_usage(answer.usage, cached=model.cached_tokens)
        )


def vector_of(embedding: str | list[float]) -> Vector:
    """The numbers, brought to length 1. Raises: UnusableCompletion for what is no vector."""
    numbers = _from_base64(embedding) if isinstance(embedding, str) else array("f", embedding)
    length = math.sqrt(sum(number * number for number in numbers))
    if not numbers or not math.isfinite(length) or length == 0:
        raise UnusableCompletion("the provider's embedding is empty, zero or not finite", part=PART)
    return array("f", (number / length for number in numbers))


def _from_base64(text: str) -> Vector:
    numbers = array("f")
    try:
        numbers.frombytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise UnusableCompletion("the provider's embedding is no base64 of 32-bit floats", part=PART) from error
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _vectors(answer: EmbeddingAnswer, count: int, model: ModelConfig) -> tuple[Vector, ...]:
    ordered: list[EmbeddedText] = sorted(answer.data, key=lambda embedded: embedded.index)
    if [embedded.index for embedded in ordered] != list(range(count)):
        raise UnusableCompletion(f"the provider answered {len(ordered)} embeddings for {count} texts", part=PART)
    vectors = tuple(vector_of(embedded.embedding) for embedded in ordered)
    size = model.dimensions
    if size is not None and any(len(vector) != size for vector in vectors):
        message = f"the provider's embedding has {len(vectors[0])} dimensions, and {model.model_id} {size}"
        raise UnusableCompletion(message, part=PART)
    return vectors


def _shortens(model: ModelConfig) -> bool:
    """Whether the model takes a number of dimensions; text-embedding-ada-002 and most compatible servers refuse it."""
    return "embedding-3" in model.model_id


def _refuse(texts: Sequence[str]) -> None:
    """Providers differ on a NUL, and half a surrogate pair has no UTF-8."""
    wrong = [
        Violation(field=f"texts[{i}]", message="must not hold a NUL or half a surrogate pair")
        for i, text in enumerate(texts)
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)
    ]
    if wrong:
        raise Refused(*wrong)
