"""`cacah status`: how far each stage is, what it counted, and what it set aside."""
