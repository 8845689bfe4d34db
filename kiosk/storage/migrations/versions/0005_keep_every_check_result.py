"""Keep every check result in a table of its own, and note on which kiosk a visit is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from kiosk.storage import base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_visit = sa.table(
    "visit",
    sa.column("id", sa.Integer),
    sa.column("checks", sa.JSON),
    sa.column("step_since", base.UtcDateTime()),
    sa.column("last_error", sa.String),
    sa.column("last_error_at", base.UtcDateTime()),
)
_check_result = sa.table(
    "check_result",
    sa.column("id", sa.Integer),
    sa.column("visit_id", sa.Integer),
    sa.column("check", sa.String),
    sa.column("verdict", sa.String),
    sa.column("code", sa.String),
    sa.column("figures", sa.JSON),
    sa.column("at", base.UtcDateTime()),
)


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "check_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("check", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("at", base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_check_result_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_result")),
    )
    op.create_index("ix_check_result_visit_id", "check_result", ["visit_id", "check"])
    visits = op.get_bind().execute(sa.select(_visit.c.id, _visit.c.checks, _visit.c.step_since))
    rows = sorted(
        (row for visit in visits.all() for row in _results_of(*visit)), key=lambda row: row["at"]
    )
    if rows:
        op.bulk_insert(_check_result, rows)
    with op.batch_alter_table("visit") as batch:
        batch.drop_column("checks")
        batch.drop_column("last_error")
        batch.drop_column("last_error_at")
        batch.add_column(sa.Column("open_on_device", sa.Integer(), nullable=True))
        batch.create_unique_constraint(op.f("uq_visit_open_on_device"), ["open_on_device"])


def downgrade() -> None:
    """Take it back: the newest result of each check returns to the visit, the others are lost."""
    with op.batch_alter_table("visit") as batch:
        batch.drop_constraint(op.f("uq_visit_open_on_device"), type_="unique")
        batch.drop_column("open_on_device")
        batch.add_column(sa.Column("checks", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("last_error", sa.String(length=60), nullable=True))
        batch.add_column(sa.Column("last_error_at", base.UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("visit") as batch:
        batch.alter_column("checks", server_default=None)
    connection = op.get_bind()
    kept: dict[int, dict[str, Any]] = {}
    for row in connection.execute(sa.select(_check_result).order_by(_check_result.c.id)).mappings():
        kept.setdefault(row["visit_id"], {})[row["check"]] = {
            "verdict": row["verdict"],
            "code": row["code"],
            "at": row["at"].isoformat(),
            "figures": row["figures"],
        }
    for visit_id, checks in kept.items():
        connection.execute(
            sa.update(_visit).where(_visit.c.id == visit_id).values({"checks": checks})
        )
    op.drop_table("check_result")


def _results_of(
    visit_id: int, checks: dict[str, Any] | None, step_since: datetime
) -> Iterator[dict[str, Any]]:
    for check, result in (checks or {}).items():
        at = result.get("at")
        yield {
            "visit_id": visit_id,
            "check": check,
            "verdict": result["verdict"],
            "code": result["code"],
            "figures": result.get("figures") or {},
            "at": datetime.fromisoformat(at) if at else step_since,
        }
