"""Developer pages: demonstration data, outbox folder, component gallery. Never in production."""
