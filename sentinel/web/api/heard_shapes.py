"""Shapes of everything heard, as programs read it."""

from datetime import datetime

import msgspec

from sentinel.mention import NO_ENGAGEMENT, Author, Engagement, Kind
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.sentiment.sentiment import Label
from sentinel.store.heard_mention import HeardMention, Standing
from sentinel.web.api.requests import RequestView


class HeardAsView(msgspec.Struct, frozen=True, kw_only=True):
    """What a mention is to one brand; ``probability`` is of the sentiment, ``priority`` how soon it wants an answer."""

    brand: str
    sentiment: Label
    probability: float
    standing: Standing
    priority: Priority


class HeardView(msgspec.Struct, frozen=True, kw_only=True):
    """A mention and what it was heard as.

    ``heard_at`` is when it came, ``counts_at`` the instant it counts at; ``grave`` is the gravest word in it. ``asks``
    is what it asks for, as somebody said or as it seems.
    """

    number: int
    source: str
    id: str
    kind: Kind
    brands: list[HeardAsView]
    language: str
    grave: str | None
    title: str | None
    text: str
    url: str | None
    author: Author | None
    engagement: Engagement
    rating: float | None
    published_at: datetime
    heard_at: datetime
    counts_at: datetime
    asks: RequestKind
    request: RequestView

    @classmethod
    def of(cls, each: HeardMention) -> "HeardView":
        """All of it."""
        mention = each.mention
        return cls(
            number=each.number,
            source=mention.source,
            id=mention.id,
            kind=mention.kind,
            brands=[
                HeardAsView(
                    brand=one.brand,
                    sentiment=one.label,
                    probability=one.probability,
                    standing=one.standing,
                    priority=one.priority,
                )
                for one in each.hearing.brands
            ],
            language=each.hearing.lang,
            grave=each.hearing.grave,
            title=mention.title,
            text=mention.text,
            url=mention.url,
            author=mention.author,
            engagement=mention.engagement or NO_ENGAGEMENT,
            rating=mention.rating,
            published_at=mention.published_at,
            heard_at=each.heard_at,
            counts_at=each.at,
            asks=each.asks,
            request=RequestView.of(each.request),
        )


class HeardMentions(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; ask again with ``before=next`` while there is one. ``found`` counts as far as a thousand; ``more``
    says that there are more.
    """

    mentions: list[HeardView]
    next: int | None
    found: int
    more: bool
