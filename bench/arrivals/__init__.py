"""A hundred citizens arrive in twelve seconds: ``python -m bench.arrivals`` (``make arrivals``).

Every citizen is an HTTP client that sends what the pages' scripts send, at the pace of somebody
for whom all goes well; four agents have their boards open. Real server, loopback only.
"""
