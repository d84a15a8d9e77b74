"""Read mention: what the fold made of a mention's words, for those who come after it and need not read them again."""

from typing import NamedTuple

from sentinel.sentiment.sentiment import Sentiment


class ReadMention(NamedTuple):
    """``brands`` are the names of those that its words are about, whoever says them, in the order of the configuration.

    ``said`` is ``None`` where it was not classified: nobody else speaks of a brand in it.
    """

    brands: tuple[str, ...] = ()
    lang: str = ""
    said: Sentiment | None = None


NOTHING_READ = ReadMention()
