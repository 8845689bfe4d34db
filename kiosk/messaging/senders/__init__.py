"""Senders: one module a provider; each implements ``messaging.message.Sender``."""
