"""Note by which generation of a room's credentials each participant came in.

Everybody who is there at the upgrade keeps their place.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_participant = sa.table(
    "participant",
    sa.column("room_id", sa.Integer),
    sa.column("generation", sa.Integer),
)
_room = sa.table("room", sa.column("id", sa.Integer), sa.column("generation", sa.Integer))


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("participant") as batch:
        batch.add_column(sa.Column("generation", sa.Integer(), nullable=False, server_default="1"))
    of_their_room = sa.select(_room.c.generation).where(_room.c.id == _participant.c.room_id)
    op.execute(sa.update(_participant).values(generation=of_their_room.scalar_subquery()))
    with op.batch_alter_table("participant") as batch:
        batch.alter_column("generation", server_default=None)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("participant") as batch:
        batch.drop_column("generation")
