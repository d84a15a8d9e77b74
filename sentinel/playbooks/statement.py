"""Holding statements: the first word in public, one for each channel and within its limit.

Taken by `render.py` from the filled section, where each stands under ``### <channel>``.
"""

from enum import StrEnum

from sentinel.phrases.phrases import say
from sentinel.playbooks.length import graphemes, weighted
from sentinel.playbooks.sections import passages


class Channel(StrEnum):
    """Where a holding statement is published; how a heading writes it stands in
    ``phrases/<language>/playbook.yaml``.
    """

    BLUESKY = "bluesky"
    X = "x"
    MASTODON = "mastodon"
    INSTAGRAM = "instagram"
    EMAIL = "email"
    WEB = "web"

    @property
    def limit(self) -> int | None:
        """The longest text it takes, by `measure`; ``None`` where there is room enough."""
        return {Channel.BLUESKY: 300, Channel.X: 280, Channel.MASTODON: 500, Channel.INSTAGRAM: 2200}.get(self)

    def measure(self, text: str) -> int:
        """The text's length as this channel counts it."""
        return weighted(text) if self is Channel.X else graphemes(text)


def statements(language: str, section: str) -> dict[Channel, str]:
    """Channel to text, ready to publish; headings that name no channel are advice and left out."""
    channels = {say(language, f"playbook.channel_{channel}").casefold(): channel for channel in Channel}
    return {
        channels[title.casefold()]: body for title, body in passages(section) if title.casefold() in channels and body
    }
