"""Scheduled mail: digests and reports that are due."""
