"""Pages: each view takes a request and gives a page or the way to the next one."""
