"""The HTTP door as a source: mentions that others post. The route is the web's; what a body holds is decided here."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from sentinel.clock import Clock
from sentinel.config.schema import SourceSettings
from sentinel.errors import BadMention
from sentinel.mention import MAX_AHEAD, Mention, decode_mention
from sentinel.sources.base import Inlet, Source
from sentinel.sources.runner import SourceMeter
from sentinel.store.journal import Journal


class HttpSettings(SourceSettings):
    """Mentions posted to `POST /api/v1/mentions`."""


class HttpSource(Source[HttpSettings]):
    """Mentions that others post to ``POST /api/v1/mentions``. Nothing is fetched; silence matters only if ``silence_after`` is set."""

    settings_model = HttpSettings

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Wait: the door brings what there is."""
        inlet.alive()
        while True:
            await self.clock.sleep(3600.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a body: mentions that are new and on disk, mentions that were known, and (line, error) of the refused."""

    accepted: int
    duplicates: int
    rejected: tuple[tuple[int, str], ...]


@dataclass(slots=True)
class Door:
    """Takes bodies to the journal."""

    name: str
    journal: Journal
    clock: Clock
    meter: SourceMeter

    async def take(self, body: bytes, content_type: str) -> Taken:
        """Store every good mention of ``body``; returns after the commit.

        A body is one JSON object, an array of them (its items are counted as lines), or one object a line. Bad items are refused one by
        one and the others taken.

        Raises
        ------
        BadMention
            When the body as a whole is none of these.
        """
        good: list[Mention] = []
        rejected: list[tuple[int, str]] = []
        now = self.clock.now()
        for line, item in _items(body):
            try:
                good.append(_checked(decode_mention(item), now))
            except BadMention as error:
                rejected.append((line, str(error)))
        appended = await self.journal.append(good) if good else None
        accepted = appended.accepted if appended else 0
        if accepted:
            self.meter.received(self.name, accepted)
        if good:
            self.meter.source_succeeded(self.name, now)
        return Taken(accepted=accepted, duplicates=len(good) - accepted, rejected=tuple(rejected))


def _checked(mention: Mention, now: datetime) -> Mention:
    if mention.published_at > now + MAX_AHEAD:
        shown = mention.published_at.isoformat()
        raise BadMention(f"{shown} is more than a day ahead of {now:%Y-%m-%dT%H:%M:%SZ}; check the sender's clock", field="published_at")
    return mention


def _items(body: bytes) -> list[tuple[int, bytes]]:
    """The body cut into items, numbered from 1 by line, or by place in an array."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    first = body.lstrip()[:1]
    if not first:
        raise BadMention("the body is empty; send a mention, an array of them, or one a line")
    if first == b"[":
        try:
            items = msgspec.json.decode(body, type=list[msgspec.Raw])
        except (msgspec.DecodeError, UnicodeError) as error:
            raise BadMention(f"no JSON array: {error}") from None
        return [(place, bytes(item)) for place, item in enumerate(items, 1)]
    if first == b"{":
        try:
            msgspec.json.decode(body, type=msgspec.Raw)
        except (msgspec.DecodeError, UnicodeError):
            pass  # more than one line, or damaged: line by line says where
        else:
            return [(1, body)]
    return [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
