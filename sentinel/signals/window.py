"""A window of a brand's time: how many people spoke in it, how many of them are angry, and the other sums that signals
read.
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec

SPANS = (5, 15, 60, 360, 1_440, 4_320)
"""Minutes of the windows that signals read. The last two are for brands that hours are too short for."""


class Window(msgspec.Struct, frozen=True):
    """What was heard in the last ``minutes``. Every person counts once, with what they said lately taken together.

    Parameters
    ----------
    people
        Persons heard, those included who only repeat what others said.
    voices
        Those who said something of their own, in a language that the model reads; ``mood`` sums their P(negative) -
        P(positive).
    angry
        Voices of whose posts at least half are negative.
    tone
        The mood summed over all people, whatever is repeated included.
    rest, rest_tone
        The people who do not praise, and their tone.
    unread
        People most of whose posts are in a language that the model does not read.
    amplified
        People who passed on somebody else's words.
    severe, grave
        Weights of the gravest word of each voice, and how many voices have one.
    audience
        Followers of the angry.
    singular, singular_usual
        Voices in the first person singular, and how many are usual among them.
    posts, originals
        Mentions, and those of them that are no near-copies.
    dated
        People of whose latest post only the day is known.
    sources
        People by the source that they were last heard on; told of an hour only.
    """

    minutes: int
    people: int = 0
    voices: int = 0
    angry: int = 0
    mood: float = 0.0
    tone: float = 0.0
    rest: int = 0
    rest_tone: float = 0.0
    unread: int = 0
    amplified: int = 0
    severe: float = 0.0
    grave: int = 0
    audience: int = 0
    singular: int = 0
    singular_usual: float = 0.0
    posts: int = 0
    originals: int = 0
    dated: int = 0
    sources: dict[str, int] = msgspec.field(default_factory=dict)

    def plus(self, other: "Window") -> "Window":
        """Both together, the minutes of this one."""
        sums = {name: getattr(self, name) + getattr(other, name) for name in _SUMS}
        sources = {
            name: self.sources.get(name, 0) + other.sources.get(name, 0) for name in {**self.sources, **other.sources}
        }
        return Window(minutes=self.minutes, sources=sources, **sums)


_SUMS = Window.__struct_fields__[1:-1]

One = TypeVar("One")


class Windows(NamedTuple, Generic[One]):
    """The same for each window that signals read, from the shortest to the longest."""

    five: One
    """Minutes."""
    quarter: One
    """Of an hour."""
    hour: One
    six_hours: One
    day: One
    three_days: One


(
    PEOPLE,
    VOICES,
    ANGRY,
    MOOD,
    TONE,
    REST,
    REST_TONE,
    UNREAD,
    AMPLIFIED,
    SEVERE,
    GRAVE,
    AUDIENCE,
    SINGULAR,
    SINGULAR_USUAL,
    DATED,
    POSTS,
    ORIGINALS,
) = range(17)
"""Columns of a row of sums; one column a source follows. All are whole numbers, so that what was added can be taken
away exactly.
"""
COLUMNS = 17
MILLE = 1_000
"""Moods and expected shares are kept in thousandths, weights of grave words in hundredths."""


def window_of(minutes: int, row: Sequence[int], sources: list[str]) -> Window:
    """The window that a row of sums stands for."""
    return Window(
        minutes,
        row[PEOPLE],
        row[VOICES],
        row[ANGRY],
        row[MOOD] / MILLE,
        row[TONE] / MILLE,
        row[REST],
        row[REST_TONE] / MILLE,
        row[UNREAD],
        row[AMPLIFIED],
        row[SEVERE] / 100,
        row[GRAVE],
        row[AUDIENCE],
        row[SINGULAR],
        row[SINGULAR_USUAL] / MILLE,
        row[POSTS],
        row[ORIGINALS],
        row[DATED],
        {source: count for source, count in zip(sources, row[COLUMNS:], strict=False) if count}
        if minutes == 60
        else {},
    )
