"""Appointments: booking, moving, cancelling, invitations."""
