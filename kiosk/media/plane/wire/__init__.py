"""Packet formats as pure functions: RTP, RTCP, STUN, SDP and header extensions. No state."""
