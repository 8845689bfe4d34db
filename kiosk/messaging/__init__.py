"""Messaging: e-mail and SMS, composed, queued, sent, receipted."""
