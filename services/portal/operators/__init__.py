"""The operators' pages: how far the stages are, what people should look at, what was decided. Through intake's API."""
