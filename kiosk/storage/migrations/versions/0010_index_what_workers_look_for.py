"""Index what the delivery worker asks each second, and what retention asks each hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OPEN = sa.text("status IN ('queued', 'leased')")
_BY_TIME = (("room", "closes_at"), ("journal_entry", "at"), ("outbox_message", "ended_at"))


def upgrade() -> None:
    """Take the step."""
    op.drop_index("ix_outbox_message_status_due_at", table_name="outbox_message")
    op.create_index(
        "ix_outbox_message_open",
        "outbox_message",
        ["channel", "due_at"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    for table, column in _BY_TIME:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    """Take it back."""
    for table, column in _BY_TIME:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    op.drop_index("ix_outbox_message_open", table_name="outbox_message")
    op.create_index("ix_outbox_message_status_due_at", "outbox_message", ["status", "due_at"])
