"""Matching: which brands a mention is about, and whether it only repeats what another one said."""
