"""What the public may see of exact totals, and when: all of disclosure control is here. See ADR 0017."""
