"""Storage: the schema and its history, on SQLite and on PostgreSQL."""
