"""Answer a question about backtests."""

from dataclasses import dataclass

from application.memory import BacktestMemory
from domain.generation import Caller
from domain.retrieval import SearchAnswer, SearchRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBacktests:
    """The user's own backtests that answer a question, with what was executed of it and what was not."""

    memory: BacktestMemory

    async def __call__(self, request: SearchRequest, *, caller: Caller) -> SearchAnswer:
        return await self.memory.search(request, caller=caller)
