"""`python -m bench.intake`: how many forms intake takes, one by one and in batches."""
