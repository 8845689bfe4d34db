"""France Services houses, the accounts of those who work there, and their memberships."""
