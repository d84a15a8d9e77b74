"""A brand's history up to an instant: days of calm with a daily rhythm, then, if wanted, a firestorm in its last
minutes.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sentinel.mention import Author, Kind, Mention
from sentinel.simulation.texts import texts

SOURCES = ("bluesky", "mastodon", "x")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What to make.

    Parameters
    ----------
    per_hour
        Calm mentions an hour, averaged over the day.
    calm
        How long the calm lasts before the storm, or before ``end``.
    storm
        How long the firestorm has been going at ``end``; zero for none.
    storm_per_minute
        Mentions a minute at the storm's height.
    """

    brand: str
    language: str
    end: datetime
    seed: int = 1
    per_hour: float = 10.0
    calm: timedelta = timedelta(days=2)
    storm: timedelta = timedelta(minutes=10)
    storm_per_minute: float = 60.0


def history(story: Story) -> Iterator[Mention]:
    """The mentions of ``story``, in order; the same story gives the same ones."""
    rng = Random(story.seed)
    words = texts(story.language)
    onset = story.end - story.storm
    for number, (at, stormy) in enumerate(_arrivals(story, onset, rng), 1):
        mood = words.crisis if rng.random() < (0.9 if stormy else 0.04) else words.calm
        who = f"user{rng.randrange(10_000_000)}"
        yield Mention(
            source=rng.choice(SOURCES),
            id=f"sim-{story.seed}-{int(story.end.timestamp())}-{number}",
            text=words.say(mood, story.brand, rng),
            published_at=at,
            lang=story.language,
            kind=Kind.POST if rng.random() < (0.7 if stormy else 0.95) else Kind.REPLY,
            author=Author(id=who, handle=who, followers=int(rng.lognormvariate(5, 1.5))),
        )


def _arrivals(story: Story, onset: datetime, rng: Random) -> Iterator[tuple[datetime, bool]]:
    """Instants of mentions: a Poisson process thinned by hour of day, joined by one that rises within five minutes."""
    at, peak = onset - story.calm, story.per_hour * 1.8 / 3600
    calm = []
    while story.per_hour > 0 and (at := at + timedelta(seconds=rng.expovariate(peak))) < story.end:
        if rng.random() < (1 - 0.8 * math.cos((at.hour + at.minute / 60 - 4) * math.pi / 12)) / 1.8:
            calm.append((at, False))
    storm, at = [], onset
    while story.storm and (at := at + timedelta(seconds=rng.expovariate(story.storm_per_minute / 60))) < story.end:
        if rng.random() < min(1.0, 0.2 + (at - onset) / timedelta(minutes=5)):
            storm.append((at, True))
    yield from sorted([*calm, *storm])
