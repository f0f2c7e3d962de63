"""Answer a question in a conversation."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from application.chatting import SERVICE, ChatAnswerer, Inquiry
from application.memory import BacktestMemory, contexts_of
from application.metering import MeteredChatModel
from application.ports.conversation_store import ConversationStore, TurnLog
from application.ports.system import Clock
from application.streamed import Streamed
from application.taking_turns import TurnTaking
from domain.catalogue import ModelConfig
from domain.conversation import Conversation, Turn, asked
from domain.follow_up import FollowUp, follow_up
from domain.generation import Caller, Generation
from domain.language import Language, language_of
from domain.ordering import Order
from domain.retrieval import DEFAULT_TOP_K, MAX_TOP_K, Context, Found, SearchRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOrder:
    """A question, where it is asked, and how it is to be answered. Raises: InvalidQuestion."""

    conversation_id: str
    question: str
    model_id: str | None = None
    use_rag: bool = True
    language: Language | None = None
    streamed: bool = False

    def __post_init__(self) -> None:
        asked(self.question)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextsFound:
    """What the answer will rest on; by now the call is in the ledger."""

    contexts: tuple[Context, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A checked sentence; joined, they are the answer."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The turn, as it is stored."""

    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Wait for the turn, look through the user's runs if asked to, answer a sentence at a time, and keep the turn."""

    conversations: ConversationStore
    turns: TurnLog
    models: MeteredChatModel
    memory: BacktestMemory
    answer: ChatAnswerer
    taking: TurnTaking
    clock: Clock

    async def __call__(
        self, order: ChatOrder, *, caller: Caller
    ) -> AsyncGenerator[ContextsFound | Said | Answered, None]:
        model = self.models.choose(order.model_id, service=SERVICE, caller=caller, retrieval=order.use_rag)
        async with self.taking.turn(caller.scope.user_id, order.conversation_id):
            conversation = await self.conversations.get(order.conversation_id, scope=caller.scope)
            understood = follow_up(order.question, conversation.turns[-1] if conversation.turns else None)
            inquiry = await self._inquiry(order, understood, conversation, model=model, caller=caller)
            texts: list[str] = []
            generation: Generation | None = None
            async with aclosing(self.answer(inquiry)) as pieces:
                async for piece in pieces:
                    if piece == Streamed():
                        yield ContextsFound(contexts=inquiry.contexts)
                    elif piece.generation is None:
                        texts.append(piece.text)
                        yield Said(text=piece.text)
                    generation = piece.generation
            if generation is None:
                raise AssertionError("an answer ends with its generation")
            turn = self._turn(conversation.next_number, inquiry, "".join(texts), generation, topic=understood.topic)
            await self.turns.append_turn(turn, conversation_id=order.conversation_id, scope=caller.scope)
            yield Answered(turn=turn)

    async def _inquiry(
        self, order: ChatOrder, understood: FollowUp, conversation: Conversation, *, model: ModelConfig, caller: Caller
    ) -> Inquiry:
        language = order.language or conversation.language or language_of(order.question)
        inquiry = Inquiry(
            question=order.question,
            language=language,
            model=model,
            caller=caller,
            turns=conversation.turns,
            streamed=order.streamed,
        )
        if not order.use_rag:
            return inquiry
        order_by = understood.order
        top_k = DEFAULT_TOP_K if order_by is None else MAX_TOP_K
        request = SearchRequest(query=understood.query, top_k=top_k, filters=understood.carried)
        answer = await self.memory.search(request, caller=caller)
        found = answer.results if order_by is None else _ordered(answer.results, order_by)
        return self.answer.fitted(
            replace(
                inquiry,
                contexts=contexts_of(found, language=language),
                runs=tuple(one.backtest for one in found),
                ordered_by=None if order_by is None else order_by.field,
                notes=understood.notes(answer.unapplied_constraints),
            )
        )

    def _turn(self, number: int, inquiry: Inquiry, answer: str, generation: Generation, *, topic: str) -> Turn:
        return Turn(
            number=number,
            question=inquiry.question,
            answer=answer,
            language=inquiry.language,
            contexts=inquiry.contexts,
            generation=generation,
            at=self.clock.now(),
            topic=topic,
        )


def _ordered(found: Sequence[Found], order_by: Order) -> list[Found]:
    by_id = {one.backtest.backtest_id: one for one in found}
    runs = order_by.ordered(one.backtest for one in found)[:DEFAULT_TOP_K]
    return [replace(by_id[run.backtest_id], rank=rank) for rank, run in enumerate(runs, start=1)]
