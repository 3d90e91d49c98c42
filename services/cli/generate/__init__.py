"""`cacah generate`: families that nobody has, seeded and streaming, and the totals that they come to."""
