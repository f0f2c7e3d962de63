"""`/api/v1/chatops/strategies/compare`: a few runs side by side, ranked by what matters."""

from typing import Annotated, Any

import msgspec
from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from application.use_cases.compare_backtests import CompareBacktests, Compared, ComparisonOrder
from domain.comparison import Comparison, ComparisonRequest, Place, Row
from domain.comparison_criteria import Criteria
from domain.comparison_words import difference_text
from domain.language import Language
from domain.metric_text import metric_label, metric_value_text
from entrypoints.http.backtest_body import Wire
from entrypoints.http.generation_body import GenerationBody
from entrypoints.http.idempotency import paid
from entrypoints.http.problems import documented
from entrypoints.http.wiring import CallerOf

COMPARING = documented(402, 403, 404, 413, 422, 429, 502, 503, 504)
SCORE_DIGITS = 6


class CompareBody(Wire, frozen=True, kw_only=True):
    """Two to five backtests; metrics by name, or a question that speaks of them. Metrics go before a question."""

    backtest_ids: Annotated[list[str], msgspec.Meta(examples=[["bt-2041", "bt-2042"]])]
    metrics: Annotated[list[str], msgspec.Meta(examples=[["sharpe_ratio", "max_drawdown"]])] | None = None
    question: Annotated[str, msgspec.Meta(examples=["가장 안정적인 전략은?"])] | None = None
    model_id: str | None = None
    language: Language | None = None

    def order(self) -> ComparisonOrder:
        """What is wanted. Raises: InvalidQuestion."""
        request = ComparisonRequest(
            backtest_ids=tuple(self.backtest_ids), metrics=tuple(self.metrics or ()), question=self.question
        )
        return ComparisonOrder(request=request, model_id=self.model_id, language=self.language)


class ColumnBody(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is compared."""

    backtest_id: str
    name: str


class CellBody(msgspec.Struct, frozen=True, kw_only=True):
    """A figure: as a number, null where it is missing, and as a reader sees it."""

    backtest_id: str
    value: float | None
    text: str
    best: bool


class RowBody(msgspec.Struct, frozen=True, kw_only=True):
    """A metric over all runs. `first` is `higher` or `lower`, null where neither comes first."""

    metric: str
    label: str
    first: str | None
    cells: list[CellBody]

    @staticmethod
    def of(row: Row, language: Language) -> "RowBody":
        """The row as it goes out."""
        cells = [
            CellBody(
                backtest_id=cell.backtest_id,
                value=cell.value,
                text=metric_value_text(row.metric, cell.value, language),
                best=cell.best,
            )
            for cell in row.cells
        ]
        label = metric_label(row.metric, language)
        first = None if row.higher is None else _side(higher=row.higher)
        return RowBody(metric=row.metric, label=label, first=first, cells=cells)


class TableBody(msgspec.Struct, frozen=True, kw_only=True):
    """A column a run, in the order asked for; a row a metric."""

    columns: list[ColumnBody]
    rows: list[RowBody]


class PlaceBody(msgspec.Struct, frozen=True, kw_only=True):
    """A run's place: 1 is first, null where it has none of the figures that rank. `score` is from 0 to 1."""

    rank: int | None
    backtest_id: str
    score: float | None
    tied: bool

    @staticmethod
    def of(place: Place) -> "PlaceBody":
        """The place as it goes out."""
        score = None if place.score is None else round(float(place.score), SCORE_DIGITS)
        return PlaceBody(rank=place.rank, backtest_id=place.backtest_id, score=score, tied=place.tied)


class CriterionBody(msgspec.Struct, frozen=True, kw_only=True):
    """A metric that ranks, and which side of it comes first: `higher` or `lower`."""

    metric: str
    first: str


class CriteriaBody(msgspec.Struct, frozen=True, kw_only=True):
    """What ranks, all of it alike. `basis` says where it is from: `asked`, `question` or `default`."""

    basis: str
    metrics: list[CriterionBody]

    @staticmethod
    def of(criteria: Criteria) -> "CriteriaBody":
        """The criteria as they go out."""
        ranked = [CriterionBody(metric=c.metric, first=_side(higher=c.higher)) for c in criteria.ranked]
        return CriteriaBody(basis=criteria.basis.value, metrics=ranked)


class DifferenceBody(msgspec.Struct, frozen=True, kw_only=True):
    """What makes the runs hard to compare, by kind: `period`, `symbols`, `missing_metric` and the like."""

    kind: str
    text: str
    metrics: list[str]
    backtest_ids: list[str]


class ComparedBody(msgspec.Struct, frozen=True, kw_only=True):
    """The comparison in numbers, all of them computed, and in words."""

    language: str
    table: TableBody
    criteria: CriteriaBody
    ranking: list[PlaceBody]
    differences: list[DifferenceBody]
    summary: str
    recommendation: str
    reasoning: str
    generation: GenerationBody

    @staticmethod
    def of(compared: Compared) -> "ComparedBody":
        """The comparison as it goes out."""
        comparison, text = compared.comparison, compared.text
        columns = [ColumnBody(backtest_id=run.backtest_id, name=run.strategy.name) for run in comparison.runs]
        rows = [RowBody.of(row, compared.language) for row in comparison.rows]
        return ComparedBody(
            language=compared.language.value,
            table=TableBody(columns=columns, rows=rows),
            criteria=CriteriaBody.of(comparison.criteria),
            ranking=list(map(PlaceBody.of, comparison.ranking)),
            differences=_differences(comparison, compared.language),
            summary=text.summary,
            recommendation=text.recommendation,
            reasoning=text.reasoning,
            generation=GenerationBody.of(compared.generation),
        )


def _differences(comparison: Comparison, language: Language) -> list[DifferenceBody]:
    return [
        DifferenceBody(
            kind=difference.kind.value,
            text=difference_text(difference, comparison, language=language),
            metrics=list(difference.metrics),
            backtest_ids=list(difference.backtest_ids),
        )
        for difference in comparison.differences
    ]


def _side(*, higher: bool) -> str:
    return "higher" if higher else "lower"


@post("/compare", status_code=200, responses=COMPARING, opt=paid("chatops"))
async def compare_backtests(
    data: JSONBody[CompareBody], caller: CallerOf, compare: NamedDependency[CompareBacktests]
) -> ComparedBody:
    """Compare two to five backtests: a table and a ranking that are computed, and what they mean in words."""
    return ComparedBody.of(await compare(data.order(), caller=caller))


def router(dependencies: dict[str, Any]) -> Router:
    """All of it, under its path."""
    return Router(
        "/api/v1/chatops/strategies", route_handlers=[compare_backtests], dependencies=dependencies, tags=["chatops"]
    )
