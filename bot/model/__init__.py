"""The chat model, where one is set: how it is reached, what can go wrong with it, and what its replies look like."""
