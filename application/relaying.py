"""Requests in a provider's own words on their way: chosen by policy, priced, held against budgets, recorded."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace

from application.admitting import admitted_call
from application.estimating import LIKELY_A_CALL, LIKELY_A_MESSAGE, MOST_A_CALL, MOST_A_TEXT
from application.limiting import Limits
from application.meter import Meter, Metered, Streaming
from application.operation import Call
from application.ports.chat_relay import ChatRelay
from application.ports.tokenizer import Tokenizer
from application.streamed import Streamed
from domain.generation import Caller
from domain.relay import RelayedAnswer, RelayedRequest
from domain.usage import TokenUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunRelay:
    """A request that may be made: the call that it is, and what is sent, with its model and its bound."""

    call: Call
    request: RelayedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredRelay:
    """Providers as clients of OpenAI's interface see them. Every request of theirs goes through it."""

    meter: Meter
    limits: Limits
    relays: Mapping[str, ChatRelay]
    tokenizer: Tokenizer

    def begin(self, request: RelayedRequest, *, service: str, caller: Caller) -> BegunRelay:
        """The request under the rules of the service, and not sent yet.

        Raises: UnknownModel, UnknownService, ModelNotAllowed, ServiceNotAllowed, ModelUnavailable.
        """
        rules = self.meter.governance.current()
        caller.principal.allow(service=service)
        policy = rules.policies.of(service)
        model = policy.choose(request.model_id, catalogue=rules.catalogue, providers=self.relays.keys())
        caller.principal.allow(service=service, model_id=model.model_id)
        bound = policy.output_bound(request.max_output_tokens, model=model)
        read = sum(self.tokenizer.count(text, model=model) for text in request.texts) + request.other_input_tokens
        count = len(request.texts)
        most = TokenUsage(
            input_tokens=read + MOST_A_TEXT * count + MOST_A_CALL,
            output_tokens=bound * request.choices,
            estimated=True,
        )
        call = Call(
            caller=caller,
            rules=rules,
            policy=policy,
            model=model,
            operation=self.meter.begin(policy),
            prompt_version=None,
            most=most,
            likely_input=read + LIKELY_A_MESSAGE * count + LIKELY_A_CALL,
        )
        return BegunRelay(call=call, request=replace(request, model_id=model.model_id, max_output_tokens=bound))

    async def complete(self, begun: BegunRelay) -> Metered[RelayedAnswer]:
        """The provider's answer, with what it took.

        Raises: RateLimited, BudgetExhausted, UnpricedModel, StoreUnavailable, and as `ChatRelay.relay`.
        """
        call, relay = begun.call, self.relays[begun.call.model.provider]
        async with admitted_call(self.limits, call):
            return await self.meter.run(
                call,
                lambda seconds: relay.relay(begun.request, model=call.model, timeout_seconds=seconds),
                lambda answer: call.counted(answer.text, tokenizer=self.tokenizer),
            )

    async def stream(self, begun: BegunRelay) -> AsyncGenerator[Streamed, None]:
        """The provider's events as they come, as `Meter.stream`. Raises: as `complete`, at any piece."""
        call, relay = begun.call, self.relays[begun.call.model.provider]
        means = Streaming(
            ask=lambda seconds: relay.relay_stream(begun.request, model=call.model, timeout_seconds=seconds),
            count=lambda text: call.counted(text, tokenizer=self.tokenizer),
        )
        async with admitted_call(self.limits, call), aclosing(self.meter.stream(call, means)) as pieces:
            async for piece in pieces:
                yield piece
