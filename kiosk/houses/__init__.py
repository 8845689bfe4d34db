"""Houses (sites), their agents and their rights."""
