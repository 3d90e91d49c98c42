"""`cacah close`: the end of a census, counted, audited and signed."""
