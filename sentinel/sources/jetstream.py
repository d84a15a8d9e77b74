"""Jetstream v1 events as typed values, and a post's record as a mention. No I/O: `bluesky.py` brings the frames."""

from datetime import UTC, datetime, timedelta

import msgspec

from sentinel.mention import EARLIEST, LATEST, MAX_SKEW, MAX_TEXT, Author, Kind, Mention

COLLECTION = "app.bsky.feed.post"
GONE = ("deleted", "takendown")
"""States of an account whose mentions must not be kept."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SINCE, _UNTIL = ((each - _EPOCH) // timedelta(microseconds=1) for each in (EARLIEST, LATEST))
_FACET = "app.bsky.richtext.facet#"


class _Feature(msgspec.Struct, frozen=True):
    type: str = msgspec.field(name="$type", default="")
    uri: str | None = None
    tag: str | None = None


class _Facet(msgspec.Struct, frozen=True):
    features: list[_Feature] = []


class _Reference(msgspec.Struct, frozen=True):
    uri: str = ""


class _Reply(msgspec.Struct, frozen=True):
    parent: _Reference = _Reference()
    root: _Reference = _Reference()


class _External(msgspec.Struct, frozen=True):
    uri: str = ""
    title: str = ""
    description: str = ""


class _Image(msgspec.Struct, frozen=True):
    alt: str = ""


class _Quoted(msgspec.Struct, frozen=True):
    """A quoted post: the reference itself, or wrapped once more when media go with it."""

    uri: str | None = None
    record: _Reference | None = None


class _Media(msgspec.Struct, frozen=True):
    external: _External | None = None
    images: list[_Image] | None = None


class _Embed(msgspec.Struct, frozen=True):
    type: str = msgspec.field(name="$type", default="")
    external: _External | None = None
    images: list[_Image] | None = None
    record: _Quoted | None = None
    media: _Media | None = None


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """A post as its author's software wrote it."""

    text: str = ""
    created_at: str = ""
    langs: list[str] | None = None
    facets: list[_Facet] | None = None
    reply: _Reply | None = None
    embed: _Embed | None = None
    tags: list[str] | None = None


class Commit(msgspec.Struct, frozen=True):
    """What happened to a record; a delete has no ``record``, which is decoded only for posts."""

    operation: str
    collection: str
    rkey: str
    record: msgspec.Raw = msgspec.Raw()


class Account(msgspec.Struct, frozen=True):
    """An account's state changed."""

    active: bool = True
    status: str | None = None


class StreamEvent(msgspec.Struct, frozen=True):
    """One event of the stream."""

    did: str
    time_us: int
    kind: str = ""
    commit: Commit | None = None
    account: Account | None = None


class _Bare(msgspec.Struct, frozen=True, rename="camel"):
    """What every post has: enough to be heard when something beside it is not as it should be."""

    text: str
    created_at: str = ""


_event = msgspec.json.Decoder(StreamEvent)
_record = msgspec.json.Decoder(Record)
_bare = msgspec.json.Decoder(_Bare)


def decode_event(frame: str | bytes) -> StreamEvent | None:
    """One frame; ``None`` for what is no event of the stream."""
    try:
        event = _event.decode(frame)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    name = event.did + (event.commit.rkey if event.commit else "")
    return event if _SINCE <= event.time_us < _UNTIL and "\x00" not in name and len(name) < 900 else None


def post_id(did: str, rkey: str) -> str:
    """A post's name on the network."""
    return f"at://{did}/{COLLECTION}/{rkey}"


def to_mention(source: str, event: StreamEvent, fallback_lang: str | None) -> Mention | None:
    """The post that an event creates or updates; ``None`` when it creates none, or one that cannot be read."""
    commit = event.commit
    if commit is None or commit.collection != COLLECTION or commit.operation not in ("create", "update"):
        return None
    if (record := _decode_record(commit.record)) is None:
        return None
    links, tags = _features(record)
    reply = record.reply
    return Mention(
        source=source,
        id=post_id(event.did, commit.rkey),
        text=_text(record).replace("\x00", ""),
        published_at=_published(record.created_at, _EPOCH + timedelta(microseconds=event.time_us)),
        lang=_lang(record.langs) or fallback_lang,
        kind=_kind(record),
        url=f"https://bsky.app/profile/{event.did}/post/{commit.rkey}",
        author=Author(id=event.did),
        parent_id=reply.parent.uri if reply else None,
        root_id=reply.root.uri if reply else None,
        tags=tags or None,
        links=links or None,
    )


def _decode_record(raw: msgspec.Raw) -> Record | None:
    try:
        return _record.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass
    try:
        bare = _bare.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return Record(text=bare.text, created_at=bare.created_at)


def _lang(declared: list[str] | None) -> str | None:
    """The first tag's primary part; nothing for "undetermined"."""
    primary = declared[0].split("-")[0].lower()[:35] if declared else ""
    return primary if primary != "und" else None


def _published(claimed: str, observed: datetime) -> datetime:
    """What the author's software claims, unless that cannot be."""
    try:
        at = datetime.fromisoformat(claimed)
    except (ValueError, OverflowError):
        return observed
    if at.tzinfo is None or at < EARLIEST or at > observed + MAX_SKEW:
        return observed
    return at.astimezone(UTC)


def _text(record: Record) -> str:
    """Everything that can be read: the text, a link's title and description, the pictures' descriptions."""
    said = [record.text]
    for part in _parts(record):
        if part.external is not None:
            said += [part.external.title, part.external.description]
        said += [image.alt for image in part.images or ()]
    return "\n".join(each for each in said if each)[:MAX_TEXT]


def _parts(record: Record) -> list[_Embed | _Media]:
    """What is embedded: a link or pictures alone, or wrapped once more when they go with a quote."""
    embed = record.embed
    return [part for part in (embed, embed.media if embed else None) if part is not None]


def _features(record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    links: list[str] = []
    tags: list[str] = list(record.tags or [])
    for facet in record.facets or []:
        for feature in facet.features:
            if feature.type == f"{_FACET}link" and feature.uri:
                links.append(feature.uri)
            elif feature.type == f"{_FACET}tag" and feature.tag:
                tags.append(feature.tag)
    links += [part.external.uri for part in _parts(record) if part.external is not None and part.external.uri]
    return tuple(dict.fromkeys(links)), tuple(dict.fromkeys(tags))


def _kind(record: Record) -> Kind:
    quoted = record.embed.record if record.embed is not None else None
    uri = (quoted.uri or (quoted.record.uri if quoted.record else "")) if quoted is not None else ""
    if f"/{COLLECTION}/" in uri:  # lists and feeds are embedded the same way
        return Kind.QUOTE
    return Kind.REPLY if record.reply is not None else Kind.POST
