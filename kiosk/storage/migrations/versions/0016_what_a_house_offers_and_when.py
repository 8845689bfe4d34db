"""Add what a manager tells of a house: welcome, lengths, closed days, absences, reasons."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TABLES: dict[str, list[sa.Column[Any]]] = {
    "closed_days": [
        sa.Column("house_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
    ],
    "absence": [
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
    ],
    "reason": [
        sa.Column("house_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("papers", sa.String(length=1000), nullable=False),
    ],
}


def upgrade() -> None:
    """Take the step."""
    for table, columns in _TABLES.items():
        owner = "agent" if table == "absence" else "house"
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            *columns,
            sa.ForeignKeyConstraint(
                [f"{owner}_id"], [f"{owner}.id"], name=op.f(f"fk_{table}_{owner}_id_{owner}")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_{owner}_id"), table, [f"{owner}_id"])
    with op.batch_alter_table("house") as house:
        house.add_column(
            sa.Column("welcome", sa.String(length=300), nullable=False, server_default="")
        )
        house.add_column(
            sa.Column("durations", sa.String(length=60), nullable=False, server_default="")
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("house") as house:
        house.drop_column("durations")
        house.drop_column("welcome")
    for table in reversed(_TABLES):
        op.drop_table(table)
