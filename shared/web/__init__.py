"""What pages of more than one service share: languages, security headers, static files, templates, the process."""
