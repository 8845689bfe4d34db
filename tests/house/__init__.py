"""The running house: its doors, its processes, its demonstration."""
