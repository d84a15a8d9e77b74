"""Settings of what the sentiment model learns from, besides stars and people's corrections."""

from pydantic import Field

from sentinel.config.base import Settings


class Learning(Settings):
    """Stars and people's corrections always teach the sentiment model; this is what else does."""

    emoji_weight: float = Field(0, ge=0, le=1)
    """ What a short post with an unambiguous emoji teaches, where a correction teaches 1; at most 100 a day and source.
    0 turns it off: on recorded posts it did not help.
    """
