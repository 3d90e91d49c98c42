"""`cacah doctor`: what stands in the way, and the one command that removes it."""
