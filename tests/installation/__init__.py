"""The installed and running server: its commands, its processes, its demonstration."""
