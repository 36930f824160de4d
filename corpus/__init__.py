"""Files in; documents, passages and targets out; the library that keeps them."""
