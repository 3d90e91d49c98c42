"""What the API says of itself in OpenAPI, part by part."""
