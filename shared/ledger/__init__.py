"""Counting exactly once: an engine that knows nothing of what is counted. Read `docs/ledger.md` first."""
