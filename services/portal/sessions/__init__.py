"""A family's answers between two pages: sealed, in its own browser. The portal keeps nothing."""
