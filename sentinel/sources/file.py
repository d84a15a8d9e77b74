"""A file of mentions, one JSON object a line, read once or followed as it grows."""

import asyncio
import os
import select
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, closing
from datetime import timedelta
from pathlib import Path

import msgspec
from pydantic import Field

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.errors import SourceError
from sentinel.mention import Mention
from sentinel.sources.base import Batch, Inlet, Reason, Source
from sentinel.sources.lines import CHUNK, GZIP, BadLine, FileLine, LineReader, parse_line
from sentinel.sources.tail import FileTail, Place

LINES = 1_000
"""Mentions in one batch at most."""
PEEK = 0.5
"""Seconds that a thread waits for standard input before it looks whether we are still wanted."""


class FileSettings(SourceSettings):
    """Mentions in a file, one JSON object a line."""

    path: str = Field(examples=["mentions.jsonl"])
    """The file; gzip is recognised and read once; `-` is standard input."""
    follow: bool = False
    """Go on reading as it grows, through rotation and truncation."""
    every: Interval = timedelta(seconds=1)
    """How often to look for more when following."""


class FileSource(Source[FileSettings]):
    """Mentions from a JSON Lines file, plain or gzipped, or standard input; follows it as it grows if asked to."""

    settings_model = FileSettings

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Read to the end, or follow for ever; reading is done beside the event loop."""
        if self.settings.path == "-":
            await self._once(inlet, _standard_input(), None, b"")
            return
        head = await asyncio.to_thread(self._head)
        place = _decode(cursor)
        if head is not None and head.startswith(GZIP):
            await self._once(inlet, _file(self.settings.path), place, head)
        else:
            await self._tail(inlet, place)

    async def _tail(self, inlet: Inlet, place: Place | None) -> None:
        with closing(FileTail(self.settings.path, place, follow=self.settings.follow)) as tail:
            while True:
                part = await asyncio.to_thread(tail.read)
                while tail.losses:
                    inlet.refused(1, tail.losses.pop(0), Reason.DAMAGED)
                await self._put(inlet, part.lines, part.place)
                if part.at_end:
                    if not self.settings.follow:
                        return
                    inlet.alive()
                    await self.clock.sleep(self.settings.every.total_seconds())

    async def _once(self, inlet: Inlet, chunks: AsyncGenerator[bytes, None], place: Place | None, head: bytes) -> None:
        """What cannot be sought is read from the beginning, past the lines already taken."""
        skip = place.lines if place is not None and head and head.startswith(place.head) else 0
        reader = LineReader()
        async with aclosing(chunks):
            async for chunk in chunks:
                await self._put_beyond(inlet, list(reader.feed(chunk)), skip, head)
                if reader.damage is not None:
                    break
        await self._put_beyond(inlet, list(reader.finish()), skip, head)
        if reader.damage is not None:
            inlet.refused(1, f"line {reader.damage.line}: {reader.damage.error}", Reason.DAMAGED)

    async def _put_beyond(self, inlet: Inlet, lines: Sequence[FileLine], skip: int, head: bytes) -> None:
        fresh = [line for line in lines if line.number > skip]
        for start in range(0, len(fresh), LINES):
            part = fresh[start : start + LINES]
            await self._put(inlet, part, Place(head=head, offset=0, lines=part[-1].number) if head else None)

    async def _put(self, inlet: Inlet, lines: Sequence[FileLine], place: Place | None) -> None:
        if not lines:
            return
        found = await asyncio.to_thread(lambda: [item for line in lines if (item := parse_line(line)) is not None])
        good: list[Mention] = []
        bad: list[BadLine] = []
        for item in found:
            bad.append(item) if isinstance(item, BadLine) else good.append(item)
        if bad:
            inlet.refused(len(bad), f"line {bad[0].line}: {bad[0].error}")
        await inlet.put(Batch(mentions=tuple(good), cursor=msgspec.json.encode(place) if place is not None else None))

    def _head(self) -> bytes | None:
        """The beginning; ``None`` for a file that is awaited."""
        try:
            with Path(self.settings.path).open("rb") as file:
                return file.read(64)
        except FileNotFoundError:
            if self.settings.follow:
                return None
            raise SourceError(f"{self.settings.path}: no such file", permanent=True) from None
        except OSError as error:
            raise SourceError(f"{self.settings.path} cannot be read: {error.strerror}") from None


async def _file(path: str) -> AsyncGenerator[bytes, None]:
    try:
        with await asyncio.to_thread(Path(path).open, "rb") as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from None


async def _standard_input() -> AsyncGenerator[bytes, None]:
    while (chunk := await asyncio.to_thread(_read_standard_input)) != b"":
        if chunk is not None:
            yield chunk


def _read_standard_input() -> bytes | None:
    """What is there; ``None`` when nothing came for a moment: a thread that waits for ever would hold up the
    shutdown.
    """
    descriptor = sys.stdin.fileno()
    ready, _, _ = select.select([descriptor], [], [], PEEK)
    return os.read(descriptor, CHUNK) if ready else None


def _decode(cursor: bytes | None) -> Place | None:
    try:
        return msgspec.json.decode(cursor, type=Place) if cursor else None
    except msgspec.MsgspecError:
        return None
