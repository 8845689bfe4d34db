"""Two people in a call on a page of our own, which connects to the plane, Janus or aiortc."""
