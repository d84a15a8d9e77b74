"""Any program that can post JSON: a mapping of paths says where the mentions are, a signature that it is theirs."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha1
from urllib.parse import parse_qs

import jmespath
import jmespath.exceptions
import msgspec
from pydantic import Field, SecretStr, field_validator

from sentinel.config.source_settings import SourceSettings
from sentinel.errors import BadMention
from sentinel.mention import MAX_AHEAD, Mention
from sentinel.sources.base import Inlet
from sentinel.sources.mending import DateZones, check_ahead, read_mention
from sentinel.sources.plain_text import strip_html
from sentinel.sources.posted import NOT_BELIEVED, Posted, PostedSource, Told, put_all
from sentinel.sources.signatures import Scheme, delivery_of, is_believed

REMEMBERED = 10_000
"""Deliveries that are known when they are sent again."""
FIELDS = (
    "id",
    "text",
    "title",
    "url",
    "published_at",
    "lang",
    "kind",
    "rating",
    "author",
    "author.id",
    "author.name",
    "author.handle",
    "author.followers",
    "engagement.likes",
    "engagement.shares",
    "engagement.replies",
    "engagement.quotes",
    "engagement.views",
    "parent_id",
    "root_id",
    "tags",
    "links",
    "deleted",
)
"""What a mapping may name."""
SLACK = {
    "text": "text || event.text || join('\n', attachments[].[title, text, fallback][] | [?@] || `[]`)",
    "id": "event.ts || event_id",
    "published_at": "event.ts || event_time || attachments[0].ts",
    "author.id": "event.user",
    "author.name": "username",
    "url": "attachments[0].title_link",
}
"""Of messages as Slack's webhooks and events have them."""


class WebhookSettings(SourceSettings):
    """Mentions that any program posts as JSON to `/ingest/NAME`."""

    signature: Scheme = Scheme.STANDARD
    """How the sender proves a post: standard, github, slack, stripe or token."""
    secrets: tuple[SecretStr, ...] = Field(min_length=1, max_length=2, examples=[["secret"]])
    """What both know; a second one while it is being changed."""
    header: str | None = None
    """Of a token in a header of the sender's own."""
    items: str | None = Field(default=None, examples=["data.mentions"])
    """JMESPath to the list of mentions. Default: the body itself, or its `items`, `mentions` or `data`."""
    mapping: dict[str, str] = Field(default_factory=dict, examples=[{"text": "data.body", "id": "data.id"}])
    """A mention's field to the JMESPath of it in an item. Default: the fields' own names."""
    html: bool = False
    """The texts are HTML."""

    @field_validator("items")
    @classmethod
    def _path(cls, path: str | None) -> str | None:
        if path is not None:
            _compiled("items", path)
        return path

    @field_validator("mapping")
    @classmethod
    def _paths(cls, mapping: dict[str, str]) -> dict[str, str]:
        for name, path in mapping.items():
            if name not in FIELDS:
                raise ValueError(f"{name!r} is no field of a mention; there are {', '.join(FIELDS)}")
            _compiled(name, path)
        return mapping


class WebhookSource(PostedSource[WebhookSettings]):
    """Mentions that any program posts as JSON to ``/ingest/NAME``, signed, where a mapping of paths finds them."""

    settings_model = WebhookSettings
    _delivered: OrderedDict[str, None] | None = None

    async def receive(self, posted: Posted, inlet: Inlet) -> Told:
        """Believe it, read it, take it; a delivery that comes again is answered and taken once."""
        secrets = [each.get_secret_value() for each in self.settings.secrets]
        if posted.method != "POST":
            return Told(status=405, body='{"error":"post to this address"}')
        if not is_believed(posted, self.settings.signature, secrets, self.clock.now(), self.settings.header):
            return NOT_BELIEVED
        body = _json(posted)
        if isinstance(body, Mapping) and body.get("type") == "url_verification":
            return Told(status=200, body=str(body.get("challenge", ""))[:200], content_type="text/plain")
        delivery = delivery_of(posted)
        self._delivered = self._delivered or OrderedDict()
        if delivery and delivery in self._delivered:
            return Told(status=200, body='{"accepted":0,"rejected":0}')
        mentions, deleted, bad = self._read(body)
        if bad:
            inlet.refused(len(bad), f"item {bad[0][0]}: {bad[0][1]}")
        if bad and not (mentions or deleted):
            raise BadMention(f"item {bad[0][0]}: {bad[0][1]}")
        accepted = await put_all(inlet, mentions, deleted)
        if delivery:
            self._delivered[delivery] = None
            while len(self._delivered) > REMEMBERED:
                self._delivered.popitem(last=False)
        return Told(body=json.dumps({"accepted": accepted, "rejected": len(bad)}))

    def _read(self, body: object) -> tuple[list[Mention], list[str], list[tuple[int, str]]]:
        mentions: list[Mention] = []
        deleted: list[str] = []
        bad: list[tuple[int, str]] = []
        for number, item in enumerate(self._items(body), 1):
            try:
                mention, gone = self._mention(item)
            except BadMention as error:
                bad.append((number, str(error)))
                continue
            deleted += [mention.id] if gone else []
            mentions += [] if gone else [mention]
        return mentions, deleted, bad

    def _items(self, body: object) -> list[object]:
        if self.settings.items is not None:
            found = jmespath.search(self.settings.items, body)
            if found is None:
                raise BadMention(f"there is nothing at {self.settings.items}; check `items`")
        elif isinstance(body, Mapping) and not self.settings.mapping and "text" not in body:
            found = next((body[key] for key in ("items", "mentions", "data") if isinstance(body.get(key), list)), body)
        else:
            found = body
        return list(found) if isinstance(found, list) else [found]

    def _mention(self, item: object) -> tuple[Mention, bool]:
        if not isinstance(item, Mapping):
            raise BadMention("expected `object`; check `items`")
        now = self.clock.now()
        mapping = self.settings.mapping or (SLACK if self.settings.signature is Scheme.SLACK else {})
        fields = _mapped(mapping, item) if mapping else dict(item)
        gone = bool(fields.pop("deleted", False)) or fields.pop("op", None) == "delete"
        if isinstance(fields.get("text"), str) and self.settings.html:
            fields["text"] = strip_html(str(fields["text"]))
        if gone:
            fields.setdefault("text", "")
        if not fields.get("id"):
            told = msgspec.json.encode([fields.get("url"), fields.get("text"), fields.get("published_at")])
            fields["id"] = sha1(told, usedforsecurity=False).hexdigest()
        fields["source"] = self.name
        fields.setdefault("published_at", now.isoformat())
        if self.settings.lang:
            fields.setdefault("lang", self.settings.lang)
        stamp = fields["published_at"]
        if isinstance(stamp, str) and stamp.replace(".", "", 1).isdecimal():
            fields["published_at"] = float(stamp)
        return check_ahead(read_mention(msgspec.json.encode(fields), DateZones(now=now)), now, MAX_AHEAD), gone


def _mapped(mapping: Mapping[str, str], item: object) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name, path in mapping.items():
        if (value := _found(path, item)) is None:
            continue
        outer, _, inner = name.partition(".")
        nested = fields.setdefault(outer, {}) if inner else None
        if isinstance(nested, dict):
            nested[inner] = value
        elif not inner:
            fields[outer] = value
    return fields


def _found(path: str, item: object) -> object:
    try:
        return jmespath.search(path, item)
    except jmespath.exceptions.JMESPathError:
        return None  # a function met a value of another type: that item has not this field


def _compiled(name: str, path: str) -> None:
    try:
        jmespath.compile(path)
    except jmespath.exceptions.JMESPathError as error:
        raise ValueError(f"{name}: {path!r} is no JMESPath: {str(error).splitlines()[0]}") from None


def _json(posted: Posted) -> object:
    body = posted.body
    if "x-www-form-urlencoded" in posted.headers.get("content-type", "").lower():
        form = parse_qs(body.decode("utf-8", "replace"))
        if "payload" not in form:
            return {name: values[0] for name, values in form.items()}
        body = form["payload"][0].encode()
    if "ndjson" in posted.headers.get("content-type", "").lower():
        body = b"[" + b",".join(line for line in body.splitlines() if line.strip()) + b"]"
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadMention(f"no JSON: {error}") from None
