"""The one way to a provider: models chosen by policy, every call through the meter. Every use case goes through it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, replace
from decimal import Decimal

from application.limiting import Admission, Limits
from application.meter import Call, Meter, Metered
from application.ports.chat_model import ChatModel, StreamingChatModel
from application.ports.embedder import Embedder
from application.ports.tokenizer import Tokenizer
from application.streamed import Streamed
from domain.catalogue import ModelCapability, ModelConfig
from domain.embedding import Embedded, TextKind
from domain.errors import UnusableCompletion
from domain.generation import Caller, Generation
from domain.policy import ServiceModelPolicy
from domain.prompting import Completion, CompletionChunk, FinishReason, Prompt
from domain.usage import TokenUsage

TOKENS_A_MESSAGE = 8
"""What roles and separators cost a message, over rather than under."""
MEMORY_SERVICE = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredChatModel:
    """Language models as use cases see them: chosen by policy, priced, held against budgets, recorded."""

    meter: Meter
    limits: Limits
    providers: Mapping[str, ChatModel]
    tokenizer: Tokenizer

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

    async def complete(
        self,
        prompt: Prompt,
        *,
        model: ModelConfig,
        service: str,
        caller: Caller,
        operation_id: str | None = None,
        timeout_seconds: float | None = None,
    ) -> Metered[Completion]:
        """The model's answer, with what it took; the policy's time-out holds where none is given.

        Raises: as `ChatModel.complete` and `Limits.admitted`, BudgetExhausted, UnpricedModel.
        """
        call, bounded = self._call(prompt, model=model, service=service, caller=caller, operation_id=operation_id)
        provider, seconds = self.providers[model.provider], timeout_seconds or call.policy.timeout_seconds
        async with _admitted(self.limits, call) as admission:
            metered = await self.meter.run(
                call,
                lambda: provider.complete(bounded, model=model, timeout_seconds=seconds),
                lambda answer: self._counted(call, answer.text),
            )
            admission.used(metered.generation.usage)
        return metered

    async def complete_or_empty(
        self, prompt: Prompt, *, model: ModelConfig, service: str, caller: Caller
    ) -> Metered[Completion]:
        """As `complete`, for who can do without: an answer that is no completion is an empty one, at its estimate."""
        call, bounded = self._call(prompt, model=model, service=service, caller=caller)
        provider = self.providers[model.provider]

        async def ask() -> Completion:
            try:
                return await provider.complete(bounded, model=model, timeout_seconds=call.policy.timeout_seconds)
            except UnusableCompletion:
                return Completion(
                    text="", usage=replace(call.estimate, estimated=True), finish_reason=FinishReason.OTHER
                )

        async with _admitted(self.limits, call) as admission:
            metered = await self.meter.run(call, ask, lambda answer: self._counted(call, answer.text))
            admission.used(metered.generation.usage)
        return metered

    async def stream(
        self, prompt: Prompt, *, model: ModelConfig, service: str, caller: Caller
    ) -> AsyncGenerator[Streamed, None]:
        """The model's answer in pieces, as `Meter.stream`; whole, as one piece, of a model that cannot stream."""
        call, bounded = self._call(prompt, model=model, service=service, caller=caller)
        provider, seconds = self.providers[model.provider], call.policy.timeout_seconds

        def ask() -> AsyncGenerator[CompletionChunk, None]:
            if isinstance(provider, StreamingChatModel) and model.can(ModelCapability.STREAMING):
                return provider.stream(bounded, model=model, timeout_seconds=seconds)
            return _in_one_piece(provider, bounded, model, seconds)

        counted = self.meter.stream(call, ask, lambda text: self._counted(call, text))
        async with _admitted(self.limits, call) as admission, aclosing(counted) as pieces:
            async for piece in pieces:
                if piece.text or piece.generation is not None:
                    # Of a stream that breaks off nobody knows more than that.
                    admission.used(call.estimate if piece.generation is None else piece.generation.usage)
                yield piece

    def _call(
        self, prompt: Prompt, *, model: ModelConfig, service: str, caller: Caller, operation_id: str | None = None
    ) -> tuple[Call, Prompt]:
        """What is to be asked and held, and the prompt with its bound."""
        rules = self.meter.governance.current()
        policy = rules.policies.of(service)
        bounded = replace(prompt, max_output_tokens=_output_bound(prompt, model, policy))
        asked = self._input_tokens(bounded, model)
        call = Call(
            caller=caller,
            rules=rules,
            policy=policy,
            model=model,
            operation_id=operation_id or self.meter.ids.new(),
            prompt_version=prompt.version,
            estimate=TokenUsage(input_tokens=asked, output_tokens=bounded.max_output_tokens or 0),
        )
        return call, bounded

    def _counted(self, call: Call, answer: str) -> TokenUsage:
        """What a call used whose provider does not say."""
        written = self.tokenizer.count(answer, model=call.model)
        return TokenUsage(input_tokens=call.estimate.input_tokens, output_tokens=written, estimated=True)

    def _input_tokens(self, prompt: Prompt, model: ModelConfig) -> int:
        texts = [message.text for message in prompt.messages]
        if prompt.answer_schema is not None:
            texts.append(str(dict(prompt.answer_schema.schema)))
        return sum(self.tokenizer.count(text, model=model) + TOKENS_A_MESSAGE for text in texts)


def _admitted(limits: Limits, call: Call) -> AbstractAsyncContextManager[Admission]:
    """As `Limits.admitted`, for the most that the call may use."""
    tokens = call.estimate.total_tokens
    return limits.admitted(call.caller, rules=call.rules, policy=call.policy, model=call.model, tokens=tokens)


async def _in_one_piece(
    provider: ChatModel, prompt: Prompt, model: ModelConfig, timeout_seconds: float
) -> AsyncGenerator[CompletionChunk, None]:
    whole = await provider.complete(prompt, model=model, timeout_seconds=timeout_seconds)
    yield CompletionChunk(text=whole.text, usage=whole.usage, finish_reason=whole.finish_reason)


def _output_bound(prompt: Prompt, model: ModelConfig, policy: ServiceModelPolicy) -> int:
    wanted = prompt.max_output_tokens or policy.default_max_output_tokens
    return min(wanted, model.max_output_tokens or wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredEmbedder:
    """Embedding models as use cases see them; the service that pays is `memory`."""

    meter: Meter
    limits: Limits
    providers: Mapping[str, Embedder]
    tokenizer: Tokenizer

    def model(self) -> ModelConfig:
        """The embedding model that serves. Raises: ModelUnavailable."""
        rules = self.meter.governance.current()
        return rules.policies.of(MEMORY_SERVICE).choose(
            None, catalogue=rules.catalogue, providers=self.providers.keys()
        )

    async def embed(self, texts: Sequence[str], *, kind: TextKind, caller: Caller) -> Metered[Embedded]:
        """One vector a text, in order, with what it took. Raises: as `Embedder.embed`, BudgetExhausted."""
        rules = self.meter.governance.current()
        policy, model = rules.policies.of(MEMORY_SERVICE), self.model()
        counted = TokenUsage(input_tokens=sum(self.tokenizer.count(text, model=model) for text in texts))
        call = Call(
            caller=caller,
            rules=rules,
            policy=policy,
            model=model,
            operation_id=self.meter.ids.new(),
            prompt_version=None,
            estimate=counted,
        )
        provider = self.providers[model.provider]
        async with _admitted(self.limits, call) as admission:
            metered = await self.meter.run(
                call,
                lambda: provider.embed(texts, kind=kind, model=model, timeout_seconds=policy.timeout_seconds),
                lambda _: replace(counted, estimated=True),
            )
            admission.used(metered.generation.usage)
        return metered
