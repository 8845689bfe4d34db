"""List the browsers in which accounts are signed in; who is signed in today signs in again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.storage import base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("browser", sa.String(length=40), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("signed_in_at", base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_sign_in_agent_id_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_agent_id"), "sign_in", ["agent_id"])
    op.create_index(op.f("ix_sign_in_signed_in_at"), "sign_in", ["signed_in_at"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("sign_in")
