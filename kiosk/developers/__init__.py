"""Pages for developers: demonstration data, outbox, component gallery. Never in production."""
