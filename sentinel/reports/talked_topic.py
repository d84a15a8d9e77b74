"""A topic as reports and programs show it: what people call it, how many say it, what they feel, and one of them."""

from collections.abc import Sequence

import msgspec

from sentinel.reports.quote import Quote, quote_of
from sentinel.topics.spoken_topic import SpokenTopic


class TalkedTopic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic.

    ``people`` say it, of whom so many are ``negative`` or ``positive``; ``before`` is how many did in as long a time
    before, ``None`` where too few spoke to tell, and ``new`` that hardly any did.
    """

    name: str
    people: int
    negative: int
    positive: int
    before: int | None
    new: bool
    samples: tuple[Quote, ...]


def talked_topics(topics: Sequence[SpokenTopic]) -> tuple[TalkedTopic, ...]:
    """As they are shown, in the same order."""
    return tuple(
        TalkedTopic(
            name=each.name,
            people=each.people,
            negative=each.negative,
            positive=each.positive,
            before=each.before,
            new=each.new,
            samples=tuple(quote_of(post.mention) for post in each.samples),
        )
        for each in topics
    )
