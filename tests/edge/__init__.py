"""The edge: what happens before a request reaches a page, with raw sockets."""
