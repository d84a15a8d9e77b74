"""The word lists that signals look for, by language."""
