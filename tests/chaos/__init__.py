"""Killing processes of a real system at random, under load, and counting what the client was told against the log."""
