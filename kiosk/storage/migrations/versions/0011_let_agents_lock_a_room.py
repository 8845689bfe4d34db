"""Note since when a room is locked: nobody new may knock or be admitted meanwhile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.storage.base import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step: no room is locked."""
    with op.batch_alter_table("room") as batch:
        batch.add_column(sa.Column("locked_since", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Take it back: rooms can be entered as before."""
    with op.batch_alter_table("room") as batch:
        batch.drop_column("locked_since")
