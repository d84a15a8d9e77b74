"""Heard mention: what the fold made of a mention, for those who come after it and need not read it again."""

from typing import NamedTuple

from sentinel.sentiment.sentiment import Label


class HeardMention(NamedTuple):
    """``brands`` are the places of those of which somebody else speaks in it, by its words and the configuration alone:
    neither what it answers nor whom people chose to ignore meanwhile counts.

    ``label`` is ``None`` where it was not read: it speaks of no brand, or of none that heard it.
    """

    brands: tuple[int, ...] = ()
    lang: str = ""
    label: Label | None = None


UNHEARD = HeardMention()
