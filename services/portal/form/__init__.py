"""The form without HTTP: its pages, what is on them, and what a family has answered so far. Nothing here does I/O."""
