"""Random requests against a running intake, made from its own OpenAPI document."""
