"""A Mastodon status as a mention. No I/O: `mastodon.py` brings it by stream or by asking."""

from datetime import UTC, datetime

import msgspec

from sentinel.mention import Author, Engagement, Kind, Mention
from sentinel.sources.instants import believed, read_stamp
from sentinel.sources.plain_text import storable, strip_html


class MastodonAccount(msgspec.Struct, frozen=True):
    """Who wrote it, as this instance knows them."""

    id: str
    acct: str = ""
    display_name: str | None = None
    followers_count: int | None = None
    note: str | None = None


class _Media(msgspec.Struct, frozen=True):
    description: str | None = None


class _Tag(msgspec.Struct, frozen=True):
    name: str = ""


class _Named(msgspec.Struct, frozen=True):
    url: str | None = None


class _Card(msgspec.Struct, frozen=True):
    url: str | None = None
    title: str | None = None
    description: str | None = None


class MastodonStatus(msgspec.Struct, frozen=True):
    """A status, as far as we read it."""

    id: str
    uri: str
    created_at: str
    content: str
    account: MastodonAccount
    url: str | None = None
    edited_at: str | None = None
    in_reply_to_id: str | None = None
    visibility: str = "public"
    spoiler_text: str | None = None
    language: str | None = None
    replies_count: int | None = None
    reblogs_count: int | None = None
    favourites_count: int | None = None
    quotes_count: int | None = None
    media_attachments: list[_Media] | None = None
    tags: list[_Tag] | None = None
    mentions: list[_Named] | None = None
    card: _Card | None = None
    reblog: msgspec.Raw = msgspec.Raw()

    @property
    def is_wanted(self) -> bool:
        """Public, no boost of another, and of nobody who asks not to be read by programs."""
        boosted = bytes(self.reblog) not in (b"", b"null")
        return self.visibility in ("public", "unlisted") and not boosted and "#nobot" not in (self.account.note or "")


def to_mention(source: str, status: MastodonStatus, now: datetime, fallback_lang: str | None) -> Mention:
    """Named by its address on the whole network, which is the same on every instance."""
    known = believed(read_stamp(status.created_at), zone=UTC, now=now)
    card = status.card
    parts = [
        strip_html(status.spoiler_text or ""),
        strip_html(status.content),
        *(each.description or "" for each in status.media_attachments or ()),
        *((card.title or "", card.description or "") if card else ()),
    ]
    account = status.account
    return Mention(
        source=source,
        id=storable(status.uri)[:1024],
        text=storable("\n".join(part for part in parts if part)),
        published_at=known.at if known is not None else now,
        lang=(status.language or "").split("-")[0][:8].lower() or fallback_lang,
        kind=Kind.REPLY if status.in_reply_to_id else Kind.POST,
        url=status.url or status.uri,
        author=Author(
            id=account.id, name=account.display_name or None, handle=account.acct, followers=account.followers_count
        ),
        engagement=Engagement(
            likes=status.favourites_count or 0,
            shares=status.reblogs_count or 0,
            replies=status.replies_count or 0,
            quotes=status.quotes_count or 0,
        ),
        tags=tuple(tag.name for tag in status.tags or () if tag.name) or None,
        links=tuple(url for url in (card.url if card else None, *(each.url for each in status.mentions or ())) if url)
        or None,
    )
