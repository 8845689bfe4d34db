"""The engine for e-mail and SMS: composes messages and sends them. The queue is elsewhere."""
