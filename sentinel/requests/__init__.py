"""Requests: what a mention asks of the brand, and how soon somebody should answer it."""
