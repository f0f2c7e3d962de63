"""Brings a database to the newest schema."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from domain.errors import ConfigurationError, Violation

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do as long as nothing else in the database locks by it.
MIGRATION_LOCK = 0x5154_5241_494C


def migrate(connection: Connection) -> None:
    """The schema is the newest one when the transaction of this connection is committed; one migrates at a time.

    Raises: ConfigurationError where the schema is newer than this program knows.
    """
    # Alembic is slow to import, and only a start needs it.
    from alembic.runtime.migration import MigrationContext

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    unknown = {each for each in MigrationContext.configure(connection).get_current_heads() if not is_known(each)}
    if unknown:
        message = f"a newer version made this database (schema {', '.join(sorted(unknown))}); upgrade this program"
        raise ConfigurationError(Violation(field="QUANTRAIL_DATABASE_URL", message=message))
    migrate_to("head", connection)


def migrate_to(revision: str, connection: Connection) -> None:
    """The schema is that one: for a database with nothing in it, or an older schema."""
    from alembic import command

    command.upgrade(_config(connection), revision)


def schema_of(connection: Connection) -> str:
    """The revision of the schema that is there. Raises: ValueError where there is none, or more than one."""
    from alembic.runtime.migration import MigrationContext

    [revision] = MigrationContext.configure(connection).get_current_heads()
    return str(revision)


def is_known(revision: str) -> bool:
    """Whether this program knows a schema of that name."""
    from alembic.script import ScriptDirectory

    return revision in {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
