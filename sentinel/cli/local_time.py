"""Instants as the wall of the configuration's zone shows them, for tables that people read; JSON keeps UTC."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sentinel.config.loader import load

Said = Callable[[str], str]


def minutes(config: Path) -> tuple[Said, str]:
    """What turns an instant of an answer into a day and a minute, and the zone's name."""
    zone = load(config).zone
    return lambda text: minute(text, zone), zone.key


def minute(text: str, zone: ZoneInfo, form: str = "%Y-%m-%d %H:%M") -> str:
    """One instant.

    Examples
    --------
    >>> minute("2026-03-02T22:30:15.5Z", ZoneInfo("Europe/Madrid"))
    '2026-03-02 23:30'
    """
    return datetime.fromisoformat(text).astimezone(zone).strftime(form)
