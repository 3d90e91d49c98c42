"""The pages: what is shown, computed from released figures, and drawn on the server."""
