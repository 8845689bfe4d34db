"""Senders: one module a way out; each implements ``messaging.message.Sender``."""
