"""Length of a body: how much every service shows whole, and text cut to fit."""

MOST = 1000
"""Bytes of a body: what every service shows whole."""


def fit(text: str, most: int) -> str:
    """At most ``most`` bytes (three or more), whole characters."""
    raw = text.encode()
    return text if len(raw) <= most else raw[: max(0, most - 3)].decode(errors="ignore").rstrip() + "…"
