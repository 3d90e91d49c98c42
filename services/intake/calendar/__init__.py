"""The calendar of the census: read, set, and held to at the door."""
