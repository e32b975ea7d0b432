"""Circulars belong to a collection; those there are belong to none and stay open to everybody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


# SQLite sorts by code point by itself; a server is told to.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("circulars", sa.Column("collection", TEXT, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("circulars", "collection")
