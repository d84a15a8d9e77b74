"""The HTTP door as a source: mentions that others post. The route is the web's; what a body holds is decided here."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from sentinel.clock import Clock
from sentinel.config.source_settings import SourceSettings
from sentinel.errors import BadMention
from sentinel.mention import MAX_AHEAD, Mention, decode_mention
from sentinel.sources.base import Inlet, Source
from sentinel.store.journal import Journal

LARGE = 2**16
"""Bytes from which a body is read beside the event loop, so that a big one does not hold up the rest."""
SLICE = 2_000
"""Mentions in one append: others get their turn in between."""
LISTED = 1_000
"""Refused items that are named one by one; a body of ten million broken lines must not become an answer of that size.
"""
_BOM = b"\xef\xbb\xbf"
_raw = msgspec.json.Decoder(msgspec.Raw)
_array = msgspec.json.Decoder(list[msgspec.Raw])


class HttpSettings(SourceSettings):
    """Mentions posted to `POST /api/v1/mentions`."""


class HttpSource(Source[HttpSettings]):
    """Mentions that others post to ``POST /api/v1/mentions``.

    Nothing is fetched; silence matters only if ``silence_after`` is set.
    """

    settings_model = HttpSettings

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Wait: the door brings what there is. Where silence matters only a post ends it, no restart."""
        if self.settings.silence_after is None:
            inlet.alive()
        while True:
            await self.clock.sleep(3600.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a body: mentions that are new and on disk, mentions that were known, and (line, error) of the
    refused.
    """

    accepted: int
    duplicates: int
    rejected: tuple[tuple[int, str], ...]


@dataclass(slots=True, kw_only=True)
class Door:
    """Takes bodies to the journal.

    Parameters
    ----------
    heard
        Each http source by name, told how many new mentions came; the first stands in for mentions that name none of
        them.
    """

    journal: Journal
    clock: Clock
    heard: Mapping[str, Callable[[int], None]]

    async def take(self, body: bytes, content_type: str | None = None) -> Taken:
        """Store every good mention of ``body``; returns after the commit.

        A body is one JSON object, an array of them (its items are counted as lines), or one object a line. Bad items
        are refused one by one and the others taken. ``content_type`` decides only where the body could be read both
        ways.

        Raises
        ------
        BadMention
            When the body as a whole is none of these.
        StoreError
            When it could not be written down; the sender may send it again, what was written is known as a duplicate
            then.
        """
        now, lines = self.clock.now(), _means_lines(content_type)
        good, rejected = (
            await asyncio.to_thread(_read, body, lines, now) if len(body) > LARGE else _read(body, lines, now)
        )
        accepted = 0
        for name, mentions in self._by_listener(good).items():
            for start in range(0, len(mentions), SLICE):
                new = (await self.journal.append(mentions[start : start + SLICE])).accepted
                accepted += new
                if name is not None:
                    self.heard[name](new)
        return Taken(accepted=accepted, duplicates=len(good) - accepted, rejected=tuple(rejected))

    def _by_listener(self, mentions: list[Mention]) -> dict[str | None, list[Mention]]:
        first = next(iter(self.heard), None)
        by_listener: dict[str | None, list[Mention]] = {}
        for mention in mentions:
            by_listener.setdefault(mention.source if mention.source in self.heard else first, []).append(mention)
        return by_listener


def _read(body: bytes, lines: bool, now: datetime) -> tuple[list[Mention], list[tuple[int, str]]]:
    good: list[Mention] = []
    rejected: list[tuple[int, str]] = []
    more = 0
    for line, item in _items(body, lines):
        try:
            good.append(_checked(decode_mention(item), now))
        except BadMention as error:
            if len(rejected) < LISTED:
                rejected.append((line, str(error)))
            else:
                more, last = more + 1, line
    if more:
        rejected.append((last, f"{more} more are refused, this is the last; only the first {LISTED} are named"))
    return good, rejected


def _checked(mention: Mention, now: datetime) -> Mention:
    if mention.published_at > now + MAX_AHEAD:
        shown = mention.published_at.isoformat()
        raise BadMention(
            f"{shown} is more than a day ahead of {now:%Y-%m-%dT%H:%M:%SZ}; check the sender's clock",
            field="published_at",
        )
    return mention


def _means_lines(content_type: str | None) -> bool:
    return content_type is not None and any(
        word in content_type.lower() for word in ("ndjson", "jsonl", "json-lines", "jsonlines")
    )


def _items(body: bytes, lines: bool) -> list[tuple[int, bytes]]:
    """The body cut into items, numbered from 1 by line, or by place in an array."""
    body = body.removeprefix(_BOM)
    first = body.lstrip()[:1]
    if not first:
        raise BadMention("the body is empty; send a mention, an array of them, or one a line")
    try:
        if first == b"[":
            return [(place, bytes(item)) for place, item in enumerate(_array.decode(body), 1)]
        _raw.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        if not lines and first == b"[":
            raise BadMention(f"no JSON array: {error}") from None
        return _lines(body, error, strict=not lines)
    return [(1 + body[: len(body) - len(body.lstrip())].count(b"\n"), body)]


def _lines(body: bytes, error: Exception, *, strict: bool) -> list[tuple[int, bytes]]:
    """One item a line; ``strict`` refuses a body of which no line is JSON, as of one object that is damaged and spread
    over lines.
    """
    cut = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    if strict and len(cut) > 1 and not any(_is_object(line) for _, line in cut):
        raise BadMention(f"no JSON object, array of objects or JSON Lines: {error}")
    return cut


def _is_object(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        _raw.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
    return True
