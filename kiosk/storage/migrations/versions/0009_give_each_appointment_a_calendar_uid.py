"""Give each appointment a UID for calendars that never repeats.

Entries sent before this step keep theirs, which was made of the appointment's number: a move or a
cancellation must still find them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_appointment = sa.table(
    "appointment", sa.column("id", sa.Integer), sa.column("calendar_uid", sa.String)
)


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("appointment") as batch:
        batch.add_column(
            sa.Column("calendar_uid", sa.String(60), nullable=False, server_default="")
        )
    number = sa.cast(_appointment.c.id, sa.String)
    op.execute(sa.update(_appointment).values(calendar_uid="rendez-vous-" + number))
    with op.batch_alter_table("appointment") as batch:
        batch.alter_column("calendar_uid", server_default=None)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("appointment") as batch:
        batch.drop_column("calendar_uid")
