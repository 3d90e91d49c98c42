"""Where exact totals come from and released figures are kept: MongoDB, and memory for tests."""
