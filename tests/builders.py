"""Makes the nouns of tests with one line each; what a test does not say does not matter to it."""

from datetime import datetime, timedelta
from itertools import count

from sentinel.mention import Author, Engagement, Kind, Mention
from tests.fakes import START

_ids = count(1)


def a_mention(
    text: str = "hola @acme",
    *,
    at: datetime | timedelta | None = None,
    id: str | None = None,
    source: str = "bluesky",
    author: str | None = None,
    followers: int | None = 100,
    lang: str | None = "es",
    kind: Kind = Kind.POST,
    url: str | None = None,
    rating: float | None = None,
) -> Mention:
    """A mention; ``at`` is an instant or an offset from `START`, the author a fresh one unless named."""
    number = next(_ids)
    when = START + at if isinstance(at, timedelta) else at or START
    return Mention(
        source=source,
        id=id or f"m{number}",
        text=text,
        published_at=when,
        lang=lang,
        kind=kind,
        url=url,
        rating=rating,
        author=Author(id=author or f"u{number}", handle=author or f"u{number}", followers=followers),
        engagement=Engagement(),
    )
