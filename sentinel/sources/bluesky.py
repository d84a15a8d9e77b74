"""Bluesky's public posts through Jetstream v1: one websocket, all posts, matched here."""

import asyncio
from datetime import timedelta
from typing import ClassVar

import aiohttp
import msgspec
from pydantic import Field

from sentinel.config.schema import SourceSettings
from sentinel.config.units import Duration
from sentinel.errors import SourceError
from sentinel.mention import Mention
from sentinel.sources.base import Batch, Inlet, Source
from sentinel.sources.jetstream import COLLECTION, GONE, StreamEvent, decode_event, post_id, to_mention

REWIND = 5_000_000
"""Microseconds to go back on resuming: events are not strictly in order, and the journal takes none twice."""
ROTATE_AFTER = 3
"""Failures of a host before the next one is tried."""
MOST = 200
GARBAGE = 50
"""Unreadable frames in a row after which the far side is not what it should be."""


class BlueskySettings(SourceSettings):
    """Public posts of the Bluesky network."""

    hosts: tuple[str, ...] = Field(
        default=(
            "wss://jetstream2.us-east.bsky.network/subscribe",
            "wss://jetstream1.us-east.bsky.network/subscribe",
            "wss://jetstream2.us-west.bsky.network/subscribe",
            "wss://jetstream1.us-west.bsky.network/subscribe",
        ),
        min_length=1,
    )
    """Jetstream v1 addresses, tried in turn."""
    dead_after: Duration = timedelta(seconds=15)
    """The whole network is never silent this long: the connection is dead."""
    commit_every: Duration = timedelta(seconds=1)
    """How often what was read is written down."""


class _Cursor(msgspec.Struct, frozen=True):
    time_us: int


class BlueskySource(Source[BlueskySettings]):
    """Public posts of the Bluesky network, live, with deletions; goes on where it stopped, up to a day and a half later."""

    settings_model = BlueskySettings
    default_silence: ClassVar[timedelta | None] = timedelta(minutes=2)

    _host = 0
    _failures = 0

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Read the stream until it breaks."""
        url = self.settings.hosts[self._host % len(self.settings.hosts)]
        reading = _Reading(self, inlet, _decode(cursor))
        try:
            async with aiohttp.ClientSession(headers={"User-Agent": self.user_agent}) as session:
                await reading.read(session, url)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self._failures += 1
            if self._failures >= ROTATE_AFTER:
                self._host, self._failures = self._host + 1, 0
            raise SourceError(f"{url}: {type(error).__name__}: {error}"[:300]) from error
        finally:
            if reading.events:
                self._failures = 0


class _Reading:
    """One connection: what was read and not yet written down."""

    def __init__(self, source: BlueskySource, inlet: Inlet, resume_at: int | None) -> None:
        self.events = 0
        self._source = source
        self._inlet = inlet
        self._newest = resume_at or 0
        self._resume_at = resume_at
        self._mentions: list[Mention] = []
        self._deletes: list[str] = []
        self._erased: list[str] = []
        self._written = source.clock.monotonic()
        self._garbage = 0

    async def read(self, session: aiohttp.ClientSession, url: str) -> None:
        params = {"wantedCollections": COLLECTION}
        if self._resume_at:
            params["cursor"] = str(self._resume_at - REWIND)
        settings = self._source.settings
        async with session.ws_connect(url, params=params, heartbeat=20, compress=0, max_msg_size=8 * 2**20) as socket:
            while True:
                async with asyncio.timeout(settings.dead_after.total_seconds()):
                    message = await socket.receive()
                if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                    await self._write()
                    raise SourceError(
                        f"{url} closed the stream ({message.type.name.lower()} {message.data if message.data else ''})".strip()
                    )
                self._take(message.data, url)
                if len(self._mentions) >= MOST or self._due(settings.commit_every):
                    await self._write()

    def _due(self, every: timedelta) -> bool:
        return self._source.clock.monotonic() - self._written >= every.total_seconds()

    def _take(self, frame: str | bytes, url: str) -> None:
        event = decode_event(frame)
        if event is None:
            self._garbage += 1
            if self._garbage >= GARBAGE:
                raise SourceError(f"{url} sends no Jetstream events ({self._garbage} frames in a row cannot be read); check `hosts`")
            return
        self._garbage = 0
        self.events += 1
        self._newest = max(self._newest, event.time_us)
        self._sort(event)

    def _sort(self, event: StreamEvent) -> None:
        if event.account is not None:
            if not event.account.active and event.account.status in GONE:
                self._erased.append(f"at://{event.did}/")
            return
        commit = event.commit
        if commit is None or commit.collection != COLLECTION:
            return
        if commit.operation == "delete":
            self._deletes.append(post_id(event.did, commit.rkey))
            return
        mention = to_mention(self._source.name, event, self._source.settings.lang)
        if mention is not None and self._inlet.wants(mention):
            self._mentions.append(mention)

    async def _write(self) -> None:
        """Commit what was read, and how far, together."""
        batch = Batch(
            mentions=tuple(self._mentions), deletes=tuple(self._deletes), erased=tuple(self._erased),
            cursor=msgspec.json.encode(_Cursor(self._newest)) if self._newest else None,
        )  # fmt: skip
        self._mentions, self._deletes, self._erased = [], [], []
        self._written = self._source.clock.monotonic()
        await self._inlet.put(batch)


def _decode(cursor: bytes | None) -> int | None:
    try:
        return msgspec.json.decode(cursor, type=_Cursor).time_us if cursor else None
    except msgspec.MsgspecError:
        return None
