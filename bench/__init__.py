"""The bench: corpora of any size, what a user would take instead, and the two side by side."""
