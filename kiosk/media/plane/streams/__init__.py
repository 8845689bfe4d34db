"""One publication's state: recent packets, simulcast layers, sequence rewriting, repairs."""
