"""What the operating system lends us: child processes, ports, the lock on an instance folder."""
