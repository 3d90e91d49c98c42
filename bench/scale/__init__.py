"""`python -m bench.scale`: a whole province in one go."""
