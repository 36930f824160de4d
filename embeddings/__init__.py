"""Passages in, nearest passages out: encoder, Chroma, terms and their fusion. Knows nothing of questions or answers."""
