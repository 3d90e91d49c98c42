"""One module per document that is made from the code; each has `render() -> str`."""
