"""Signatures with a date that survive a clock set back.

itsdangerous takes a signature dated in the future for an expired one: when a clock that was ahead
is set right, every browser would lose its visit, and every page its ticket.
"""

from __future__ import annotations

from typing import Any

from itsdangerous import SignatureExpired, TimestampSigner

AHEAD_S = 24 * 3600
"""Seconds by which a signature may be dated in the future: clocks are set back by a day at most."""


class PatientSigner(TimestampSigner):
    """A signer that takes a signature dated a little in the future for one made now."""

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        """Return the value, with its date when asked; raise as :class:`TimestampSigner` does."""
        value, signed_at = super().unsign(signed_value, max_age=None, return_timestamp=True)
        age_s = self.get_timestamp() - signed_at.timestamp()
        if max_age is not None and not -AHEAD_S <= age_s <= max_age:
            raise SignatureExpired("expired", payload=value, date_signed=signed_at)
        return (value, signed_at) if return_timestamp else value
