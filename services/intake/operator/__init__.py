"""What partners and operators do besides sending forms: rosters, reviews, withdrawals. Each is an event on the log."""
