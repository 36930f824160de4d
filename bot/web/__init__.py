"""The doors over HTTP: the chat page and the API, and one renderer of answers."""
