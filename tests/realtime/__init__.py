"""Realtime: tickets, hub, and the page's side of nudges."""
