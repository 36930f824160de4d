"""One prompt a file, in Chinese, and the loader that fills them in; passages and questions stand in them as data."""
