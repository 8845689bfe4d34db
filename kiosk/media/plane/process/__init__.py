"""The media process: its commands and events, the life of its peers, its supervision."""
