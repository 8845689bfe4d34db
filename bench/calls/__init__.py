"""Two people in a call on a page of our own, which speaks to the plane, to Janus, to aiortc."""
