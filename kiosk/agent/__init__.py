"""The agent's journey: sign-in, today's appointments, the live board, the call."""
