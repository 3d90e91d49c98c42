"""`cacah bench`: measuring a system that runs."""
