"""A mention: one public utterance, frozen. Every source makes them, everything downstream reads them.

The JSON form (files, the HTTP source) is decoded straight into the type. What names a mention and what it says must
fit, or it is refused with a `BadMention` that names the field; what decorates it (counts, author, address, tags, links
...) is clipped, mended or left out. Unknown keys are ignored.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec.structs import force_setattr

from sentinel.bounds import (
    MAX_COUNT,
    MAX_ID,
    MAX_LANG,
    MAX_NAME,
    MAX_URL,
    bounded_count,
    bounded_id,
    bounded_name,
    bounded_names,
    bounded_text,
    bounded_urls,
    fits,
    whole_or_none,
)
from sentinel.errors import BadMention

MAX_TEXT = 100_000
"""Characters. The longest post, article or review that is taken; a longer text is refused rather than cut."""
MAX_SOURCE = 64
MAX_KEY = 1024
"""Characters of a mention's id."""
EARLIEST = datetime(2006, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
MAX_SKEW = timedelta(minutes=2)
"""A publication time further ahead of us than this is not believed: the time of observation stands in."""
MAX_AHEAD = timedelta(days=1)
"""A publication time further ahead of us than this is a mistake of the sender and refused."""


class Kind(StrEnum):
    """What sort of utterance a mention is."""

    POST = "post"
    REPLY = "reply"
    REPOST = "repost"
    QUOTE = "quote"
    COMMENT = "comment"
    REVIEW = "review"
    ARTICLE = "article"


class Author(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who said it; ``followers`` is ``None`` where the source does not tell."""

    id: str | None = None
    name: str | None = None
    handle: str | None = None
    followers: int | None = None

    def __post_init__(self) -> None:
        """Within bounds, whoever made it."""
        if self.id is not None and not fits(self.id, MAX_ID):
            force_setattr(self, "id", bounded_id(self.id))
        if self.name is not None and not fits(self.name, MAX_NAME):
            force_setattr(self, "name", bounded_name(self.name))
        if self.handle is not None and not fits(self.handle, MAX_NAME):
            force_setattr(self, "handle", bounded_name(self.handle))
        if self.followers is not None and not 0 <= self.followers <= MAX_COUNT:
            force_setattr(self, "followers", bounded_count(self.followers))


class Engagement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What others did with it, as last seen."""

    likes: int | None = 0
    shares: int | None = 0
    replies: int | None = 0
    quotes: int | None = 0
    views: int | None = None

    def __post_init__(self) -> None:
        """Within bounds, whoever made it."""
        for name, count in (
            ("likes", self.likes),
            ("shares", self.shares),
            ("replies", self.replies),
            ("quotes", self.quotes),
            ("views", self.views),
        ):
            if count and not 0 <= count <= MAX_COUNT:
                force_setattr(self, name, bounded_count(count))


NOBODY = Author()
NO_ENGAGEMENT = Engagement()


class Mention(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One public utterance.

    ``(source, id)`` names it: a second one with the same pair is the same mention. ``published_at`` is aware.
    ``rating`` is 1 to 5 where the source has stars.
    """

    source: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_SOURCE)]
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_KEY)]
    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
    published_at: Annotated[datetime, msgspec.Meta(tz=True)]
    lang: str | None = None
    kind: Kind = Kind.POST
    url: str | None = None
    title: str | None = None
    author: Author | None = None
    engagement: Engagement | None = None
    rating: Annotated[float, msgspec.Meta(ge=1, le=5)] | None = None
    day_only: bool = False
    """Only the day of ``published_at`` is known: it belongs into no window shorter than a day."""
    parent_id: str | None = None
    root_id: str | None = None
    tags: tuple[str, ...] | None = None
    links: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Every decoration within bounds, whoever made it: a source's own code, whoever posted it, or an older journal.

        Raises
        ------
        BadMention
            When it cannot be told from others: no source or id, or one that is too long or cannot be stored.
        """
        if not (self.source and fits(self.source, MAX_SOURCE)):
            raise BadMention(_UNNAMED.format(most=MAX_SOURCE), field="source")
        if not (self.id and fits(self.id, MAX_KEY)):
            raise BadMention(_UNNAMED.format(most=MAX_KEY), field="id")
        if not fits(self.text, MAX_TEXT):
            force_setattr(self, "text", bounded_text(self.text, MAX_TEXT))
        if self.title is not None and not fits(self.title, MAX_TEXT):
            force_setattr(self, "title", bounded_text(self.title, MAX_TEXT))
        if self.rating is not None and not 1 <= self.rating <= 5:
            force_setattr(self, "rating", None)  # of a scale that is not known
        self._bound_addresses()

    def _bound_addresses(self) -> None:
        """What leads elsewhere: whole, or left out."""
        if self.lang is not None and not fits(self.lang, MAX_LANG):
            force_setattr(self, "lang", whole_or_none(self.lang, MAX_LANG))
        if self.url is not None and not fits(self.url, MAX_URL):
            force_setattr(self, "url", whole_or_none(self.url, MAX_URL))
        if self.parent_id is not None and not fits(self.parent_id, MAX_KEY):
            force_setattr(self, "parent_id", whole_or_none(self.parent_id, MAX_KEY))
        if self.root_id is not None and not fits(self.root_id, MAX_KEY):
            force_setattr(self, "root_id", whole_or_none(self.root_id, MAX_KEY))
        if self.tags:
            force_setattr(self, "tags", bounded_names(self.tags))
        if self.links:
            force_setattr(self, "links", bounded_urls(self.links))

    @property
    def key(self) -> tuple[str, str]:
        """``(source, id)``: what makes it this mention and no other."""
        return self.source, self.id

    @property
    def whole_text(self) -> str:
        """Its title, if it has one, and its text: what is read."""
        return f"{self.title}. {self.text}" if self.title else self.text

    def event_at(self, observed_at: datetime, behind: timedelta = timedelta(0)) -> datetime:
        """The instant that detectors count it at: when it was published, or when we saw it if the claim cannot be
        true.

        ``behind``: so far the wall clock, by which it was published, stood behind ours. What claims to be later than
        the wall was published by a better one, and is believed.
        """
        published = self.published_at
        if published < EARLIEST:
            return observed_at
        if behind and published <= observed_at - behind + MAX_SKEW:
            published += behind
        return observed_at if published > observed_at + MAX_SKEW else min(published, observed_at)


_UNNAMED = "must have 1 to {most} characters, without NUL characters and lone surrogates"
_decoder = msgspec.json.Decoder(Mention)
_encoder = msgspec.json.Encoder()


def decode_mention(line: bytes | str) -> Mention:
    """One JSON object as a mention.

    Raises
    ------
    BadMention
        Naming the field and what is allowed; the text itself is never repeated.

    Examples
    --------
    >>> decode_mention('{"source":"x","id":"1","text":"hola @acme","published_at":"2026-08-20T10:15:30Z"}').kind.value
    'post'
    >>> decode_mention('{"source":"x","id":"1","text":"hola","published_at":"1970-01-01T00:00:00Z"}')
    Traceback (most recent call last):
        ...
    sentinel.errors.BadMention: published_at: 1970-01-01T00:00:00+00:00 is not between 2006-01-01 and 2100-01-01
    """
    try:
        mention = _decoder.decode(line)
    except msgspec.ValidationError as error:
        raise _explain(str(error)) from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadMention(f"no JSON object in UTF-8: {error}") from None
    except RecursionError:
        raise BadMention("nested too deep for a mention") from None
    if not EARLIEST <= mention.published_at < LATEST:
        raise BadMention(
            f"{mention.published_at.isoformat()} is not between 2006-01-01 and 2100-01-01", field="published_at"
        )
    return mention


def decode_stored(body: bytes) -> Mention:
    """A mention that `encode_mention` wrote."""
    return _decoder.decode(body)


def encode_mention(mention: Mention) -> bytes:
    """The JSON form, without keys that hold their default."""
    return _encoder.encode(mention)


def _explain(error: str) -> BadMention:
    """msgspec says ``Expected `str`, got `int` - at `$.text```; we say ``text: expected `str`, got `int```."""
    reason, _, path = error.partition(" - at `")
    field = path.rstrip("`").removeprefix("$.").removeprefix("$") or None
    return BadMention(reason[:1].lower() + reason[1:], field=field)
