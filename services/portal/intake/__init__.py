"""Intake as the portal sees it: an HTTP API, and nothing behind it."""
