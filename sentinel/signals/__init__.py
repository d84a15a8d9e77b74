"""Signals: which numbers to watch, one file each, read from event-time buckets and a brand's baseline."""
