"""The first schema of the library."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite sorts by code point by itself; a server is told to.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("identity", TEXT, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
    )
    op.create_table(
        "circulars",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("added_at", TEXT, nullable=False),
        sa.Column("changed_at", TEXT, nullable=False),
    )
    op.create_index("circulars_sequence", "circulars", ["sequence"], unique=True)
    op.create_table(
        "sources",
        sa.Column("sha256", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("media_type", TEXT, nullable=False),
        sa.Column("encoding", TEXT, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("circular_id", TEXT, sa.ForeignKey("circulars.id"), nullable=False),
        sa.Column("added_at", TEXT, nullable=False),
    )
    op.create_index("sources_circular", "sources", ["circular_id"])
    op.create_table(
        "files",
        sa.Column("place", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("sha256", TEXT, sa.ForeignKey("sources.sha256"), nullable=False),
    )
    op.create_index("files_name", "files", ["name"], postgresql_using="hash")
    op.create_table(
        "revisions",
        sa.Column("circular_id", TEXT, sa.ForeignKey("circulars.id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("sha256", TEXT, sa.ForeignKey("sources.sha256"), nullable=False),
        sa.Column("parsed", sa.LargeBinary, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("folded_title", TEXT, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("date", TEXT, nullable=False),
        sa.Column("issuers", TEXT, nullable=False),
        sa.Column("region", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("period", TEXT, nullable=False),
        sa.Column("paragraphs", sa.Integer, nullable=False),
        sa.Column("measures", sa.Integer, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("added_at", TEXT, nullable=False),
    )
    op.create_index("revisions_number", "revisions", ["number"], postgresql_using="hash")
    op.create_index(
        "revisions_folded_title", "revisions", ["folded_title"], postgresql_using="hash"
    )
    op.create_index("revisions_digest", "revisions", ["digest"])
    op.create_table(
        "paragraphs",
        sa.Column("circular_id", TEXT, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("eid", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["circular_id", "revision"], ["revisions.circular_id", "revisions.revision"]
        ),
    )
    op.create_index("paragraphs_eid", "paragraphs", ["circular_id", "eid", "revision"], unique=True)
    op.create_table(
        "permalinks",
        sa.Column("circular_id", TEXT, sa.ForeignKey("circulars.id"), primary_key=True),
        sa.Column("eid", TEXT, primary_key=True),
        sa.Column("issued_revision", sa.Integer, nullable=False),
        sa.Column("last_revision", sa.Integer, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("prefix", TEXT, nullable=False),
        sa.Column("suffix", TEXT, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("target", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("similarity", sa.Float, nullable=False),
        sa.Column("changed_at", TEXT, nullable=False),
    )
    op.create_table(
        "quarantine",
        sa.Column("place", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
    )
    op.create_index("quarantine_sha256", "quarantine", ["sha256"])
    op.create_table(
        "mentions",
        sa.Column("circular_id", TEXT, sa.ForeignKey("circulars.id"), primary_key=True),
        sa.Column("agency_id", TEXT, primary_key=True),
        sa.Column("as_written", TEXT, primary_key=True),
        sa.Column("expanded", TEXT, primary_key=True),
        sa.Column("role", TEXT, primary_key=True),
        sa.Column("canonical", TEXT, nullable=False),
        sa.Column("line", TEXT, nullable=False),
        sa.Column("collective", sa.Boolean, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
    )
    op.create_index("mentions_agency", "mentions", ["agency_id"])
    op.create_table(
        "citations",
        sa.Column("circular_id", TEXT, sa.ForeignKey("circulars.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("eid", TEXT, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("relation", TEXT, nullable=False),
    )
    op.create_index("citations_number", "citations", ["number"], postgresql_using="hash")


def downgrade() -> None:
    for name in (
        "citations",
        "mentions",
        "quarantine",
        "permalinks",
        "paragraphs",
        "revisions",
        "files",
        "sources",
        "circulars",
        "meta",
    ):
        op.drop_table(name)
