"""Note what each room is for, and the name of a meeting."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step: every room so far was opened for an appointment."""
    with op.batch_alter_table("room") as batch:
        batch.add_column(
            sa.Column("purpose", sa.String(12), nullable=False, server_default="appointment")
        )
        batch.add_column(sa.Column("name", sa.String(80), nullable=False, server_default=""))
    with op.batch_alter_table("room") as batch:
        batch.alter_column("purpose", server_default=None)
        batch.alter_column("name", server_default=None)


def downgrade() -> None:
    """Take it back: rooms without an appointment stay, but nothing says what they are for."""
    with op.batch_alter_table("room") as batch:
        batch.drop_column("name")
        batch.drop_column("purpose")
