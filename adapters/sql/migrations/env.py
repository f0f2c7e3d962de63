"""Runs migrations on the connection, and in the transaction, of whoever asked for them."""

from alembic import context

from adapters.sql.tables import metadata

# SQLite cannot change a column in place: batch mode copies the table.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
