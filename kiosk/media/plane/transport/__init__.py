"""The connection to one browser: UDP sockets, ICE-lite, DTLS, SCTP and the control channel."""
