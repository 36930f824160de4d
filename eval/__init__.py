"""Question sets in; answers kept, counted and compared out."""
