"""The one way to a provider: models chosen by policy, every call through the meter. Every use case goes through it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from decimal import Decimal

from application.admitting import admitted_call
from application.bodies import BodyDesk
from application.estimating import chat_input, embedding_input
from application.limiting import Limits
from application.meter import Meter, Metered, Streaming
from application.operation import Call, Operation
from application.overhearing import overheard
from application.ports.chat_model import ChatModel, StreamingChatModel
from application.ports.embedder import Embedder, LimitedAtOnce
from application.ports.tokenizer import Tokenizer
from application.streamed import Streamed
from domain.catalogue import ModelCapability, ModelConfig
from domain.embedding import MOST_TEXTS, Embedded, TextKind, joined, portions
from domain.errors import UnusableCompletion
from domain.generation import Caller, Generation
from domain.prompting import Completion, CompletionChunk, FinishReason, Prompt
from domain.provider_errors import UnusableAnswer
from domain.space import StoredSpace
from domain.usage import TokenUsage

MEMORY_SERVICE = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredChatModel:
    """Language models as use cases see them: chosen by policy, priced, held against budgets, recorded."""

    meter: Meter
    limits: Limits
    providers: Mapping[str, ChatModel]
    tokenizer: Tokenizer
    bodies: BodyDesk | None = None

    def choose(self, model_id: str | None, *, service: str, caller: Caller, retrieval: bool = False) -> ModelConfig:
        """The model that will serve.

        Raises: UnknownModel, UnknownService, ModelNotAllowed, ServiceNotAllowed, RetrievalNotSupported,
        ModelUnavailable.
        """
        rules = self.meter.governance.current()
        caller.principal.allow(service=service)
        model = rules.policies.of(service).choose(
            model_id, catalogue=rules.catalogue, providers=self.providers.keys(), retrieval=retrieval
        )
        caller.principal.allow(service=service, model_id=model.model_id)
        return model

    def room(self, prompt: Prompt, *, model: ModelConfig, service: str) -> int:
        """How much may be added to a prompt of what was retrieved: as its policy allows, and the model's window."""
        policy = self.meter.governance.current().policies.of(service)
        bound = policy.output_bound(prompt.max_output_tokens, model=model)
        provider = self.providers[model.provider]
        read = chat_input(prompt, model=model, provider=provider, tokenizer=self.tokenizer)
        return max(0, min(policy.max_context_tokens, model.context_window - bound - read.most))

    def size(self, text: str, *, model: ModelConfig) -> int:
        """How many tokens a part of a prompt is to this model, its line break with it."""
        return self.tokenizer.count(text, model=model) + 1

    def not_called(self, model: ModelConfig, *, service: str) -> Generation:
        """The generation of an answer that needed no model after all."""
        policy = self.meter.governance.current().policies.of(service)
        return Generation(
            operation_id=self.meter.ids.new(),
            service=policy.service,
            provider=model.provider,
            model_id=model.model_id,
            prompt_version=None,
            attempts=0,
            usage=TokenUsage(),
            cost_usd=Decimal(0),
            latency_ms=0,
        )

    def begin(self, service: str, *, timeout_seconds: float | None = None) -> Operation:
        """An operation of several calls, which share its id and its time: the policy's, or less."""
        policy = self.meter.governance.current().policies.of(service)
        return self.meter.begin(policy, timeout_seconds=timeout_seconds)

    def unanswered(self, operation: Operation, *, model: ModelConfig, service: str) -> Generation:
        """The generation of an answer that goes without the model's words, with what was tried for them."""
        return replace(
            self.not_called(model, service=service),
            operation_id=operation.operation_id,
            attempts=operation.attempts,
            usage=operation.usage,
            cost_usd=operation.cost_usd,
        )

    async def complete(
        self, prompt: Prompt, *, model: ModelConfig, service: str, caller: Caller, operation: Operation | None = None
    ) -> Metered[Completion]:
        """The model's answer, with what its operation took so far; one that was cut off or refused says so.

        Raises: as `ChatModel.complete` and `Limits.admitted`, BudgetExhausted, UnpricedModel, StoreUnavailable.
        """
        call, bounded = self._call(prompt, model=model, service=service, caller=caller, operation=operation)
        provider = self._provider(call)
        async with admitted_call(self.limits, call):
            metered = await self.meter.run(
                call,
                lambda seconds: provider.complete(bounded, model=model, timeout_seconds=seconds),
                lambda answer: call.counted(answer.text, tokenizer=self.tokenizer),
            )
        return _with_its_end(metered)

    async def complete_or_empty(
        self, prompt: Prompt, *, model: ModelConfig, service: str, caller: Caller
    ) -> Metered[Completion]:
        """As `complete`, for who can do without: an answer that is no completion is an empty one, and is paid for."""
        call, bounded = self._call(prompt, model=model, service=service, caller=caller)
        provider = self._provider(call)

        async def ask(seconds: float) -> Completion:
            try:
                return await provider.complete(bounded, model=model, timeout_seconds=seconds)
            except UnusableCompletion as failure:
                used = failure.usage if isinstance(failure, UnusableAnswer) else call.most
                return Completion(text="", usage=used, finish_reason=FinishReason.OTHER)

        async with admitted_call(self.limits, call):
            metered = await self.meter.run(
                call, ask, lambda answer: call.counted(answer.text, tokenizer=self.tokenizer)
            )
        return _with_its_end(metered)

    async def stream(
        self, prompt: Prompt, *, model: ModelConfig, service: str, caller: Caller, operation: Operation | None = None
    ) -> AsyncGenerator[Streamed, None]:
        """The model's answer in pieces, as `Meter.stream`; whole, as one piece, of a model that cannot stream."""
        call, bounded = self._call(prompt, model=model, service=service, caller=caller, operation=operation)
        provider = self._provider(call)
        streams = model.can(ModelCapability.STREAMING)

        def ask(seconds: float) -> AsyncGenerator[CompletionChunk, None]:
            if streams and isinstance(provider, StreamingChatModel):
                return provider.stream(bounded, model=model, timeout_seconds=seconds)
            return _in_one_piece(provider, bounded, model, seconds)

        def count(text: str) -> TokenUsage:
            # Nothing heard of an answer that comes whole says nothing of how much of it was written.
            return call.counted(text, tokenizer=self.tokenizer) if text or streams else call.most

        means = Streaming(ask=ask, count=count)
        async with admitted_call(self.limits, call), aclosing(self.meter.stream(call, means)) as pieces:
            async for piece in pieces:
                last = piece.generation
                yield piece if last is None else replace(piece, generation=_ended(last, piece.finish_reason))

    def _call(
        self, prompt: Prompt, *, model: ModelConfig, service: str, caller: Caller, operation: Operation | None = None
    ) -> tuple[Call, Prompt]:
        """What is to be asked and held, and the prompt with its bound."""
        rules = self.meter.governance.current()
        policy = rules.policies.of(service)
        bound = policy.output_bound(prompt.max_output_tokens, model=model)
        bounded = replace(prompt, max_output_tokens=bound)
        read = chat_input(bounded, model=model, provider=self.providers[model.provider], tokenizer=self.tokenizer)
        call = Call(
            caller=caller,
            rules=rules,
            policy=policy,
            model=model,
            operation=operation or self.meter.begin(policy),
            prompt_version=prompt.version,
            most=TokenUsage(input_tokens=read.most, output_tokens=bound, estimated=True),
            likely_input=read.likely,
        )
        return call, bounded

    def _provider(self, call: Call) -> ChatModel:
        """Who is asked, heard by the desk where there is one."""
        provider, heard_for = self.providers[call.model.provider], call.operation.operation_id
        return provider if self.bodies is None else overheard(provider, self.bodies, operation_id=heard_for)


def _with_its_end(metered: Metered[Completion]) -> Metered[Completion]:
    return replace(metered, generation=_ended(metered.generation, metered.answer.finish_reason))


def _ended(generation: Generation, reason: FinishReason | None) -> Generation:
    """What it took, with a note where the answer is not all that the model would have said."""
    if reason is FinishReason.LENGTH:
        limit = generation.max_output_tokens
        return generation.noting(f"the model's answer was cut off at its limit of {limit} output tokens")
    if reason is FinishReason.CONTENT_FILTER:
        return generation.noting("the model refused, or its provider's content filter ended the answer")
    return generation


async def _in_one_piece(
    provider: ChatModel, prompt: Prompt, model: ModelConfig, timeout_seconds: float
) -> AsyncGenerator[CompletionChunk, None]:
    whole = await provider.complete(prompt, model=model, timeout_seconds=timeout_seconds)
    yield CompletionChunk(text=whole.text, usage=whole.usage, finish_reason=whole.finish_reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredEmbedder:
    """Embedding models as use cases see them; the service that pays is `memory`."""

    meter: Meter
    limits: Limits
    providers: Mapping[str, Embedder]
    tokenizer: Tokenizer
    former: Mapping[str, Embedder] = field(default_factory=dict)
    """Of providers that new spaces are not made with: an index that was made with one is asked with it."""

    def model(self, space: StoredSpace | None = None) -> ModelConfig:
        """The embedding model that new spaces are made with, or the one that made a space, as it did.

        Raises: ModelUnavailable; of a space also UnknownModel and ModelNotAllowed, where the rules were changed since.
        """
        rules = self.meter.governance.current()
        policy, catalogue = rules.policies.of(MEMORY_SERVICE), rules.catalogue
        if space is None:
            return policy.choose(None, catalogue=catalogue, providers=self.providers.keys())
        providers = self.providers.keys() | self.former.keys()
        model = policy.choose(space.model_id, catalogue=catalogue, providers=providers)
        return replace(model, dimensions=space.dimensions or model.dimensions)

    def texts_at_once(self, space: StoredSpace | None = None) -> int:
        """How many texts one request carries at most. Raises: as `model`."""
        provider = self._provider(self.model(space))
        return provider.texts_at_once if isinstance(provider, LimitedAtOnce) else MOST_TEXTS

    def portions(self, texts: Sequence[str], *, space: StoredSpace | None = None) -> list[list[str]]:
        """The texts in order, in groups that one request carries. Raises: as `model`."""
        return portions(texts, most_texts=self.texts_at_once(space))

    async def embed(
        self, texts: Sequence[str], *, kind: TextKind, caller: Caller, space: StoredSpace | None = None
    ) -> Metered[Embedded]:
        """One vector a text, in order, with what it took; each request is a row of the one operation.

        Of the model that made the space, where one is named. Where a request fails, those before it are paid for and
        lost: who wants to keep them asks by `portions`.
        Raises: as `Embedder.embed` and `model`, BudgetExhausted, UnpricedModel, StoreUnavailable.
        """
        model = self.model(space)
        operation = self.meter.begin(self.meter.governance.current().policies.of(MEMORY_SERVICE))
        parts = [
            await self._request(portion, kind=kind, caller=caller, operation=operation, model=model)
            for portion in self.portions(texts, space=space) or [[]]
        ]
        return Metered(answer=joined([part.answer for part in parts]), generation=parts[-1].generation)

    async def _request(
        self, texts: Sequence[str], *, kind: TextKind, caller: Caller, operation: Operation, model: ModelConfig
    ) -> Metered[Embedded]:
        rules = self.meter.governance.current()
        policy = rules.policies.of(MEMORY_SERVICE)
        read = embedding_input(texts, model=model, tokenizer=self.tokenizer)
        call = Call(
            caller=caller,
            rules=rules,
            policy=policy,
            model=model,
            operation=operation,
            prompt_version=None,
            most=TokenUsage(input_tokens=read.most, estimated=True),
            likely_input=read.likely,
        )
        provider = self._provider(model)
        async with admitted_call(self.limits, call):
            return await self.meter.run(
                call,
                lambda seconds: provider.embed(texts, kind=kind, model=model, timeout_seconds=seconds),
                lambda _: TokenUsage(input_tokens=read.likely, estimated=True),
            )

    def _provider(self, model: ModelConfig) -> Embedder:
        return self.providers.get(model.provider) or self.former[model.provider]
