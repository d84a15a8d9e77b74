"""Jetstream v1 events as typed values, and a post's record as a mention. No I/O: `bluesky.py` brings the frames."""

from datetime import UTC, datetime, timedelta

import msgspec

from sentinel.mention import EARLIEST, LATEST, MAX_SKEW, MAX_TEXT, Author, Kind, Mention
from sentinel.sources.plain_text import strip_html

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
    did: str | None = None


class _Facet(msgspec.Struct, frozen=True):
    features: list[_Feature] = []


class _Reference(msgspec.Struct, frozen=True):
    uri: str = ""


class _Reply(msgspec.Struct, frozen=True):
    parent: _Reference = _Reference()
    root: _Reference = _Reference()


class _External(msgspec.Struct, frozen=True):
    uri: str | None = ""
    title: str | None = ""
    description: str | None = ""


class _Image(msgspec.Struct, frozen=True):
    alt: str | None = ""


class _Quoted(msgspec.Struct, frozen=True):
    """A quoted post: the reference itself, or wrapped once more when media go with it."""

    uri: str | None = None
    record: _Reference | None = None


class _Media(msgspec.Struct, frozen=True):
    external: _External | None = None
    images: list[_Image] | None = None
    alt: str | None = None


class _Embed(msgspec.Struct, frozen=True):
    type: str = msgspec.field(name="$type", default="")
    external: _External | None = None
    images: list[_Image] | None = None
    alt: str | None = None
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
    bridgy_original_text: str | None = None
    bridgy_original_url: str | None = None


class Commit(msgspec.Struct, frozen=True):
    """What happened to a record; a delete has no ``record``, which is decoded only for posts."""

    operation: str
    collection: str
    rkey: str
    record: msgspec.Raw = msgspec.Raw()


class AccountChange(msgspec.Struct, frozen=True):
    """An account's state changed."""

    active: bool = True
    status: str | None = None


class StreamEvent(msgspec.Struct, frozen=True):
    """One event of the stream."""

    did: str
    time_us: int
    kind: str = ""
    commit: Commit | None = None
    account: AccountChange | None = None


_event = msgspec.json.Decoder(StreamEvent)
_record = msgspec.json.Decoder(Record)


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
    return _salvaged(raw)


def _salvaged(raw: msgspec.Raw) -> Record | None:
    """A record of which a member is not as it should be: everything else of it."""
    try:
        whole = _without_nothing(msgspec.json.decode(raw, type=dict[str, object]))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    if not isinstance(whole, dict):
        return None
    if isinstance(whole.get("langs"), str):
        whole["langs"] = [whole["langs"]]
    kept: dict[str, object] = {}
    for field in msgspec.structs.fields(Record):
        try:
            value = msgspec.convert(whole[field.encode_name], type=field.type)
        except (KeyError, msgspec.ValidationError):
            continue
        kept[field.encode_name] = msgspec.to_builtins(value)
    record = msgspec.convert(kept, type=Record)
    return record if _text(record) else None


def _without_nothing(value: object) -> object:
    """The same without members that are null."""
    if isinstance(value, dict):
        return {key: _without_nothing(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nothing(each) for each in value if each is not None]
    return value


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
    """Everything that can be read: the text (whole, where it was cut on its way here from another network), a link's
    title and description, descriptions of pictures and videos.
    """
    original = strip_html(record.bridgy_original_text or "")
    said: list[str | None] = [original or record.text]
    for part in _parts(record):
        if part.external is not None:
            said += [part.external.title, part.external.description]
        said += [image.alt for image in part.images or ()]
        said.append(part.alt)
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
            elif feature.type == f"{_FACET}mention" and feature.did:
                links.append(f"https://bsky.app/profile/{feature.did}")
    links += [part.external.uri for part in _parts(record) if part.external is not None and part.external.uri]
    links += [record.bridgy_original_url] if record.bridgy_original_url else []
    links += [uri] if (uri := _quoted(record)) else []
    return tuple(dict.fromkeys(links)), tuple(dict.fromkeys(tags))


def _quoted(record: Record) -> str:
    """The post that it quotes; lists and feeds are embedded the same way."""
    quoted = record.embed.record if record.embed is not None else None
    uri = (quoted.uri or (quoted.record.uri if quoted.record else "")) if quoted is not None else ""
    return uri if f"/{COLLECTION}/" in uri else ""


def _kind(record: Record) -> Kind:
    if _quoted(record):
        return Kind.QUOTE
    return Kind.REPLY if record.reply is not None else Kind.POST
