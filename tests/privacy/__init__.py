"""Looking for what must be nowhere: card numbers and names, in everything that a running system wrote."""
