import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from adapters.memory.chat_model import Scripted, ScriptedChatModel
from adapters.memory.clock import SettableClock
from adapters.memory.rate_limiter import InMemoryRateLimiter
from application.limiting import LEASE_SECONDS, Limits
from domain.access_errors import CallTooLarge, RateLimited
from domain.budget import BudgetRule
from domain.catalogue import ModelConfig
from domain.embedding import TextKind
from domain.errors import BudgetExhausted, DomainError, ProviderRejected, StoreUnavailable, UnusableCompletion
from domain.generation import Caller
from domain.prompting import Completion, Message, MessageRole, Prompt
from domain.rate_limit import RateDemand, RateRule, RateSubject, RateTicket, RateUnit
from domain.usage import TokenUsage
from tests.builders import MOMENT, a_caller, a_rule
from tests.unit.application.services import DEAR, Service, a_service

ASKED = Prompt(
    version="chatops@1",
    messages=(Message(role=MessageRole.USER, text="RSI 전략은 어땠어?"),),
    max_output_tokens=100,
)
ANSWER = Completion(text="네", usage=TokenUsage(input_tokens=30, output_tokens=5))
EACH = RateRule(name="사람마다", each=RateSubject.USER, requests_per_minute=2, tokens_per_minute=400, concurrent=1)


class NotedLimiter(InMemoryRateLimiter):
    """The in-memory one, which notes what it is asked, and can be down."""

    def __init__(self, clock: SettableClock) -> None:
        super().__init__(clock)
        self.admitted: list[tuple[RateDemand, ...]] = []
        self.leases: list[float] = []
        self.settled: list[int | None] = []
        self.is_down = False

    async def admit(self, demands: Sequence[RateDemand], *, lease_seconds: float) -> RateTicket:
        if self.is_down:
            raise StoreUnavailable("rate_limits", "Valkey: it does not answer")
        ticket = await super().admit(demands, lease_seconds=lease_seconds)
        self.admitted.append(tuple(demands))
        self.leases.append(lease_seconds)
        return ticket

    async def settle(self, ticket: RateTicket, *, tokens: int | None) -> None:
        if self.is_down:
            raise StoreUnavailable("rate_limits", "Valkey: it does not answer")
        await super().settle(ticket, tokens=tokens)
        self.settled.append(tokens)


class Waiting(ScriptedChatModel):
    """Says when it was asked, and answers when it may."""

    def __init__(self, *script: Scripted) -> None:
        super().__init__(*script)
        self.begun, self.may_answer = asyncio.Event(), asyncio.Event()

    async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
        self.begun.set()
        await self.may_answer.wait()
        return await super().complete(prompt, model=model, timeout_seconds=timeout_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """A service under rate limits, and who counts them."""

    service: Service
    limiter: NotedLimiter
    caller: Caller = field(default_factory=lambda: a_caller(user_id="김민지"))

    async def ask(self, *, caller: Caller | None = None, model: ModelConfig = DEAR) -> Completion:
        asking = caller or a_caller(user_id="김민지")
        metered = await self.service.models.complete(ASKED, model=model, service="chatops", caller=asking)
        return metered.answer

    async def refusal(self) -> RateLimited:
        with pytest.raises(RateLimited) as refused:
            await self.ask()
        return refused.value


def limited(*script: Scripted, rules: tuple[RateRule, ...] = (EACH,), budgets: tuple[BudgetRule, ...] = ()) -> Limited:
    service = a_service(*script, rate_limits=rules, budgets=budgets)
    limiter = NotedLimiter(service.clock)
    return Limited(service=replace(service, limits=Limits(limiter=limiter)), limiter=limiter)


async def test_a_call_takes_its_most_and_gives_back_what_it_did_not_use() -> None:
    asked = limited(ANSWER)
    await asked.ask()
    ((requests, tokens, place),) = asked.limiter.admitted
    assert (requests.unit, requests.amount, place.unit) == (RateUnit.REQUESTS, 1, RateUnit.CONCURRENT)
    (entry,) = await asked.service.entries()
    assert tokens.amount >= 100 + 1
    assert asked.limiter.settled == [35] == [entry.usage.total_tokens]


async def test_a_call_that_does_not_fit_leaves_no_row_and_asks_nobody() -> None:
    asked = limited(ANSWER, ANSWER, ANSWER)
    await asked.ask()
    await asked.ask()
    refused = await asked.refusal()
    assert (refused.facts["rule"], refused.facts["unit"]) == ("사람마다", "requests_per_minute")
    assert len(await asked.service.entries()) == 2
    assert asked.service.limits.refused == {("사람마다", "requests_per_minute"): 1}
    await asked.ask(caller=a_caller(user_id="이준"))


async def test_what_was_told_as_the_time_to_wait_is_enough() -> None:
    asked = limited(ANSWER, ANSWER, ANSWER)
    await asked.ask()
    await asked.ask()
    asked.service.clock.advance((await asked.refusal()).retry_after_seconds)
    assert await asked.ask() == ANSWER


async def test_several_calls_for_one_request_are_one_request() -> None:
    asked = limited(*[ANSWER] * 5)
    for _ in range(2):
        one = a_caller(user_id="김민지")
        await asked.service.embedder.embed(["과매도"], kind=TextKind.QUERY, caller=one)
        await asked.ask(caller=one)
        await asked.ask(caller=one)
    assert (await asked.refusal()).facts["unit"] == "requests_per_minute"
    units = [[demand.unit for demand in demands].count(RateUnit.REQUESTS) for demands in asked.limiter.admitted]
    assert units == [1, 0, 0] * 2


async def test_a_request_whose_id_somebody_gave_before_is_another_request() -> None:
    asked = limited(*[ANSWER] * 3)
    for _ in range(2):
        await asked.ask(caller=a_caller(user_id="김민지", request_id="언제나-같은"))
    with pytest.raises(RateLimited):
        await asked.ask(caller=a_caller(user_id="김민지", request_id="언제나-같은"))


async def test_a_call_is_under_way_until_it_has_ended() -> None:
    asked, model = limited(), Waiting(ANSWER, ANSWER)
    asked.service.chat["openai"] = model
    first = asyncio.ensure_future(asked.ask())
    await model.begun.wait()
    assert (await asked.refusal()).facts["unit"] == "concurrent"
    model.may_answer.set()
    await first
    await asked.ask()


@pytest.mark.parametrize(
    ("failure", "share"), [(ProviderRejected("models", "401"), 0), (UnusableCompletion("no JSON"), 1)]
)
async def test_what_no_model_worked_for_is_given_back_and_what_one_may_have_worked_for_is_not(
    failure: DomainError, share: int
) -> None:
    asked = limited(failure)
    with pytest.raises(type(failure)):
        await asked.ask()
    ((_, most, _),) = asked.limiter.admitted
    assert asked.limiter.settled == [share * most.amount]


async def test_what_a_budget_refuses_gives_its_tokens_back() -> None:
    asked = limited(ANSWER, budgets=(a_rule(limit=Decimal(0)),))
    with pytest.raises(BudgetExhausted):
        await asked.ask()
    assert asked.limiter.settled == [0]


async def test_a_caller_who_leaves_frees_its_place_and_what_it_may_have_used_stays_taken() -> None:
    asked, model = limited(), Waiting()
    asked.service.chat["openai"] = model
    leaving = asyncio.ensure_future(asked.ask())
    await model.begun.wait()
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    ((_, most, _),) = asked.limiter.admitted
    assert asked.limiter.settled == [most.amount]
    asked.service.chat["openai"] = ScriptedChatModel(ANSWER)
    await asked.ask()


async def test_a_stream_holds_its_place_to_its_end_and_settles_what_it_used() -> None:
    asked = limited(ANSWER)
    stream = asked.service.models.stream(ASKED, model=DEAR, service="chatops", caller=asked.caller)
    async with aclosing(stream) as pieces:
        await anext(pieces)
        assert (await asked.refusal()).facts["unit"] == "concurrent"
        rest = [piece async for piece in pieces]
    assert rest[-1].generation is not None
    assert asked.limiter.settled == [35]


async def test_a_stream_that_is_left_frees_its_place_and_takes_what_its_row_is_charged() -> None:
    asked = limited(ANSWER)
    stream = asked.service.models.stream(ASKED, model=DEAR, service="chatops", caller=asked.caller)
    async with aclosing(stream) as pieces:
        await anext(pieces)
        await anext(pieces)
    (entry,) = await asked.service.entries()
    assert asked.limiter.settled == [entry.usage.total_tokens]
    await asked.ask()


async def test_a_stream_that_does_not_fit_says_so_before_its_first_piece() -> None:
    asked = limited(*[ANSWER] * 3)
    await asked.ask()
    await asked.ask()
    with pytest.raises(RateLimited):
        await anext(asked.service.models.stream(ASKED, model=DEAR, service="chatops", caller=asked.caller))


async def test_a_call_that_can_never_fit_is_refused_for_good() -> None:
    asked = limited(ANSWER, rules=(RateRule(name="작은", tokens_per_minute=50),))
    with pytest.raises(CallTooLarge):
        await asked.ask()
    assert await asked.service.entries() == []


async def test_where_it_cannot_be_counted_nobody_is_let_in_whom_a_rule_covers() -> None:
    asked = limited(ANSWER, rules=(RateRule(name="보고서", service="narrative_report", concurrent=1),))
    asked.limiter.is_down = True
    await asked.ask()
    strict = limited(ANSWER)
    strict.limiter.is_down = True
    with pytest.raises(StoreUnavailable):
        await strict.ask()
    assert await strict.service.entries() == []


async def test_an_answer_is_not_lost_where_it_cannot_be_settled(caplog: pytest.LogCaptureFixture) -> None:
    asked = limited()

    class Ends(ScriptedChatModel):
        async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
            asked.limiter.is_down = True
            return await super().complete(prompt, model=model, timeout_seconds=timeout_seconds)

    asked.service.chat["openai"] = Ends(ANSWER)
    assert await asked.ask() == ANSWER
    assert "rate_limits_not_settled" in caplog.messages


async def test_a_place_is_kept_as_long_as_the_call_may_take_and_a_little_more() -> None:
    asked = limited(ANSWER)
    await asked.ask()
    policy = asked.service.governance.current().policies.of("chatops")
    assert asked.limiter.leases == [policy.timeout_seconds + LEASE_SECONDS]
    assert asked.service.clock.now() == MOMENT
