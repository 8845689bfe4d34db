"""Count how often a seat moved to another browser: only the last one holds it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step: every seat is where it is."""
    with op.batch_alter_table("participant") as batch:
        batch.add_column(sa.Column("seat_moves", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("participant") as batch:
        batch.alter_column("seat_moves", server_default=None)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("participant") as batch:
        batch.drop_column("seat_moves")
