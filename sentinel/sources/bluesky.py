"""Bluesky's public posts through Jetstream v1: one websocket, all posts, matched here."""

import asyncio
from datetime import timedelta
from typing import ClassVar

import aiohttp
import msgspec
from pydantic import Field, field_validator

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.errors import SourceError
from sentinel.http_session import client_session
from sentinel.mention import MAX_AHEAD, Mention
from sentinel.micros import to_micros
from sentinel.sources.base import Batch, Inlet, Source
from sentinel.sources.jetstream import COLLECTION, GONE, StreamEvent, decode_event, post_id, to_mention

REWIND = 5_000_000
"""Microseconds to go back on resuming: events are not strictly in order, and the journal takes none twice."""
ROTATE_AFTER = 3
"""Failures of a host in a row before the next one is tried."""
MOST = 500
"""Mentions and deletions in one batch at most."""
GARBAGE = 50
"""Unreadable frames in a row after which the far side is not what it should be."""
CURSOR_EVERY = 5.0
"""Seconds between commits of the cursor alone: what a restart reads again costs less than a wait for the disk each
second.
"""
HEARTBEAT = 20.0
LASTING = 600.0
"""Seconds of events after which a host's failures are forgotten: one that stalls every other minute is left like one
that is down.
"""
LARGEST = 2**20
"""Bytes of one event that we ask for at most; the connection itself takes eight times that before it breaks."""


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
    dead_after: Interval = timedelta(seconds=15)
    """The whole network is never silent this long: the connection is dead."""
    commit_every: Interval = timedelta(seconds=1)
    """How often what was read is written down."""

    @field_validator("hosts")
    @classmethod
    def _websockets(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not host.startswith(("ws://", "wss://")):
                raise ValueError(
                    f"{host!r} is no websocket address; write one such as wss://jetstream2.us-east.bsky.network/subscribe"
                )
        return hosts


class _Cursor(msgspec.Struct, frozen=True):
    time_us: int


class BlueskySource(Source[BlueskySettings]):
    """Public posts of the Bluesky network, live, with deletions; goes on where it stopped, up to a day and a half
    later.
    """

    settings_model = BlueskySettings
    default_silence: ClassVar[timedelta | None] = timedelta(minutes=2)
    can_wait: ClassVar[bool] = False

    _host = 0
    _failures = 0

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Read the stream until it breaks."""
        url = self.settings.hosts[self._host % len(self.settings.hosts)]
        reading = _Reading(self, inlet, _decode(cursor))
        try:
            async with client_session(headers={"User-Agent": self.user_agent}) as session:
                await reading.read(session, url)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise SourceError(f"{url}: {type(error).__name__}: {error}"[:300]) from error
        finally:
            self._rotate(well=reading.lasted >= LASTING)

    def _rotate(self, *, well: bool) -> None:
        self._failures = 0 if well else self._failures + 1
        if self._failures >= ROTATE_AFTER:
            self._host, self._failures = self._host + 1, 0


class _Reading:
    """One connection: what was read and not yet written down."""

    def __init__(self, source: BlueskySource, inlet: Inlet, resume_at: int | None) -> None:
        self._source = source
        self._inlet = inlet
        self._newest = self._resume_at = resume_at or 0
        self._mentions: list[Mention] = []
        self._deletes: list[str] = []
        self._erased: list[str] = []
        self._garbage = 0
        self._opened = self._written = self._moved = self._heard = source.clock.monotonic()

    @property
    def lasted(self) -> float:
        """Seconds from the start to the newest event."""
        return self._heard - self._opened

    async def read(self, session: aiohttp.ClientSession, url: str) -> None:
        params = {"wantedCollections": COLLECTION, "maxMessageSizeBytes": str(LARGEST)}
        if self._resume_at:
            params["cursor"] = str(self._resume_at - REWIND)
        every = self._source.settings.commit_every.total_seconds()
        # No compression: a server that compresses with a dictionary refuses to deflate as well.
        async with session.ws_connect(
            url, params=params, heartbeat=HEARTBEAT, compress=0, max_msg_size=8 * LARGEST
        ) as socket:
            try:
                while True:
                    if (message := await self._next(socket, every)) is None:
                        self._check_alive(url)
                    elif message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                        self._take(message.data, url)
                    else:
                        raise SourceError(
                            f"{url} closed the stream ({message.type.name.lower()} {socket.close_code or ''})"
                        )
                    if (
                        len(self._mentions) + len(self._deletes) >= MOST
                        or self._source.clock.monotonic() - self._written >= every
                    ):
                        await self._write()
            except SourceError:
                await self._write()
                raise

    async def _next(self, socket: aiohttp.ClientWebSocketResponse, patience: float) -> aiohttp.WSMessage | None:
        """The next frame; ``None`` when none came for a moment, and what was read before is due to be written down."""
        try:
            async with asyncio.timeout(min(patience, self._source.settings.dead_after.total_seconds())):
                return await socket.receive()
        except TimeoutError:
            return None

    def _check_alive(self, url: str) -> None:
        silent = self._source.clock.monotonic() - self._heard
        if silent >= self._source.settings.dead_after.total_seconds():
            raise SourceError(f"{url}: no event for {silent:.0f} seconds")

    def _take(self, frame: str | bytes, url: str) -> None:
        event = decode_event(frame)
        if event is None or event.time_us > to_micros(self._source.clock.now() + MAX_AHEAD):
            self._garbage += 1
            self._inlet.refused(1, f"{url} sent a frame of {len(frame)} that is no Jetstream event")
            if self._garbage >= GARBAGE:
                raise SourceError(
                    f"{url} sends no Jetstream events ({self._garbage} frames in a row cannot be read); check `hosts`"
                )
            return
        self._garbage = 0
        self._heard = self._source.clock.monotonic()
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
        """Commit what was read, and how far, together; the cursor alone only now and then."""
        now = self._source.clock.monotonic()
        self._written = now
        move = self._newest and (self._mentions or self._erased or now - self._moved >= CURSOR_EVERY)
        if not (move or self._deletes):
            if self._heard >= now - self._source.settings.commit_every.total_seconds():
                self._inlet.alive()
            return
        self._moved = now if move else self._moved
        batch = Batch(
            mentions=tuple(self._mentions),
            deletes=tuple(self._deletes),
            erased=tuple(self._erased),
            cursor=msgspec.json.encode(_Cursor(self._newest)) if move else None,
        )
        self._mentions, self._deletes, self._erased = [], [], []
        await self._inlet.put(batch)


def _decode(cursor: bytes | None) -> int | None:
    try:
        return msgspec.json.decode(cursor, type=_Cursor).time_us if cursor else None
    except msgspec.MsgspecError:
        return None
