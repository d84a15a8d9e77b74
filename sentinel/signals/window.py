"""A window of a brand's time: how many people spoke in it, how many of them are angry, and the other sums that signals
read.
"""

from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

SPANS = (5, 15, 60, 360, 1_440, 4_320)
"""Minutes of the windows that signals read. The last two are for brands that hours are too short for."""


class Window(msgspec.Struct, frozen=True, gc=False):
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


POSTS, ORIGINALS, COLUMNS = 15, 16, 17
"""Places of the last two columns of a row of sums (`window_of` has all of them in their order), and how many there are;
one column a source follows. All are whole numbers, so that what was added can be taken away exactly.
"""
NO_SOURCES: Final[dict[str, int]] = {}
"""Of every window but the hour, which alone tells people by source; nobody adds to it."""
MILLE = 1_000
"""Moods and expected shares are kept in thousandths, weights of grave words in hundredths."""


def window_of(minutes: int, row: tuple[int, ...], by_source: dict[str, int]) -> Window:
    """The window that the columns of sums stand for."""
    (
        people,
        voices,
        angry,
        mood,
        tone,
        rest,
        rest_tone,
        unread,
        amplified,
        severe,
        grave,
        audience,
        singular,
        singular_usual,
        dated,
        posts,
        originals,
    ) = row
    return Window(
        minutes,
        people,
        voices,
        angry,
        mood / MILLE,
        tone / MILLE,
        rest,
        rest_tone / MILLE,
        unread,
        amplified,
        severe / 100,
        grave,
        audience,
        singular,
        singular_usual / MILLE,
        posts,
        originals,
        dated,
        by_source,
    )
