"""`/api/v1/backtests`: the hook of the platform, what was recorded, and questions about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation, Reference, RequestBody, Schema
from litestar.params import FromPath, JSONBody

from application.use_cases.delete_backtest import DeleteBacktest
from application.use_cases.list_backtests import ListBacktests
from application.use_cases.record_backtests import RecordBacktests
from application.use_cases.search_backtests import SearchBacktests
from application.use_cases.show_backtest import ShowBacktest
from domain.backtest import RecordOutcome
from domain.errors import BacktestConflict, InvalidQuestion, Violation
from domain.filters import Filter, FilterOp
from domain.ordering import Order
from domain.retrieval import DEFAULT_TOP_K, MAX_FILTERS, Found, SearchAnswer, SearchRequest
from entrypoints.http.backtest_batch import BATCH_EXAMPLE, BatchAnswer, read_batch, summed_up
from entrypoints.http.backtest_body import EXAMPLE, BacktestBody, StoredBody, Wire
from entrypoints.http.idempotency import paid
from entrypoints.http.paging import DEFAULT_LIMIT, Cursor, Limit, after_of, cursor_of
from entrypoints.http.problems import documented
from entrypoints.http.reading import StrictRequest
from entrypoints.http.wiring import CallerOf

LIST = "backtests"
SEARCHING = documented(402, 403, 413, 422, 429, 502, 503, 504)
BATCH_BYTES = 50_000_000


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What recording one backtest came to: `stored` or `duplicate`."""

    backtest_id: str
    status: str
    indexing: str


class BacktestPage(msgspec.Struct, frozen=True, kw_only=True):
    """The user's backtests, latest first."""

    backtests: list[StoredBody]
    next_cursor: str | None


class FilterBody(Wire, frozen=True, kw_only=True):
    """One condition, executed exactly. `in` and `not_in` take a list."""

    field: Annotated[str, msgspec.Meta(examples=["sharpe_ratio"])]
    op: FilterOp
    value: str | float | int | bool | list[str | float | int | bool]

    def read(self) -> Filter:
        """The condition. Raises: InvalidQuestion."""
        value = tuple(self.value) if isinstance(self.value, list) else self.value
        return Filter(field=self.field, op=self.op, value=value)

    @staticmethod
    def of(condition: Filter) -> "FilterBody":
        """The condition as it goes out; dates and times as text."""
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        plain = [v if isinstance(v, str | float | int) else v.isoformat() for v in values]
        return FilterBody(
            field=condition.field, op=condition.op, value=plain if isinstance(condition.value, tuple) else plain[0]
        )


class SearchBody(Wire, frozen=True, kw_only=True):
    """A question in Korean or English, how many answers, how near, and further conditions."""

    query: Annotated[str, msgspec.Meta(examples=["GOOG에서 샤프 0.5 이상인 RSI 역추세 전략"])]
    top_k: int = DEFAULT_TOP_K
    min_similarity: float | None = None
    filters: list[FilterBody] | None = None

    def read(self) -> SearchRequest:
        """The request. Raises: InvalidQuestion."""
        if len(self.filters or ()) > MAX_FILTERS:
            raise InvalidQuestion(Violation(field="filters", message=f"must be at most {MAX_FILTERS}"))
        return SearchRequest(
            query=self.query,
            top_k=self.top_k,
            min_similarity=self.min_similarity,
            filters=tuple(condition.read() for condition in self.filters or ()),
        )


class FoundBody(msgspec.Struct, frozen=True, kw_only=True):
    """A backtest that answers.

    `score` is how well it does by meaning and by words, 1 where it is the first in both, 0 where only conditions were
    asked for. `similarity` is cosine, null where none was reckoned.
    """

    rank: int
    score: float
    similarity: float | None
    backtest: BacktestBody

    @staticmethod
    def of(found: Found) -> "FoundBody":
        """The finding as it goes out."""
        return FoundBody(
            rank=found.rank,
            score=found.score,
            similarity=found.similarity,
            backtest=BacktestBody.of(found.backtest),
        )


class OrderBody(msgspec.Struct, frozen=True, kw_only=True):
    """By which figure the results are sorted; runs without it come last."""

    field: str
    descending: bool

    @staticmethod
    def of(order: Order) -> "OrderBody":
        """The order as it goes out."""
        return OrderBody(field=order.field, descending=order.descending)


class SearchResults(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, what of the question was executed, what could not be, and what is not indexed yet.

    `total` is how many runs meet the conditions, null where there were none. Without `applied_order` the best answer
    comes first; where the question is only conditions, the latest recorded. `degraded` is `words_only` where no
    embedding could be had, for want of a budget or of a model that answers.
    """

    results: list[FoundBody]
    applied_filters: list[FilterBody]
    unapplied_constraints: list[str]
    pending: int
    applied_order: OrderBody | None
    total: int | None
    degraded: str | None

    @staticmethod
    def of(answer: SearchAnswer) -> "SearchResults":
        """The answer as it goes out."""
        return SearchResults(
            results=[FoundBody.of(found) for found in answer.results],
            applied_filters=[FilterBody.of(condition) for condition in answer.applied_filters],
            unapplied_constraints=list(answer.unapplied_constraints),
            pending=answer.pending,
            applied_order=OrderBody.of(answer.applied_order) if answer.applied_order is not None else None,
            total=answer.total,
            degraded=answer.degraded,
        )


@dataclass  # so that the constructor it inherits is made anew, and calls __post_init__
class BatchOperation(Operation):
    """The description of a body that is read line by line."""

    def __post_init__(self) -> None:
        """Names both forms that a batch may have."""
        text: Any = "string"  # OpenAPI's type is a string, or an enum of the framework
        items: Any = "array"
        one = Reference(ref="#/components/schemas/BacktestBody")
        lines = OpenAPIMediaType(schema=Schema(type=text), examples={"lines": Example(value=BATCH_EXAMPLE)})
        array = OpenAPIMediaType(schema=Schema(type=items, items=one), examples={"array": Example(value=[EXAMPLE])})
        content = {"application/x-ndjson": lines, "application/json": array}
        self.request_body = RequestBody(content=content, required=True)


AGAIN = ResponseSpec(Recorded, description="The same content is stored already", generate_examples=False)


@post("/", responses={200: AGAIN, **documented(409, 413)})
async def record_backtest(
    data: JSONBody[BacktestBody], caller: CallerOf, record: NamedDependency[RecordBacktests]
) -> Response[Recorded]:
    """Record a finished backtest; it is indexed soon after. 200 where the same content is stored already."""
    run = data.read()
    (outcome,) = await record([run], scope=caller.scope)
    if outcome is RecordOutcome.CONFLICT:
        raise BacktestConflict(run.backtest_id)
    new = outcome is RecordOutcome.STORED
    answer = Recorded(backtest_id=run.backtest_id, status=outcome.value, indexing="pending" if new else "unchanged")
    return Response(answer, status_code=201 if new else 200)


@post(
    "/batch",
    status_code=200,
    operation_class=BatchOperation,
    request_max_body_size=BATCH_BYTES,
    responses=documented(403, 413, 503),
)
async def record_batch(
    request: StrictRequest, caller: CallerOf, record: NamedDependency[RecordBacktests]
) -> BatchAnswer:
    """Record many backtests, NDJSON or a JSON array; the good lines are kept, the bad ones reported."""
    batch = read_batch(await request.body())
    outcomes = await record([run for _, run in batch.good], scope=caller.scope)
    return summed_up(batch, outcomes)


@get("/", responses=documented(403, 503))
async def list_backtests(
    caller: CallerOf, browse: NamedDependency[ListBacktests], limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> BacktestPage:
    """The user's backtests, latest first."""
    page = await browse(scope=caller.scope, limit=limit, after=after_of(LIST, cursor))
    shown = [StoredBody.of_stored(stored) for stored in page.items]
    return BacktestPage(backtests=shown, next_cursor=cursor_of(LIST, page.next_after))


@get("/{backtest_id:str}", responses=documented(403, 404, 503))
async def show_backtest(
    backtest_id: FromPath[str], caller: CallerOf, show: NamedDependency[ShowBacktest]
) -> StoredBody:
    """One backtest, with `indexing`: pending, indexed or failed."""
    return StoredBody.of_stored(await show(backtest_id, scope=caller.scope))


@delete("/{backtest_id:str}", responses=documented(403, 404, 503))
async def delete_backtest(
    backtest_id: FromPath[str], caller: CallerOf, remove: NamedDependency[DeleteBacktest]
) -> None:
    """Remove one backtest, from the indexes too."""
    await remove(backtest_id, scope=caller.scope)


@post("/search", status_code=200, responses=SEARCHING, opt=paid("memory"))
async def search_backtests(
    data: JSONBody[SearchBody], caller: CallerOf, search: NamedDependency[SearchBacktests]
) -> SearchResults:
    """The user's own backtests that answer a question."""
    return SearchResults.of(await search(data.read(), caller=caller))


def router(dependencies: dict[str, Any]) -> Router:
    """All of it, under its path."""
    handlers: Sequence[Any] = (
        record_backtest, record_batch, list_backtests, show_backtest, delete_backtest, search_backtests,
    )  # fmt: skip
    return Router("/api/v1/backtests", route_handlers=handlers, dependencies=dependencies, tags=["backtests"])
