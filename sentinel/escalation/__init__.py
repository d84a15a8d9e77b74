"""Escalation: who is paged, in which order and when, as values and arithmetic on instants."""
