"""The first schema of the library."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_table(
        "circulars",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("added_at", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
    )
    op.create_index("circulars_sequence", "circulars", ["sequence"], unique=True)
    op.create_table(
        "sources",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("encoding", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("circular_id", sa.Text, sa.ForeignKey("circulars.id"), nullable=False),
        sa.Column("added_at", sa.Text, nullable=False),
    )
    op.create_index("sources_circular", "sources", ["circular_id"])
    op.create_table(
        "files",
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, sa.ForeignKey("sources.sha256"), nullable=False),
    )
    op.create_index("files_name", "files", ["name"])
    op.create_table(
        "revisions",
        sa.Column("circular_id", sa.Text, sa.ForeignKey("circulars.id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("sha256", sa.Text, sa.ForeignKey("sources.sha256"), nullable=False),
        sa.Column("parsed", sa.LargeBinary, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("folded_title", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("date", sa.Text, nullable=False),
        sa.Column("issuers", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("paragraphs", sa.Integer, nullable=False),
        sa.Column("measures", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("added_at", sa.Text, nullable=False),
    )
    op.create_index("revisions_number", "revisions", ["number"])
    op.create_index("revisions_folded_title", "revisions", ["folded_title"])
    op.create_index("revisions_digest", "revisions", ["digest"])
    op.create_table(
        "paragraphs",
        sa.Column("circular_id", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("eid", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["circular_id", "revision"], ["revisions.circular_id", "revisions.revision"]
        ),
    )
    op.create_index("paragraphs_eid", "paragraphs", ["circular_id", "eid", "revision"], unique=True)
    op.create_table(
        "permalinks",
        sa.Column("circular_id", sa.Text, sa.ForeignKey("circulars.id"), primary_key=True),
        sa.Column("eid", sa.Text, primary_key=True),
        sa.Column("issued_revision", sa.Integer, nullable=False),
        sa.Column("last_revision", sa.Integer, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("suffix", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("similarity", sa.Float, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
    )
    op.create_table(
        "quarantine",
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("quarantine_sha256", "quarantine", ["sha256"])
    op.create_table(
        "mentions",
        sa.Column("circular_id", sa.Text, sa.ForeignKey("circulars.id"), primary_key=True),
        sa.Column("agency_id", sa.Text, primary_key=True),
        sa.Column("as_written", sa.Text, primary_key=True),
        sa.Column("expanded", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("canonical", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("collective", sa.Boolean, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
    )
    op.create_index("mentions_agency", "mentions", ["agency_id"])
    op.create_table(
        "citations",
        sa.Column("circular_id", sa.Text, sa.ForeignKey("circulars.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("eid", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("relation", sa.Text, nullable=False),
    )
    op.create_index("citations_number", "citations", ["number"])


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
