"""Who sends what to whom: peers, rooms, slots, negotiation, shared screens, layer selection."""
