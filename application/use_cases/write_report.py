"""Write a report on a backtest."""

from dataclasses import dataclass

from application.memory import BacktestMemory
from application.metering import MeteredChatModel
from application.ports.backtest_archive import BacktestArchive
from application.ports.report_archive import ReportArchive
from application.ports.system import Clock, Ids
from application.reporting import SERVICE, ReportBrief, ReportWriter
from domain.backtest import Backtest
from domain.generation import Caller
from domain.language import Language
from domain.report import Report
from domain.report_figures import alike
from domain.report_slots import report_language

POOL = 40
"""So many of the nearest runs are looked at for those that a comparison means something with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder:
    """On which backtest a report is wanted; with `use_rag` it is compared with the user's own similar runs."""

    backtest_id: str
    model_id: str | None = None
    language: Language | None = None
    use_rag: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteReport:
    """Choose the model, read the backtest and its likes, write, and keep what came of it."""

    models: MeteredChatModel
    memory: BacktestMemory
    backtests: BacktestArchive
    write: ReportWriter
    archive: ReportArchive
    clock: Clock
    ids: Ids

    async def __call__(self, order: ReportOrder, *, caller: Caller) -> Report:
        model = self.models.choose(order.model_id, service=SERVICE, caller=caller, retrieval=order.use_rag)
        run = (await self.backtests.get(order.backtest_id, scope=caller.scope)).backtest
        peers = await self._peers(run, caller) if order.use_rag else None
        language = order.language or report_language(run)
        written = await self.write(ReportBrief(run=run, peers=peers, language=language, model=model, caller=caller))
        report = Report(
            report_id=self.ids.new(),
            scope=caller.scope,
            created_at=self.clock.now(),
            backtest_id=run.backtest_id,
            language=language,
            title=written.title,
            sections=written.sections,
            figures=written.figures,
            generation=written.generation,
        )
        await self.archive.keep(report)
        return report

    async def _peers(self, run: Backtest, caller: Caller) -> tuple[Backtest, ...]:
        near = await self.memory.similar(run, top_k=POOL, caller=caller)
        return alike(run, [found.backtest for found in near])
