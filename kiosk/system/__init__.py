"""Operating system: child processes, ports, certificates, the lock on an instance folder."""
