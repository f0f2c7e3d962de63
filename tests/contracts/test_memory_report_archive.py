import pytest

from adapters.memory.report_archive import InMemoryReportArchive
from application.ports.report_archive import ReportArchive
from tests.contracts.report_archive_contract import ReportArchiveContract


class TestInMemoryReportArchive(ReportArchiveContract):
    @pytest.fixture
    def archive(self) -> ReportArchive:
        return InMemoryReportArchive()
