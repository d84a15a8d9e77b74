"""How much of those who post is kept."""

from typing import Literal

from sentinel.config.base import Settings


class PrivacySettings(Settings):
    """What is kept of the people who post."""

    authors: Literal["clear", "hashed"] = "clear"
    """`clear`: their id, handle and name as the network shows them. `hashed`: pseudonyms alone, from intake on: the
    same person is the same voice, nobody can tell whose it is, links to profiles and handles in texts go. What was
    stored before stays until `store.retention`; docs/privacy.md says how to erase it."""
