"""`cacah backup` and `cacah restore`: what MongoDB and the key folder hold. The log is not in it: it is its own copy."""
