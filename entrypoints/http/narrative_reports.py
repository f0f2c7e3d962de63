"""`/api/v1/narrative-reports`: reports on backtests, whose figures come from the backtests."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.use_cases.browse_reports import BrowseReports
from application.use_cases.write_report import ReportOrder, WriteReport
from domain.language import Language
from domain.report import Figure, Report, ReportSection
from entrypoints.http.backtest_body import Wire
from entrypoints.http.generation_body import GenerationBody
from entrypoints.http.idempotency import paid
from entrypoints.http.paging import DEFAULT_LIMIT, Cursor, Limit, after_of, cursor_of
from entrypoints.http.problems import documented
from entrypoints.http.wiring import CallerOf

LIST = "narrative-reports"


class ReportOrderBody(Wire, frozen=True, kw_only=True):
    """On which backtest. With `use_rag` it is compared with the user's own similar runs.

    The report's language is that of the backtest's texts, unless `language` says otherwise.
    """

    backtest_id: Annotated[str, msgspec.Meta(examples=["bt-2041"])]
    model_id: str | None = None
    language: Language | None = None
    use_rag: bool | None = None

    def order(self) -> ReportOrder:
        """What is wanted."""
        use_rag = True if self.use_rag is None else self.use_rag
        return ReportOrder(
            backtest_id=self.backtest_id, model_id=self.model_id, language=self.language, use_rag=use_rag
        )


class SectionBody(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and its paragraph, as plain text."""

    heading: str
    text: str

    @staticmethod
    def of(section: ReportSection) -> "SectionBody":
        """The section as it goes out."""
        return SectionBody(heading=section.heading, text=section.text)


class FigureBody(msgspec.Struct, frozen=True, kw_only=True):
    """A number as the report states it, and the run and the metric it is from, or the operation that made it."""

    text: Annotated[str, msgspec.Meta(examples=["45.2%"])]
    backtest_id: str
    metric: Annotated[str, msgspec.Meta(examples=["total_return", "peer_median.sharpe_ratio"])]
    value: float

    @staticmethod
    def of(figure: Figure) -> "FigureBody":
        """The figure as it goes out."""
        return FigureBody(text=figure.text, backtest_id=figure.backtest_id, metric=figure.metric, value=figure.value)


class ReportBody(msgspec.Struct, frozen=True, kw_only=True):
    """A report. It stays when its backtest is deleted; `markdown` is all of it as one document."""

    report_id: str
    created_at: datetime
    backtest_id: str
    language: str
    title: str
    sections: list[SectionBody]
    markdown: str
    figures: list[FigureBody]
    generation: GenerationBody

    @staticmethod
    def of(report: Report) -> "ReportBody":
        """The report as it goes out."""
        return ReportBody(
            report_id=report.report_id,
            created_at=report.created_at,
            backtest_id=report.backtest_id,
            language=report.language,
            title=report.title,
            sections=list(map(SectionBody.of, report.sections)),
            markdown=report.markdown,
            figures=list(map(FigureBody.of, report.figures)),
            generation=GenerationBody.of(report.generation),
        )


class ReportPage(msgspec.Struct, frozen=True, kw_only=True):
    """The user's reports, latest first."""

    reports: list[ReportBody]
    next_cursor: str | None


@post("/", status_code=200, responses=documented(402, 403, 404, 413, 422, 429, 503, 504), opt=paid("narrative_report"))
async def write_report(
    data: JSONBody[ReportOrderBody], caller: CallerOf, write: NamedDependency[WriteReport]
) -> ReportBody:
    """Write a report on a backtest. Its prose is a model's where it can be trusted, its figures are the backtest's."""
    return ReportBody.of(await write(data.order(), caller=caller))


@get("/", responses=documented(403, 503))
async def list_reports(
    caller: CallerOf,
    reports: NamedDependency[BrowseReports],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> ReportPage:
    """The user's reports, latest first."""
    page = await reports(scope=caller.scope, limit=limit, after=after_of(LIST, cursor))
    return ReportPage(reports=list(map(ReportBody.of, page.items)), next_cursor=cursor_of(LIST, page.next_after))


@get("/{report_id:str}", responses=documented(403, 404, 503))
async def show_report(
    report_id: FromPath[str], caller: CallerOf, reports: NamedDependency[BrowseReports]
) -> ReportBody:
    """One report."""
    return ReportBody.of(await reports.show(report_id, scope=caller.scope))


def router(dependencies: dict[str, Any]) -> Router:
    """All of it, under its path."""
    handlers = [write_report, list_reports, show_report]
    return Router("/api/v1/narrative-reports", route_handlers=handlers, dependencies=dependencies, tags=["reports"])
