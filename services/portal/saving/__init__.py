"""Save and resume: a draft under a code, sealed with a key that only code and PIN make."""
