"""Figures for programs: JSON and CSV, the same as the pages show."""
