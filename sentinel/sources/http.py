"""The HTTP source: mentions that others post. The route is the web's; what a body holds is decided here."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from sentinel.clock import Clock
from sentinel.config.source_settings import SourceSettings
from sentinel.errors import BadMention, JournalFull
from sentinel.mention import MAX_AHEAD, Mention
from sentinel.sources.base import Inlet, Source
from sentinel.sources.door_body import cut
from sentinel.sources.mending import DateZones, check_ahead, read_mention

if TYPE_CHECKING:  # a file of settings is read without a database
    from sentinel.store.journal import Journal

LARGE = 2**16
"""Bytes from which a body is read beside the event loop, so that a big one does not hold up the rest."""
SLICE = 500
"""Mentions in one append: others get their turn in between, and a full queue is noticed."""
LINGER = 8.0
"""Seconds that the rest of a body waits for a queue that was full, before its sender is told to come back."""
LOOK = 0.1
"""Seconds between looks whether there is room again."""
LISTED = 1_000
"""Refused items that are named one by one; a body of ten million broken lines must not become an answer of that size.
"""


class HttpSettings(SourceSettings):
    """Mentions posted to `POST /api/v1/mentions`."""


class HttpSource(Source[HttpSettings]):
    """Mentions that others post to ``POST /api/v1/mentions``.

    Nothing is fetched; silence matters only if ``silence_after`` is set.
    """

    settings_model = HttpSettings

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Wait: posts bring what there is. Where silence matters only a post ends it, no restart."""
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
    whole: bool = True
    """False: the queue was full and stayed so; the rest was not taken."""


@dataclass(slots=True, kw_only=True)
class MentionIntake:
    """Takes bodies to the journal.

    Parameters
    ----------
    heard
        Each http source by name, told how many new mentions came; the first stands in for mentions that name none of
        them.
    pressed
        True while mentions come faster than they are folded.
    zones
        In which dates without a zone may have been written.
    """

    journal: "Journal"
    clock: Clock
    heard: Mapping[str, Callable[[int], None]]
    pressed: Callable[[], bool] = lambda: False
    zones: tuple[tzinfo, ...] = (UTC,)

    async def take(self, body: bytes, content_type: str | None = None, sources: tuple[str, ...] = ()) -> Taken:
        """Store every good mention of ``body``; returns after the commit.

        A body is one JSON object, an array of them (its items are counted as lines), or one object a line. Bad items
        are refused one by one and the others taken. ``content_type`` decides only where the body could be read both
        ways. Where ``sources`` names some, mentions of others are refused. A body that is more than is folded in time
        is taken bit by bit, as the queue lets it in.

        Raises
        ------
        BadMention
            When the body as a whole is none of these.
        StoreError
            When it could not be written down; the sender may send it again, what was written is known as a duplicate
            then.
        """
        hours = DateZones(zones=self.zones, now=self.clock.now())
        good, rejected = (
            await asyncio.to_thread(_read, body, content_type, hours, sources)
            if len(body) > LARGE
            else _read(body, content_type, hours, sources)
        )
        accepted = duplicates = 0
        whole = True
        for name, slice_ in self._slices(good):
            if not (whole := await self._room()):
                break
            try:
                appended = await self.journal.append(slice_)
            except JournalFull:
                whole = False
                break
            accepted, duplicates = accepted + appended.accepted, duplicates + appended.duplicates
            if name is not None:
                self.heard[name](appended.accepted)
        return Taken(accepted=accepted, duplicates=duplicates, rejected=tuple(rejected), whole=whole)

    async def _room(self) -> bool:
        """Wait until the queue takes more; False when it stays full."""
        until = self.clock.monotonic() + LINGER
        while self.pressed():
            if self.clock.monotonic() >= until:
                return False
            await self.clock.sleep(LOOK)
        return True

    def _slices(self, mentions: list[Mention]) -> Iterator[tuple[str | None, list[Mention]]]:
        for name, own in self._by_listener(mentions).items():
            for start in range(0, len(own), SLICE):
                yield name, own[start : start + SLICE]

    def _by_listener(self, mentions: list[Mention]) -> dict[str | None, list[Mention]]:
        first = next(iter(self.heard), None)
        by_listener: dict[str | None, list[Mention]] = {}
        for mention in mentions:
            by_listener.setdefault(mention.source if mention.source in self.heard else first, []).append(mention)
        return by_listener


def _read(
    body: bytes, content_type: str | None, hours: DateZones, sources: tuple[str, ...]
) -> tuple[list[Mention], list[tuple[int, str]]]:
    good: list[Mention] = []
    rejected: list[tuple[int, str]] = []
    more, now = 0, hours.now
    for line, item in cut(body, content_type):
        try:
            mention = read_mention(item, hours)
            if sources and mention.source not in sources:
                allowed = ", ".join(sources)
                raise BadMention(
                    f"{mention.source!r} is not for this token, which may bring: {allowed}", field="source"
                )
            good.append(check_ahead(mention, now, MAX_AHEAD) if now is not None else mention)
        except BadMention as error:
            if len(rejected) < LISTED:
                rejected.append((line, str(error)))
            else:
                more, last = more + 1, line
    if more:
        rejected.append((last, f"{more} more are refused, this is the last; only the first {LISTED} are named"))
    return good, rejected
