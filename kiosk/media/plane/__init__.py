"""The embedded media plane: its own process, one UDP port, packets forwarded and never decoded."""
