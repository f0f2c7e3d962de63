"""How an answer in a conversation comes about: written by a model and checked, told by templates, or both."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from application.local_words import FAILURES, patience, why_silent
from application.metering import MeteredChatModel
from application.operation import Operation
from application.ports.prompt_library import PromptLibrary
from application.prompts.chat import chat_prompt, run_block
from application.prompts.packing import packed
from application.streamed import Streamed
from domain.backtest import Backtest
from domain.catalogue import ModelConfig
from domain.checked_text import CheckedText, without_source
from domain.claims import unfounded
from domain.conversation import Turn, recent
from domain.generation import Caller, Generation
from domain.language import Language
from domain.prompting import Prompt
from domain.retrieval import Context
from domain.run_sentences import nothing_usable, run_sentence, told

SERVICE = "chatops"
HISTORY_TOKENS = 2_000
HISTORY_SHARE = 8
SMALL_WINDOW = 4_096
"""A model whose window is no larger is a small one: it may add words, and figures come from templates."""
SMALL_CONTEXTS = 2
SMALL_OUTPUT_TOKENS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What is asked, by whom, of which model; what was found for it (None: nothing was looked for), what was said."""

    question: str
    language: Language
    model: ModelConfig
    caller: Caller
    turns: tuple[Turn, ...] = ()
    contexts: tuple[Context, ...] = ()
    runs: tuple[Backtest, ...] | None = None
    ordered_by: str | None = None
    notes: tuple[str, ...] = ()
    streamed: bool = False
    more: str = ""
    """A line on runs that were found and for which the prompt has no room."""

    @property
    def is_small(self) -> bool:
        """Whether the model is too small to be trusted with figures."""
        return self.model.context_window <= SMALL_WINDOW


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAnswerer:
    """Answers an inquiry a checked sentence at a time: no number in it is from nowhere."""

    models: MeteredChatModel
    prompts: PromptLibrary

    async def __call__(self, inquiry: Inquiry) -> AsyncGenerator[Streamed, None]:
        """An empty piece once the call is in the ledger, then sentences; the last piece has the generation.

        Raises: what a hosted provider raises, at any piece, BudgetExhausted.
        """
        if not inquiry.model.speaks(inquiry.language):
            for piece in self._from_templates(inquiry):
                yield piece
            return
        history = self._history(inquiry)
        text = _checked(inquiry, history)
        async with aclosing(self._pieces(inquiry, history)) as pieces:
            async for piece in pieces:
                if piece == Streamed():
                    yield piece
                for sentence in _sentences(text, piece, inquiry):
                    yield Streamed(text=sentence)
                if piece.generation is not None:
                    yield Streamed(generation=_noted(piece.generation, inquiry, text))

    def _from_templates(self, inquiry: Inquiry) -> list[Streamed]:
        silent = self.models.not_called(inquiry.model, service=SERVICE)
        spoken = ", ".join(inquiry.model.languages)
        noted = silent.noting(f"answer from templates: {inquiry.model.model_id} writes {spoken} only")
        noted = replace(noted, notes=(*noted.notes, *inquiry.notes))
        sentences = CheckedText(lambda _: False).begin(_otherwise(inquiry))
        return [Streamed(), *(Streamed(text=sentence) for sentence in sentences), Streamed(generation=noted)]

    def _history(self, inquiry: Inquiry) -> tuple[Turn, ...]:
        if inquiry.is_small:
            return ()
        most = min(HISTORY_TOKENS, inquiry.model.context_window // HISTORY_SHARE)
        return recent(
            inquiry.turns, tokens=most, count=lambda text: self.models.tokenizer.count(text, model=inquiry.model)
        )

    async def _pieces(self, inquiry: Inquiry, history: tuple[Turn, ...]) -> AsyncGenerator[Streamed, None]:
        """What the model says; of one in this process that fails, nothing, and the last piece says why."""
        operation = self.models.begin(SERVICE, timeout_seconds=patience(inquiry.model))
        begun = False
        try:
            async with aclosing(self._asked(inquiry, history, operation)) as pieces:
                async for piece in pieces:
                    begun = True
                    yield piece
        except FAILURES as failure:
            if not inquiry.model.in_process:
                raise
            if not begun:
                yield Streamed()
            unanswered = self.models.unanswered(operation, model=inquiry.model, service=SERVICE)
            yield Streamed(generation=unanswered.noting(f"without the model's words: {why_silent(failure)}"))

    async def _asked(
        self, inquiry: Inquiry, history: tuple[Turn, ...], operation: Operation
    ) -> AsyncGenerator[Streamed, None]:
        prompt, model = self._prompt(inquiry, history), inquiry.model
        if not inquiry.streamed:
            whole = await self.models.complete(
                prompt, model=model, service=SERVICE, caller=inquiry.caller, operation=operation
            )
            yield Streamed()
            yield Streamed(text=whole.answer.text)
            yield Streamed(generation=whole.generation, finish_reason=whole.answer.finish_reason)
            return
        stream = self.models.stream(prompt, model=model, service=SERVICE, caller=inquiry.caller, operation=operation)
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                yield piece

    def fitted(self, inquiry: Inquiry) -> Inquiry:
        """The inquiry with as many of its contexts as there is room for, the best first; a small model's as it is."""
        if inquiry.is_small or not inquiry.contexts:
            return inquiry
        model = inquiry.model
        bare = self._prompt(replace(inquiry, contexts=()), self._history(inquiry))
        fitting = packed(
            inquiry.contexts,
            inquiry.runs or (),
            room=self.models.room(bare, model=model, service=SERVICE),
            size=lambda text: self.models.size(text, model=model),
            block=run_block,
            language=inquiry.language,
        )
        return replace(inquiry, contexts=fitting.contexts, more=fitting.more)

    def _prompt(self, inquiry: Inquiry, history: tuple[Turn, ...]) -> Prompt:
        return chat_prompt(
            self.prompts.get("chatops", language=inquiry.language),
            question=inquiry.question,
            contexts=inquiry.contexts[:SMALL_CONTEXTS] if inquiry.is_small else inquiry.contexts,
            history=history,
            more=inquiry.more,
            max_output_tokens=SMALL_OUTPUT_TOKENS if inquiry.is_small else None,
        )


def _sentences(text: CheckedText, piece: Streamed, inquiry: Inquiry) -> Iterator[str]:
    """What the reader gets for a piece: a template's opening for the empty one, what is left for the last."""
    if piece == Streamed():
        yield from text.begin(_opening(inquiry))
    yield from text.hear(piece.text)
    if piece.generation is not None:
        yield from text.end()
        if not text.begun:
            yield from text.begin(_otherwise(inquiry))


def _opening(inquiry: Inquiry) -> list[str]:
    """What a template says before a small model does."""
    return _otherwise(inquiry) if inquiry.is_small and inquiry.runs is not None else []


def _otherwise(inquiry: Inquiry) -> list[str]:
    """What templates say where the model says nothing that can be used."""
    if inquiry.runs is None:
        return [nothing_usable(inquiry.language)]
    return told(inquiry.runs, language=inquiry.language, by=inquiry.ordered_by)


def _checked(inquiry: Inquiry, history: tuple[Turn, ...]) -> CheckedText:
    runs = inquiry.runs or ()
    spare = [run_sentence(run, language=inquiry.language, first=inquiry.ordered_by) for run in runs]
    said = [text for turn in history for text in (turn.question, turn.answer)]
    named = [f"{context.id} {context.text}" for context in inquiry.contexts]
    sources = [inquiry.question, *said, *named, inquiry.more, *spare]
    if inquiry.is_small:
        return CheckedText(_small_models_check(sources))
    return CheckedText(without_source(sources), instead=spare or _otherwise(inquiry))


def _small_models_check(sources: list[str]) -> Callable[[str], bool]:
    """Stricter: a sentence must also be whole and new, and may say of a number only what a source says of it."""
    fails, together, seen = without_source(sources), " ".join(sources), set[str]()

    def check(sentence: str) -> bool:
        again = sentence.casefold() in seen
        seen.add(sentence.casefold())
        whole = sentence.endswith((".", "!", "?"))
        return again or not whole or fails(sentence) or unfounded(sentence, together) is not None

    return check


def _noted(generation: Generation, inquiry: Inquiry, text: CheckedText) -> Generation:
    if inquiry.is_small:
        generation = generation.noting(
            f"figures from templates: {inquiry.model.model_id} adds words of its own only ({text.passed} sentences)"
        )
    elif text.refused:
        generation = generation.noting(f"replaced by templates, with figures from nowhere: {text.refused} sentences")
    return replace(generation, notes=(*generation.notes, *inquiry.notes))
