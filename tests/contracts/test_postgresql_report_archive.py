import pytest

from adapters.sql.database import Database
from adapters.sql.report_archive import SqlReportArchive
from application.ports.report_archive import ReportArchive
from tests.contracts.report_archive_contract import ReportArchiveContract
from tests.contracts.sql_engines import OnPostgresql


class TestPostgresqlReportArchive(OnPostgresql, ReportArchiveContract):
    @pytest.fixture
    def archive(self, database: Database) -> ReportArchive:
        return SqlReportArchive(database)
