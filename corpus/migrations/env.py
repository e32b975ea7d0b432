"""Run the library's migrations on the connection that the library hands in."""

from __future__ import annotations

from alembic import context

from corpus.library_schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
