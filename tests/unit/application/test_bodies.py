import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.memory.body_store import InMemoryBodyStore
from adapters.memory.chat_model import ScriptedChatModel
from application import bodies
from application.bodies import BodyDesk, OverheardLedger
from application.bookkeeping import Book
from application.meter import Meter
from application.overhearing import OverheardChatModel, OverheardStreamingChatModel, overheard
from application.ports.chat_model import ChatModel, StreamingChatModel
from application.use_cases.prune_bodies import PruneBodies
from application.use_cases.show_body import ShowBody
from application.use_cases.store_bodies import BATCH, StoreBodies, Stored
from domain.budget import BudgetPeriod, BudgetRule, BudgetUnit
from domain.call_body import CallBody
from domain.catalogue import ModelConfig
from domain.errors import BudgetExhausted, NotFound, ProviderUnavailable, StoreUnavailable
from domain.identity import Role
from domain.prompting import Completion, CompletionChunk, Message, MessageRole, Prompt
from domain.retention import Retention
from domain.usage import TokenUsage, UsageStatus
from tests.builders import MOMENT, a_call_body, a_caller, a_principal, a_settlement, a_usage_entry, later
from tests.unit.application.services import DEAR, DESIGNER, WRITER, Service, a_service

SERVICE = "strategy_builder"
ASKED = Prompt(
    version="strategy_builder@1",
    messages=(
        Message(role=MessageRole.SYSTEM, text="You design strategies."),
        Message(role=MessageRole.USER, text="RSI로 GOOG 역추세 전략을 만들어 줘"),
    ),
    max_output_tokens=100,
)
ANSWER = Completion(text="RSI 30 아래에서 삽니다.", usage=TokenUsage(input_tokens=100, output_tokens=20))


class Heard:
    """A service whose calls are heard."""

    def __init__(self, service: Service, *, store: bool = True) -> None:
        self.service = service
        rules = service.governance.current()
        service.governance.replace(replace(rules, retention=Retention(store_bodies=store)))
        self.desk = BodyDesk(governance=service.governance, work=service.work)
        self.store = InMemoryBodyStore()
        ledger = OverheardLedger(ledger=service.ledger, desk=self.desk)
        book = Book(ledger=ledger, clock=service.clock)
        meter = Meter(governance=service.governance, book=book, clock=service.clock, ids=service.ids)
        self.models = replace(service.models, meter=meter, bodies=self.desk)

    async def ask(self, model: ModelConfig = DESIGNER) -> Completion:
        metered = await self.models.complete(ASKED, model=model, service=SERVICE, caller=a_caller())
        return metered.answer

    async def read(self, model: ModelConfig = DEAR, *, pieces: int | None = None) -> str:
        """What is heard of a stream, closed after so many pieces."""
        text = ""
        stream = self.models.stream(ASKED, model=model, service=SERVICE, caller=a_caller())
        async for piece in stream:
            text += piece.text
            if pieces is not None and len(text.split()) >= pieces:
                break
        await stream.aclose()
        return text

    async def kept(self) -> list[CallBody | None]:
        """The bodies of the ledger's rows, oldest first, stored first."""
        await StoreBodies(desk=self.desk, store=self.store)()
        return [await self.of(entry.entry_id) for entry in await self.service.entries()]

    async def of(self, entry_id: str) -> CallBody | None:
        try:
            return await self.store.get(entry_id, scope=None)
        except NotFound:
            return None


async def test_prompt_and_answer_of_a_call_are_kept_with_the_row_that_they_are_of() -> None:
    heard = Heard(a_service(ANSWER))
    assert await heard.ask() == ANSWER
    [entry] = await heard.service.entries()
    assert await heard.kept() == [
        CallBody(
            entry_id=entry.entry_id, operation_id=entry.operation_id, user_id="mina@quant.kr", at=MOMENT,
            messages=ASKED.messages, answer=ANSWER.text,
        )
    ]  # fmt: skip


async def test_nothing_is_kept_unless_the_rules_ask_for_it() -> None:
    heard = Heard(a_service(ANSWER), store=False)
    await heard.ask()
    assert await heard.kept() == [None]
    assert Retention() == Retention(store_bodies=False, bodies_days=30)


async def test_nothing_waits_before_the_row_is_final() -> None:
    heard = Heard(a_service())
    seen: list[int] = []

    class Watching(ScriptedChatModel):
        async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
            seen.append(len(heard.desk.take(10)))
            return await super().complete(prompt, model=model, timeout_seconds=timeout_seconds)

    heard.service.chat["openai"] = Watching(ANSWER)
    await heard.ask()
    assert seen == [0]
    assert len(heard.desk.take(10)) == 1


async def test_each_attempt_is_kept_with_what_was_heard_of_it() -> None:
    heard = Heard(a_service(ProviderUnavailable("models", "503", retry_after_seconds=1.0), ANSWER))
    await heard.ask()
    first, second = await heard.kept()
    assert first is not None
    assert second is not None
    assert (first.answer, first.messages) == (None, ASKED.messages)
    assert (second.answer, second.operation_id) == (ANSWER.text, first.operation_id)


async def test_a_stream_is_kept_as_far_as_it_was_heard() -> None:
    heard = Heard(a_service("하나 둘 셋 넷", "하나 둘 셋 넷"))
    assert await heard.read() == "하나 둘 셋 넷"
    assert await heard.read(pieces=2) == "하나 둘"
    whole, cut = await heard.kept()
    assert whole is not None
    assert cut is not None
    assert (whole.answer, cut.answer) == ("하나 둘 셋 넷", "하나 둘")


async def test_an_answer_in_one_piece_of_a_model_that_cannot_stream_is_kept_too() -> None:
    heard = Heard(a_service(ANSWER))
    assert await heard.read(DESIGNER) == ANSWER.text
    [body] = await heard.kept()
    assert body is not None
    assert body.answer == ANSWER.text


async def test_calls_at_once_are_not_taken_for_each_other() -> None:
    texts = [f"답 {number}" for number in range(8)]
    heard = Heard(a_service(*texts))
    answers = await asyncio.gather(*(heard.ask() for _ in texts))
    kept = await heard.kept()
    assert {body.answer for body in kept if body is not None} == {answer.text for answer in answers} == set(texts)
    assert len({body.entry_id for body in kept if body is not None}) == len(texts)


async def test_a_call_that_was_refused_leaves_no_body() -> None:
    rule = BudgetRule(name="cap", unit=BudgetUnit.USD, limit=Decimal("0.00001"), period=BudgetPeriod.DAY)
    heard = Heard(a_service(ANSWER, budgets=(rule,)))
    with pytest.raises(BudgetExhausted):
        await heard.ask()
    assert heard.desk.take(10) == []


async def test_a_row_in_which_nothing_is_said_has_no_body() -> None:
    heard = Heard(a_service())
    heard.desk.opened(a_usage_entry(service="memory"))
    heard.desk.settled("e-000001")
    heard.desk.settled("e-000001")
    heard.desk.settled("e-nobody-opened-here")
    assert heard.desk.take(10) == []


async def test_rows_that_nobody_settles_are_forgotten_in_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_UNDER_WAY", 3)
    desk = Heard(a_service()).desk
    for number in range(5):
        desk.opened(a_usage_entry(entry_id=f"e-{number}", operation_id=f"op-{number}"))
        desk.asked(f"op-{number}", ASKED)
    for number in range(5):
        desk.settled(f"e-{number}")
    assert [body.entry_id for body in desk.take(10)] == ["e-2", "e-3", "e-4"]


async def test_what_is_too_much_is_lost_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(a_service("가" * 50, "나" * 50, "다" * 50))
    size = sum(len(message.text) for message in ASKED.messages) + 50
    monkeypatch.setattr(bodies, "MOST_CHARACTERS", 2 * size)
    for _ in range(3):
        await heard.ask()
    store = StoreBodies(desk=heard.desk, store=heard.store)
    assert await store() == Stored(stored=2, lost=1)
    assert await store() == Stored()
    await heard.ask()
    assert (await store()).stored == 1


class DownBodyStore(InMemoryBodyStore):
    async def keep(self, bodies: Sequence[CallBody]) -> None:
        if bodies:
            raise StoreUnavailable("database", "it is down")


async def test_a_store_that_is_down_costs_the_bodies_and_no_call() -> None:
    heard = Heard(a_service(ANSWER))
    assert await heard.ask() == ANSWER
    store = StoreBodies(desk=heard.desk, store=DownBodyStore())
    assert await store() == Stored(lost=1)
    assert await store() == Stored()
    assert [entry.status for entry in await heard.service.entries()] == [UsageStatus.SETTLED]


async def test_a_batch_that_is_cut_off_is_stored_by_the_next_call() -> None:
    heard = Heard(a_service(ANSWER))
    await heard.ask()
    begun = asyncio.Event()

    class Slow(InMemoryBodyStore):
        async def keep(self, bodies: Sequence[CallBody]) -> None:
            begun.set()
            await asyncio.Event().wait()
            await super().keep(bodies)

    storing = asyncio.create_task(StoreBodies(desk=heard.desk, store=Slow())())
    await begun.wait()
    storing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await storing
    assert (await StoreBodies(desk=heard.desk, store=heard.store)()).stored == 1


async def test_a_body_that_cannot_be_stored_is_in_nobodys_way() -> None:
    heard = Heard(a_service(ANSWER, ANSWER))

    class Choosy(InMemoryBodyStore):
        async def keep(self, bodies: Sequence[CallBody]) -> None:
            raise ValueError(f"{len(bodies)} bodies that no store can take")

    await heard.ask()
    with pytest.raises(ValueError, match="1 bodies"):
        await StoreBodies(desk=heard.desk, store=Choosy())()
    await heard.ask()
    assert [body and body.answer for body in await heard.kept()] == [None, ANSWER.text]


async def test_bodies_are_stored_a_batch_at_a_time() -> None:
    desk, store = Heard(a_service()).desk, InMemoryBodyStore()
    for number in range(BATCH + 1):
        desk.opened(a_usage_entry(entry_id=f"e-{number}", operation_id=f"op-{number}"))
        desk.asked(f"op-{number}", ASKED)
        desk.settled(f"e-{number}")
    counts = [(await StoreBodies(desk=desk, store=store)()).stored for _ in range(3)]
    assert counts == [BATCH, 1, 0]


async def test_half_a_surrogate_pair_does_not_cost_a_body() -> None:
    heard = Heard(a_service(Completion(text="a\ud800b", usage=ANSWER.usage)))
    await heard.ask()
    [body] = await heard.kept()
    assert body is not None
    assert body.answer == "a?b"


def test_a_provider_that_is_heard_can_what_it_could() -> None:
    class Whole:
        async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Completion:
            raise NotImplementedError

    desk = Heard(a_service()).desk
    assert isinstance(overheard(ScriptedChatModel(), desk, operation_id="op"), OverheardStreamingChatModel)
    whole: ChatModel = overheard(Whole(), desk, operation_id="op")
    assert isinstance(whole, OverheardChatModel)
    assert not isinstance(whole, StreamingChatModel)


async def test_closing_a_stream_that_is_heard_closes_the_providers() -> None:
    closed: list[bool] = []

    class Endless(ScriptedChatModel):
        async def stream(
            self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float
        ) -> AsyncGenerator[CompletionChunk, None]:
            del prompt, model, timeout_seconds
            try:
                while True:
                    yield CompletionChunk(text="말 ")
            finally:
                closed.append(True)

    heard = Heard(a_service())
    heard.service.chat["openai"] = Endless()
    assert await heard.read(pieces=3) == "말 말 말 "
    assert closed == [True]


async def test_a_model_that_writes_elsewhere_is_heard_too() -> None:
    heard = Heard(a_service(ANSWER, provider="local"))
    await heard.ask(WRITER)
    assert [body and body.answer for body in await heard.kept()] == [ANSWER.text]


async def test_what_is_past_its_days_is_deleted_whether_or_not_more_is_stored() -> None:
    heard = Heard(a_service(), store=False)
    month = timedelta(days=30).total_seconds()
    await heard.store.keep(
        [a_call_body(entry_id="e-old", at=later(-month - 1)), a_call_body(entry_id="e-young", at=later(-month + 1))]
    )
    prune = PruneBodies(store=heard.store, governance=heard.service.governance, clock=heard.service.clock)
    assert await prune() == 1
    assert await heard.of("e-old") is None
    assert await heard.of("e-young") is not None


async def test_a_body_is_shown_to_its_user_and_to_admins() -> None:
    store = InMemoryBodyStore()
    await store.keep([a_call_body()])
    show = ShowBody(store=store)
    assert await show("e-000001", principal=a_principal()) == a_call_body()
    admin = a_principal(user_id="ops", roles=frozenset({Role.ADMIN}))
    assert await show("e-000001", principal=admin) == a_call_body()
    for roles in (frozenset({Role.USER}), frozenset({Role.SERVICE})):
        with pytest.raises(NotFound):
            await show("e-000001", principal=a_principal(user_id="준", roles=roles))


async def test_the_ledger_under_the_desk_is_the_ledger() -> None:
    heard = Heard(a_service())
    ledger = OverheardLedger(ledger=heard.service.ledger, desk=heard.desk)
    await ledger.open(a_usage_entry())
    assert await ledger.settle("e-000001", a_settlement()) is True
    assert await ledger.settle("e-000001", a_settlement()) is False
    await ledger.open(a_usage_entry(entry_id="e-2"))
    assert await ledger.settle_overdue(at=later(3_600)) == 1
