"""A mention: one public utterance, frozen. Every source makes them, everything downstream reads them.

The JSON form (files, the HTTP door) is decoded straight into the type; what does not fit is refused with a `BadMention`
that names the field. Unknown keys are ignored.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from sentinel.errors import BadMention

MAX_TEXT = 100_000
"""Characters. The longest post, article or review that is taken; a longer text is refused rather than cut."""
EARLIEST = datetime(2006, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
MAX_SKEW = timedelta(minutes=2)
"""A publication time further ahead of us than this is not believed: the time of observation stands in."""
MAX_AHEAD = timedelta(days=1)
"""A publication time further ahead of us than this is a mistake of the sender and refused at the door."""


class Kind(StrEnum):
    """What sort of utterance a mention is."""

    POST = "post"
    REPLY = "reply"
    REPOST = "repost"
    QUOTE = "quote"
    COMMENT = "comment"
    REVIEW = "review"
    ARTICLE = "article"


Count = Annotated[int, msgspec.Meta(ge=0)]


class Author(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who said it; ``followers`` is ``None`` where the source does not tell."""

    id: str | None = None
    name: str | None = None
    handle: str | None = None
    followers: Count | None = None


class Engagement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What others did with it, as last seen."""

    likes: Count | None = 0
    shares: Count | None = 0
    replies: Count | None = 0
    quotes: Count | None = 0
    views: Count | None = None


NOBODY = Author()
NO_ENGAGEMENT = Engagement()


class Mention(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One public utterance.

    ``(source, id)`` names it: a second one with the same pair is the same mention. ``published_at`` is aware.
    ``rating`` is 1 to 5 where the source has stars.
    """

    source: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
    published_at: Annotated[datetime, msgspec.Meta(tz=True)]
    lang: Annotated[str, msgspec.Meta(max_length=35)] | None = None
    kind: Kind = Kind.POST
    url: str | None = None
    title: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] | None = None
    author: Author | None = None
    engagement: Engagement | None = None
    rating: Annotated[float, msgspec.Meta(ge=1, le=5)] | None = None
    parent_id: str | None = None
    root_id: str | None = None
    tags: tuple[str, ...] | None = None
    links: tuple[str, ...] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """``(source, id)``: what makes it this mention and no other."""
        return self.source, self.id

    def event_at(self, observed_at: datetime) -> datetime:
        """The instant that detectors count it at: when it was published, or when we saw it if the claim cannot be
        true.
        """
        if self.published_at < EARLIEST or self.published_at > observed_at + MAX_SKEW:
            return observed_at
        return min(self.published_at, observed_at)


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
    if "\x00" in mention.text or "\x00" in mention.id or "\x00" in mention.source:
        field = "text" if "\x00" in mention.text else "id" if "\x00" in mention.id else "source"
        raise BadMention("holds a NUL character; take it out", field=field)
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
