"""What tests of a running system have in common; the system itself is a fixture of all tests."""

from tests.running import POLL_SECONDS, PROGRAM, START_SECONDS, Cacah, run_cacah, wait_for

__all__ = ["POLL_SECONDS", "PROGRAM", "START_SECONDS", "Cacah", "run_cacah", "wait_for"]
