"""Name each step as the check it runs: asking for the camera, for the microphone, and the voice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# "microphone" is an old name (of the voice's step) and a new one: every row changes in one pass.
NEW_NAMES = {
    "camera_permission": "camera",
    "microphone_permission": "microphone",
    "microphone": "voice",
}

_visit = sa.table("visit", sa.column("step", sa.String), sa.column("stuck_reason", sa.String))


def upgrade() -> None:
    """Take the step."""
    _rename(NEW_NAMES)


def downgrade() -> None:
    """Take it back."""
    _rename({new: old for old, new in NEW_NAMES.items()})


def _rename(names: dict[str, str]) -> None:
    reasons = {f"step.{old}": f"step.{new}" for old, new in names.items()}
    for column, changes in ((_visit.c.step, names), (_visit.c.stuck_reason, reasons)):
        op.execute(
            sa.update(_visit)
            .where(column.in_(changes))
            .values({column: sa.case(changes, value=column)})
        )
