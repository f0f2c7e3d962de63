"""What a call costs in tokens, counted exactly and without the product's tokenizer."""

import json
import re
from collections import defaultdict, deque
from functools import cache
from typing import Any

import bpe_openai

OLD_ENCODING = re.compile(r"gpt-4(-turbo|-\d{4}|$)|gpt-3\.5|text-embedding-")
REASONING = re.compile(r"o\d|gpt-[56]")
REPORTS_CACHE_WRITES = re.compile(r"gpt-[56]")
TOKENS_A_MESSAGE, TOKENS_TO_PRIME = 3, 3
LEAST_CACHED, CACHE_STEP = 1_024, 128
REMEMBERED_PROMPTS = 64


def encoding_of(model: str) -> bpe_openai.Encoding:
    return _encoding("cl100k_base" if OLD_ENCODING.match(model) else "o200k_base")


@cache
def _encoding(name: str) -> bpe_openai.Encoding:
    """Made once: each making reads its tables anew, which takes longer than all the counting of a call."""
    return bpe_openai.get_encoding(name)


def tokens_of(text: str, model: str) -> list[int]:
    return list(encoding_of(model).encode_ordinary(text))


def prompt_tokens(body: dict[str, Any]) -> list[int]:
    """Every token that is read: the schema first, as the provider puts it before the messages."""
    model, read = str(body["model"]), []
    if "response_format" in body:
        read += tokens_of(json.dumps(body["response_format"], ensure_ascii=False, separators=(",", ":")), model)
    for message in body["messages"]:
        read += [-1] * TOKENS_A_MESSAGE + tokens_of(str(message.get("role", "")), model)
        content = message.get("content") or ""
        parts = content if isinstance(content, list) else [{"text": content}]
        for part in parts:
            read += tokens_of(str(part.get("text", "")), model)
    return read + [-1] * TOKENS_TO_PRIME


def cut_to(text: str, most: int, model: str) -> tuple[str, int]:
    """The text at most so many tokens long, and how many it is."""
    tokens = tokens_of(text, model)
    if len(tokens) <= most:
        return text, len(tokens)
    return str(encoding_of(model).decode(tokens[:most])).rstrip("�"), most


class PromptCache:
    """What a provider remembers of earlier prompts, by key and model."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], deque[list[int]]] = defaultdict(lambda: deque(maxlen=REMEMBERED_PROMPTS))

    def cached(self, prompt: list[int], *, key: str, model: str) -> int:
        """How many tokens of it an earlier one began with, in whole steps; the prompt is remembered."""
        seen = self._seen[key, model]
        common = max((_common(prompt, earlier) for earlier in seen), default=0)
        seen.append(prompt)
        return common // CACHE_STEP * CACHE_STEP if common >= LEAST_CACHED else 0


def _common(left: list[int], right: list[int]) -> int:
    for i, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return i
    return min(len(left), len(right))


def chat_usage(prompt: list[int], cached: int, *, written: int, reasoning: int, model: str) -> dict[str, Any]:
    details = {"cached_tokens": cached, "audio_tokens": 0}
    if REPORTS_CACHE_WRITES.match(model):
        details["cache_write_tokens"] = (
            max(0, len(prompt) - cached) // CACHE_STEP * CACHE_STEP * (len(prompt) >= LEAST_CACHED)
        )
    return {
        "prompt_tokens": len(prompt),
        "completion_tokens": written + reasoning,
        "total_tokens": len(prompt) + written + reasoning,
        "prompt_tokens_details": details,
        "completion_tokens_details": {"reasoning_tokens": reasoning, "audio_tokens": 0},
    }


def reasoning_tokens(prompt: list[int], model: str) -> int:
    return 64 * (1 + len(prompt) % 4) if REASONING.match(model) else 0
