"""Brand talk: everything topics say about one brand and one span of time."""

from collections.abc import Collection, Sequence

import msgspec

from sentinel.sentiment.sentiment import Label
from sentinel.topics.phrase_counts import count_phrases
from sentinel.topics.said_post import SaidPost
from sentinel.topics.spoken_topic import EarlierTalk, SpokenTopic, people_of, spoken_topics
from sentinel.topics.told_sentence import ToldSentence, told_sentences
from sentinel.topics.voices import voiced

TOPICS = 5


class BrandTalk(msgspec.Struct, frozen=True, kw_only=True):
    """What is talked about: by ``people`` in so many ``posts`` that were looked at.

    ``complained`` and ``praised`` are the topics of the negative and of the positive posts alone.
    """

    posts: int = 0
    people: int = 0
    topics: tuple[SpokenTopic, ...] = ()
    complained: tuple[SpokenTopic, ...] = ()
    praised: tuple[SpokenTopic, ...] = ()
    sentences: tuple[ToldSentence, ...] = ()

    @property
    def quoted(self) -> list[SaidPost]:
        """Every post of which words are shown."""
        topics = (*self.topics, *self.complained, *self.praised)
        return [*(each.post for each in self.sentences), *(post for each in topics for post in each.samples)]


SILENCE = BrandTalk()
"""Nobody says anything."""


def brand_talk(
    posts: Sequence[SaidPost], *, own: Collection[str] = (), before: Sequence[SaidPost] = (), most: int = TOPICS
) -> BrandTalk:
    """The talk of these posts, compared with those of the time before.

    Parameters
    ----------
    own
        Folded words by which the brand is found: they are no topic.
    """
    now = voiced(posts, own)
    counted, earlier = count_phrases(now), EarlierTalk(voiced(before, own))
    topics = spoken_topics(now, counted, earlier, most=most)
    complained = spoken_topics(now, counted, earlier, label=Label.NEGATIVE, most=most)
    return BrandTalk(
        posts=len(posts),
        people=people_of(now),
        topics=topics,
        complained=complained,
        praised=spoken_topics(now, counted, earlier, label=Label.POSITIVE, most=most),
        sentences=told_sentences(now, [each.roots for each in (*complained, *topics)]),
    )
