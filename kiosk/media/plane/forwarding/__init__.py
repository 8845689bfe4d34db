"""From datagram to datagram: the fast path for media, the slow path for everything else."""
