"""Edges: pieces of HTTP that several edges mount. No edge is imported here."""
