"""How many tokens a call reads, before its provider says: at most, and most likely.

At most, what is held must not be exceeded by what any provider bills, else a budget could be overrun:
- Each text is counted by the model's own vocabulary, alone. Providers read it between special tokens, which nothing
  merges with, so what they count of it is the same.
- Around a message stand a role and separators: 4 tokens at OpenAI and up to 6 in the chat templates of open models,
  here 8; around the whole, the opening of the answer (3 at OpenAI) and what a template puts before all, here 16.
- A schema is counted as the JSON that is sent, names and braces included; providers read it in a shorter form or that.
- An embedding model puts at most a prefix and two signs around a text: here 8 tokens too.
- What is written is at most the limit that is sent upstream, thinking included.
- A token read costs at most the dearest of the prices for input: `domain.usage.at_dearest`.

Most likely, what is charged where nobody reports, is OpenAI's own reckoning: 3 tokens and the role a message, 3 for the
whole. Source: OpenAI's cookbook, "How to count tokens with tiktoken", 2026-11.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeGuard

from application.ports.chat_model import ChatModel, TextsSent
from application.ports.tokenizer import Tokenizer
from domain.catalogue import ModelConfig
from domain.prompting import Prompt

MOST_A_TEXT, MOST_A_CALL = 8, 16
LIKELY_A_MESSAGE, LIKELY_A_CALL = 4, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class InputTokens:
    """What a call reads. Units: tokens."""

    most: int
    likely: int


def chat_input(prompt: Prompt, *, model: ModelConfig, provider: ChatModel, tokenizer: Tokenizer) -> InputTokens:
    """Of a prompt, as its provider sends it where it says so."""
    texts = provider.texts_sent(prompt, model=model) if _tells(provider) else _as_asked(prompt)
    counted = _counted(texts, model, tokenizer)
    return InputTokens(
        most=counted + MOST_A_TEXT * len(texts) + MOST_A_CALL,
        likely=counted + LIKELY_A_MESSAGE * len(texts) + LIKELY_A_CALL,
    )


def embedding_input(texts: Sequence[str], *, model: ModelConfig, tokenizer: Tokenizer) -> InputTokens:
    """Of texts to embed."""
    counted = _counted(texts, model, tokenizer)
    return InputTokens(most=counted + MOST_A_TEXT * len(texts), likely=counted)


def _tells(provider: ChatModel) -> TypeGuard[TextsSent]:
    return _kind_tells(type(provider))


@cache
def _kind_tells(kind: type) -> bool:
    """Found out once a kind: Python 3.11 takes longer to look at a protocol than to count a prompt."""
    return issubclass(kind, TextsSent)


def _counted(texts: Iterable[str], model: ModelConfig, tokenizer: Tokenizer) -> int:
    return sum(tokenizer.count(text, model=model) for text in texts)


def _as_asked(prompt: Prompt) -> list[str]:
    """Of a provider in this process, whose schema is no part of what its model reads, or is counted all the same."""
    texts = [message.text for message in prompt.messages]
    return texts if prompt.answer_schema is None else [*texts, str(dict(prompt.answer_schema.schema))]
