"""`cacah keys shred`: the key of a day goes, and what is known without it stays."""
