"""Facebook Pages and Instagram: comments, posts of visitors and mentions, as Meta posts them to ``/ingest/NAME``."""

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import msgspec
from pydantic import Field, SecretStr

from sentinel.config.source_settings import SourceSettings
from sentinel.errors import BadMention
from sentinel.mention import Author, Kind, Mention
from sentinel.sources.base import Inlet
from sentinel.sources.instants import from_number
from sentinel.sources.plain_text import storable
from sentinel.sources.posted import NOT_BELIEVED, Posted, PostedSource, Told, put_all
from sentinel.sources.signatures import Scheme, is_believed

REMOVED = ("remove", "hide")
CHANGED = ("add", "edited", "edit", "unhide", None)


class MetaSettings(SourceSettings):
    """Comments, posts and mentions of Facebook Pages and Instagram accounts of one's own."""

    app_secret: SecretStr = Field(examples=["secret"])
    """Of the app: Meta signs with it."""
    verify_token: SecretStr = Field(examples=["secret"])
    """Any text; the same has to be written beside the address in the app's dashboard."""


class _From(msgspec.Struct, frozen=True):
    id: str | None = None
    name: str | None = None
    username: str | None = None


class _Media(msgspec.Struct, frozen=True):
    id: str | None = None


class _Value(msgspec.Struct, frozen=True):
    item: str | None = None
    verb: str | None = None
    id: str | None = None
    comment_id: str | None = None
    post_id: str | None = None
    parent_id: str | None = None
    media_id: str | None = None
    message: str | None = None
    text: str | None = None
    created_time: float | None = None
    permalink_url: str | None = None
    link: str | None = None
    sender: _From | None = msgspec.field(name="from", default=None)
    media: _Media | None = None
    rating: float | None = None
    recommendation_type: str | None = None
    review_text: str | None = None


class _Change(msgspec.Struct, frozen=True):
    field: str
    value: _Value


class _Entry(msgspec.Struct, frozen=True):
    id: str
    time: float | None = None
    changes: list[msgspec.Raw] = []


class _Notice(msgspec.Struct, frozen=True):
    object: Literal["page", "instagram"]
    entry: list[_Entry]


class MetaSource(PostedSource[MetaSettings]):
    """Comments, posts and mentions of Facebook Pages and Instagram accounts of one's own, as Meta posts them."""

    settings_model = MetaSettings

    async def receive(self, posted: Posted, inlet: Inlet) -> Told:
        """The verification of the address, or a notice of changes."""
        if posted.method == "GET":
            return self._verify(posted)
        secret = self.settings.app_secret.get_secret_value()
        if not is_believed(posted, Scheme.GITHUB, [secret], self.clock.now()):
            return NOT_BELIEVED
        try:
            notice = msgspec.json.decode(posted.body, type=_Notice, strict=False)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise BadMention(f"no notice of Meta's: {error}") from None
        mentions: list[Mention] = []
        deleted: list[str] = []
        for change, entry in self._changes(notice, inlet):
            id = self._id(change)
            if change.value.verb in REMOVED:
                deleted += [id] if id else []
            elif change.value.verb in CHANGED and (mention := self._mention(notice, entry, change, id)) is not None:
                mentions.append(mention)
        await put_all(inlet, mentions, deleted)
        return Told(status=200, body="EVENT_RECEIVED", content_type="text/plain")

    def _verify(self, posted: Posted) -> Told:
        right = self.settings.verify_token.get_secret_value()
        shown = posted.query.get("hub.verify_token", "")
        if posted.query.get("hub.mode") != "subscribe" or not hmac.compare_digest(shown.encode(), right.encode()):
            return Told(status=403, body='{"error":"the verify token is not right"}')
        return Told(status=200, body=posted.query.get("hub.challenge", "")[:200], content_type="text/plain")

    def _changes(self, notice: _Notice, inlet: Inlet) -> Iterator[tuple[_Change, _Entry]]:
        for entry in notice.entry:
            for raw in entry.changes:
                try:
                    yield msgspec.json.decode(raw, type=_Change, strict=False), entry
                except (msgspec.MsgspecError, UnicodeError, RecursionError):
                    inlet.refused(1, "Meta sends a change of another shape")

    def _id(self, change: _Change) -> str:
        """How Meta calls it; a mention on Instagram is named by its comment, or by the post itself."""
        value = change.value
        return value.comment_id or value.id or value.post_id or value.media_id or ""

    def _mention(self, notice: _Notice, entry: _Entry, change: _Change, id: str) -> Mention | None:
        value = change.value
        text = storable(value.message or value.text or value.review_text or "")
        sender = value.sender or _From()
        if not id or not text or sender.id == entry.id:  # likes, photos without words, and what the page says itself
            return None
        number = value.created_time or entry.time
        at = from_number(number) if number else None
        now = self.clock.now()
        parent = value.parent_id or value.post_id or (value.media.id if value.media else None) or value.media_id
        named = sender.id or sender.name or sender.username
        return Mention(
            source=self.name,
            id=id,
            text=text,
            published_at=min(at, now) if at is not None and at > datetime(2006, 1, 1, tzinfo=UTC) else now,
            lang=self.settings.lang,
            kind=_kind(change),
            url=value.permalink_url or (f"https://www.facebook.com/{id}" if notice.object == "page" else None),
            author=Author(id=sender.id, name=sender.name, handle=sender.username) if named else None,
            rating=value.rating if value.rating is not None and 1 <= value.rating <= 5 else _recommended(value),
            parent_id=parent if parent != id else None,
            links=(value.link,) if value.link else None,
        )


def _kind(change: _Change) -> Kind:
    if change.field == "ratings" or change.value.recommendation_type:
        return Kind.REVIEW
    return Kind.COMMENT if change.field in ("comments", "mentions") or change.value.item == "comment" else Kind.POST


def _recommended(value: _Value) -> float | None:
    """Pages have recommendations instead of stars: for or against."""
    match value.recommendation_type:
        case "positive" | "POSITIVE":
            return 5.0
        case "negative" | "NEGATIVE":
            return 1.0
        case _:
            return None
