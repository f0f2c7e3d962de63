"""A chat model that says what it was told to say."""

import json
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import TypeAlias

from adapters.memory.schema_instance import instance_of
from adapters.memory.tokenizer import pieces
from domain.catalogue import ModelConfig
from domain.errors import DeadlineExceeded, DomainError
from domain.prompting import Completion, CompletionChunk, FinishReason, Prompt
from domain.usage import TokenUsage

Scripted: TypeAlias = str | Completion | DomainError | Callable[[Prompt], Completion]
SENTENCE = "The strategy buys strength, sells weakness and risks little. 강할 때 사고 약할 때 팝니다."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a call was asked."""

    prompt: Prompt
    model: ModelConfig
    timeout_seconds: float


class ScriptedChatModel:
    """Plays its script in order, a failure too; then it answers each prompt with a default that fits its schema.

    A scripted text is cut at the prompt's limit and counted in words, as `WordTokenizer` does; a Completion is
    given as it is. `asked` is what it was asked, in order.
    """

    def __init__(self, *script: Scripted) -> None:
        self._script = deque(script)
        self.asked: list[Asked] = []

    async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
        """The next answer of the script."""
        self.asked.append(Asked(prompt=prompt, model=model, timeout_seconds=timeout_seconds))
        if timeout_seconds <= 0:
            raise DeadlineExceeded("no time is left")
        scripted = self._script.popleft() if self._script else default_answer(prompt)
        if isinstance(scripted, DomainError):
            raise scripted
        if isinstance(scripted, Completion):
            return scripted
        return _counted(scripted, prompt) if isinstance(scripted, str) else scripted(prompt)

    async def stream(
        self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float
    ) -> AsyncGenerator[CompletionChunk, None]:
        """The next answer of the script, a word at a time."""
        whole = await self.complete(prompt, model=model, timeout_seconds=timeout_seconds)
        words = pieces(whole.text)
        for word in words:
            yield CompletionChunk(text=word)
        rest = whole.text[sum(map(len, words)) :]
        yield CompletionChunk(text=rest, usage=whole.usage, finish_reason=whole.finish_reason)


def default_answer(prompt: Prompt) -> str:
    """A sentence, or the JSON of a plausible instance of the schema."""
    if prompt.answer_schema is None:
        return SENTENCE
    return json.dumps(instance_of(prompt.answer_schema.schema), ensure_ascii=False)


def _counted(text: str, prompt: Prompt) -> Completion:
    words = pieces(text)
    most = prompt.max_output_tokens
    cut = most is not None and len(words) > most
    said = "".join(words[:most]) if cut else text
    read = sum(len(pieces(message.text)) for message in prompt.messages)
    return Completion(
        text=said,
        usage=TokenUsage(input_tokens=read, output_tokens=len(pieces(said))),
        finish_reason=FinishReason.LENGTH if cut else FinishReason.STOP,
    )
