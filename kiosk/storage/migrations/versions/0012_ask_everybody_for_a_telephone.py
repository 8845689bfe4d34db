"""Keep an address and a telephone apart, and at whose kiosk somebody will be.

One column held either, as the channel says. A telephone is now asked of everybody, as the last way
to reach them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_appointment = sa.table(
    "appointment",
    *(sa.column(name, sa.String) for name in ("channel", "contact", "email", "phone")),
)


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("appointment") as batch:
        batch.add_column(sa.Column("email", sa.String(254), nullable=False, server_default=""))
        batch.add_column(sa.Column("phone", sa.String(20), nullable=False, server_default=""))
        batch.add_column(sa.Column("kiosk_house_id", sa.Integer))
    for channel, column in (("email", "email"), ("sms", "phone")):
        op.execute(
            sa.update(_appointment)
            .where(_appointment.c.channel == channel)
            .values({column: _appointment.c.contact})
        )
    with op.batch_alter_table("appointment") as batch:
        batch.alter_column("email", server_default=None)
        batch.alter_column("phone", server_default=None)
        batch.drop_column("contact")
        batch.create_foreign_key(
            op.f("fk_appointment_kiosk_house_id_house"), "house", ["kiosk_house_id"], ["id"]
        )


def downgrade() -> None:
    """Take it back; telephones of those invited by e-mail or on paper are lost."""
    with op.batch_alter_table("appointment") as batch:
        batch.add_column(sa.Column("contact", sa.String(254), nullable=False, server_default=""))
    for channel, column in (("email", "email"), ("sms", "phone")):
        op.execute(
            sa.update(_appointment)
            .where(_appointment.c.channel == channel)
            .values(contact=getattr(_appointment.c, column))
        )
    with op.batch_alter_table("appointment") as batch:
        batch.alter_column("contact", server_default=None)
        batch.drop_constraint(op.f("fk_appointment_kiosk_house_id_house"), type_="foreignkey")
        batch.drop_column("kiosk_house_id")
        batch.drop_column("phone")
        batch.drop_column("email")
