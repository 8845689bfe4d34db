"""Give messages a subject of a type, and the providers' reports a table of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kiosk.storage import base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step: what was queued or sent before keeps its meaning."""
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_subject_of")
        batch_op.alter_column("subject_of", new_column_name="subject_id")
        batch_op.add_column(
            sa.Column(
                "subject_type", sa.String(length=20), nullable=False, server_default="appointment"
            )
        )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.alter_column("subject_type", server_default=None)
        batch_op.create_index(
            "ix_outbox_message_subject", ["subject_type", "subject_id"], unique=False
        )
    op.execute("UPDATE outbox_message SET kind = replace(kind, '.', '_')")

    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("at", base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_message.id"],
            name=op.f("fk_receipt_message_id_outbox_message"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("message_id", "outcome", name=op.f("uq_receipt_message_id")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index("ix_receipt_provider_id", ["provider_id"], unique=False)
    op.execute(
        "INSERT INTO receipt (message_id, outcome, provider_id, at) "
        "SELECT id, 'accepted', provider_id, sent_at FROM outbox_message WHERE status = 'sent'"
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_column("provider_id")


def downgrade() -> None:
    """Take it back; reports other than ``accepted`` are lost."""
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("provider_id", sa.String(length=120), nullable=True))
    op.execute(
        "UPDATE outbox_message SET provider_id = (SELECT provider_id FROM receipt "
        "WHERE receipt.message_id = outbox_message.id AND receipt.outcome = 'accepted')"
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index("ix_receipt_provider_id")
    op.drop_table("receipt")
    op.execute("UPDATE outbox_message SET kind = replace(kind, 'appointment_', 'appointment.')")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_subject")
        batch_op.drop_column("subject_type")
        batch_op.alter_column("subject_id", new_column_name="subject_of")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_subject_of", ["subject_of"], unique=False)
