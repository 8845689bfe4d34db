"""Note by what each participant came in: only the personal link stands for the expected name.

Of those who are there at the upgrade nobody knows: they are shown under the name they gave.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("participant") as batch:
        batch.add_column(
            sa.Column("came_by", sa.String(10), nullable=False, server_default="unknown")
        )
    with op.batch_alter_table("participant") as batch:
        batch.alter_column("came_by", server_default=None)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("participant") as batch:
        batch.drop_column("came_by")
