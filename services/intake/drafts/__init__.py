"""Drafts of forms, kept for who alone can name them."""
