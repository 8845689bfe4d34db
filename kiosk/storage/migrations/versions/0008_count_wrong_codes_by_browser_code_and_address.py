"""Count wrong codes by browser, by code and by address, no longer by address alone.

Counts live for a day and their digests change: the old ones are dropped.

"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.drop_table("gate_tries")
    _make("digest", sa.Column("kind", sa.String(length=10), nullable=False))
    op.create_index(op.f("ix_gate_tries_last_failure_at"), "gate_tries", ["last_failure_at"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("gate_tries")
    _make("address_digest")


def _make(key: str, *more: sa.Column[str]) -> None:
    op.create_table(
        "gate_tries",
        sa.Column(key, sa.String(length=64), nullable=False),
        *more,
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(key, name=op.f("pk_gate_tries")),
    )
