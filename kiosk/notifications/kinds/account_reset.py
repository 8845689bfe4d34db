"""Lets somebody who has forgotten their password choose another one."""

from __future__ import annotations

from kiosk.notifications.kind import Kind, reactions
from kiosk.notifications.kinds import _account_link as account_link
from kiosk.notifications.kinds._appointment import at_once

KIND = Kind(
    subject_type=account_link.SUBJECT_TYPE,
    reactions=reactions(send=(account_link.RESET,), withdraw=(account_link.INVITATION,)),
    due_at=at_once,
    facts=account_link.LinkFacts,
)
