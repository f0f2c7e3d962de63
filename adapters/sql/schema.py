"""Brings a database to the newest schema."""

from pathlib import Path

from sqlalchemy import Connection, text

from domain.errors import ConfigurationError, Violation

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do as long as nothing else in the database locks by it.
MIGRATION_LOCK = 0x5154_5241_494C


def migrate(connection: Connection) -> None:
    """The schema is the newest one when the transaction of this connection is committed; one migrates at a time.

    Raises: ConfigurationError where the schema is newer than this program knows.
    """
    # Alembic is slow to import, and only a start needs it.
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        message = f"a newer version made this database (schema {', '.join(sorted(unknown))}); upgrade this program"
        raise ConfigurationError(Violation(field="QUANTRAIL_DATABASE_URL", message=message))
    command.upgrade(config, "head")
