"""One file a format: bytes in, the text out, with what was dropped on the way. Imported where a file of the format is met."""
