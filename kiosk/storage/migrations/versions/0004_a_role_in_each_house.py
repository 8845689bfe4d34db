"""Give accounts a role in each of several houses, and mark administrators (decision 0270).

Each account keeps the house and the role it had, as its first membership.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "membership",
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name=op.f("fk_membership_agent_id_agent")
        ),
        sa.ForeignKeyConstraint(
            ["house_id"], ["house.id"], name=op.f("fk_membership_house_id_house")
        ),
        sa.PrimaryKeyConstraint("agent_id", "house_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_house_id"), "membership", ["house_id"])
    op.execute(
        "INSERT INTO membership (agent_id, house_id, role) SELECT id, house_id, role FROM agent"
    )
    with op.batch_alter_table("agent") as agent:
        agent.drop_index(op.f("ix_agent_house_id"))
        agent.drop_constraint(op.f("fk_agent_house_id_house"), type_="foreignkey")
        agent.drop_column("house_id")
        agent.drop_column("role")
        agent.add_column(
            sa.Column("is_administrator", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    """Take it back: an account keeps the first of its houses.

    The former schema knows no account without a house: an administrator's becomes a closed account
    of the oldest house.
    """
    with op.batch_alter_table("agent") as agent:
        agent.add_column(sa.Column("house_id", sa.Integer(), nullable=True))
        agent.add_column(sa.Column("role", sa.String(length=10), nullable=True))
    op.execute(
        "UPDATE agent SET"
        " house_id = (SELECT min(house_id) FROM membership WHERE agent_id = agent.id),"
        " role = (SELECT role FROM membership WHERE agent_id = agent.id"
        " ORDER BY house_id LIMIT 1)"
    )
    op.execute(
        "UPDATE agent SET house_id = (SELECT min(id) FROM house), role = 'agent', active = FALSE"
        " WHERE house_id IS NULL"
    )
    with op.batch_alter_table("agent") as agent:
        agent.alter_column("house_id", existing_type=sa.Integer(), nullable=False)
        agent.alter_column("role", existing_type=sa.String(length=10), nullable=False)
        agent.create_foreign_key(op.f("fk_agent_house_id_house"), "house", ["house_id"], ["id"])
        agent.create_index(op.f("ix_agent_house_id"), ["house_id"])
        agent.drop_column("is_administrator")
    op.drop_index(op.f("ix_membership_house_id"), "membership")
    op.drop_table("membership")
