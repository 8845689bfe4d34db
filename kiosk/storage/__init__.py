"""Storage plumbing: engine, sessions, column types, migrations."""
