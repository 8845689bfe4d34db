"""Add one-time links, the e-mail of accounts, and what citizens read about a house."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.storage import base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "account_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("seed", sa.LargeBinary(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name=op.f("fk_account_link_agent_id_agent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_account_link_digest")),
    )
    op.create_index(op.f("ix_account_link_agent_id"), "account_link", ["agent_id"])
    op.create_index(op.f("ix_account_link_expires_at"), "account_link", ["expires_at"])
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["house_id"], ["house.id"], name=op.f("fk_opening_hours_house_id_house")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    op.create_index(op.f("ix_opening_hours_house_id"), "opening_hours", ["house_id"])
    with op.batch_alter_table("agent") as agent:
        agent.add_column(
            sa.Column("email", sa.String(length=254), nullable=False, server_default="")
        )
    with op.batch_alter_table("house") as house:
        house.add_column(
            sa.Column(
                "accessible_contact", sa.String(length=300), nullable=False, server_default=""
            )
        )


def downgrade() -> None:
    """Take it back; accounts whose password was not chosen yet can no longer be opened."""
    with op.batch_alter_table("house") as house:
        house.drop_column("accessible_contact")
    with op.batch_alter_table("agent") as agent:
        agent.drop_column("email")
    op.drop_table("opening_hours")
    op.drop_table("account_link")
