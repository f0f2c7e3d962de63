"""What every archive of reports promises."""

from datetime import timedelta, timezone

import pytest

from application.ports.report_archive import ReportArchive
from domain.errors import NotFound
from domain.language import Language
from domain.report import Figure, ReportSection
from tests.builders import MOMENT, a_report, a_scope

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")


async def keep(archive: ReportArchive, *ids: str) -> None:
    for report_id in ids:
        await archive.keep(a_report(report_id=report_id))


async def ids(archive: ReportArchive) -> list[str]:
    return [report.report_id for report in (await archive.page(scope=MINA, limit=100)).items]


class ReportArchiveContract:
    """A subclass gives the fixture `archive`, declared `-> ReportArchive` and empty at first."""

    async def test_a_report_comes_back_whole(self, archive: ReportArchive) -> None:
        await archive.keep(a_report())
        assert await archive.get("rp-000001", scope=MINA) == a_report()

    async def test_every_figure_and_text_survives(self, archive: ReportArchive) -> None:
        figures = (
            Figure(text="1/3", backtest_id="bt-가", metric="peer_median.sharpe_ratio", value=1 / 3),
            Figure(text="1.00e+300", backtest_id='"quoted" \\ id', metric="final_equity", value=1e300),
        )
        sections = (ReportSection(heading="위험", text="줄\n바꿈 “따옴표” …"), ReportSection(heading="", text=""))
        report = a_report(sections=sections, figures=figures, language=Language.ENGLISH, title="제목")
        await archive.keep(report)
        assert await archive.get(report.report_id, scope=MINA) == report

    async def test_a_moment_in_another_zone_stays_the_same_moment(self, archive: ReportArchive) -> None:
        seoul = MOMENT.astimezone(timezone(timedelta(hours=9))) + timedelta(microseconds=7)
        await archive.keep(a_report(created_at=seoul))
        assert (await archive.get("rp-000001", scope=MINA)).created_at == seoul

    @pytest.mark.parametrize("report_id", ["rp-404", "", "rp\0", "\ud800"])
    async def test_an_unknown_report_is_not_found(self, archive: ReportArchive, report_id: str) -> None:
        with pytest.raises(NotFound):
            await archive.get(report_id, scope=MINA)

    async def test_what_belongs_to_somebody_else_is_not_found(self, archive: ReportArchive) -> None:
        await archive.keep(a_report())
        with pytest.raises(NotFound):
            await archive.get("rp-000001", scope=JUN)
        assert (await archive.page(scope=JUN, limit=10)).items == ()

    async def test_a_backtest_may_have_many_reports(self, archive: ReportArchive) -> None:
        await keep(archive, "rp-1", "rp-2")
        assert len(await ids(archive)) == 2

    async def test_the_latest_comes_first(self, archive: ReportArchive) -> None:
        await keep(archive, "rp-2", "rp-1", "rp-3")
        assert await ids(archive) == ["rp-3", "rp-2", "rp-1"]

    @pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
    async def test_pages_join_to_the_whole_list(self, archive: ReportArchive, limit: int) -> None:
        await keep(archive, *(f"rp-{n}" for n in range(5)))
        await archive.keep(a_report(report_id="rp-x", scope=JUN))
        page = await archive.page(scope=MINA, limit=limit)
        read = list(page.items)
        while page.next_after is not None:
            page = await archive.page(scope=MINA, limit=limit, after=page.next_after)
            assert page.items
            read += page.items
            assert len(read) <= 7, "a page repeats"
        assert [report.report_id for report in read] == ["rp-4", "rp-3", "rp-2", "rp-1", "rp-0"]
