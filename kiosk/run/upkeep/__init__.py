"""Keeping an installation: backup, restore, upgrade, and what is misconfigured."""
