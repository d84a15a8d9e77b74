"""A file of mentions, one JSON object a line, read once or followed as it grows."""

import asyncio
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec

from sentinel.config.schema import SourceSettings
from sentinel.config.units import Duration
from sentinel.errors import SourceError
from sentinel.mention import Mention
from sentinel.sources.base import Batch, Inlet, Source
from sentinel.sources.lines import MOST, BadLine, parse_line, read_mentions

CHUNK = 2**18
LINES = 500
HEAD = 64
"""Bytes at a file's beginning that tell it from another of the same name."""


class FileSettings(SourceSettings):
    """Mentions in a file, one JSON object a line."""

    path: str
    """The file; gzip is recognised; `-` is standard input."""
    follow: bool = False
    """Go on reading as it grows, through rotation and truncation."""
    every: Duration = timedelta(seconds=1)
    """How often to look for more when following."""


class _Cursor(msgspec.Struct, frozen=True):
    inode: int
    head: bytes
    offset: int
    lines: int


@dataclass(slots=True)
class _Part:
    """Complete lines read from one place on, and where the next one begins."""

    lines: list[tuple[int, bytes]]
    cursor: _Cursor
    more: bool


class FileSource(Source[FileSettings]):
    """Mentions from a JSON Lines file, plain or gzipped, or standard input; follows it as it grows if asked to."""

    settings_model = FileSettings

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Read to the end, or follow for ever."""
        if self.settings.path == "-" or (not self.settings.follow and await asyncio.to_thread(self._compressed)):
            await self._stream(inlet, cursor)
            return
        place = _decode(cursor)
        while True:
            part = await asyncio.to_thread(self._read, place)
            if part is not None:
                moved = part.cursor != place
                place = part.cursor
                await self._put(inlet, [parse_line(number, line) for number, line in part.lines], place if moved else None)
                if part.more:
                    continue
            if not self.settings.follow:
                return
            inlet.alive()
            await self.clock.sleep(self.settings.every.total_seconds())

    async def _stream(self, inlet: Inlet, cursor: bytes | None) -> None:
        """What cannot be sought: gzip and standard input are read from the beginning, past the lines already taken."""
        skip = place.lines if (place := _decode(cursor)) and self.settings.path != "-" else 0
        items = iter(enumerate(read_mentions(self.settings.path)))
        taken = 0
        while batch := await asyncio.to_thread(lambda: [item for _, item in zip(range(LINES), items, strict=False)]):
            fresh = [item for index, item in batch if index >= skip]
            taken += len(batch)
            if fresh:
                await self._put(inlet, fresh, _Cursor(0, b"", 0, taken))

    async def _put(self, inlet: Inlet, items: list[Mention | BadLine], place: _Cursor | None) -> None:
        bad = [item for item in items if isinstance(item, BadLine)]
        if bad:
            inlet.trouble(f"{len(bad)} lines refused, the first is line {bad[0].line}: {bad[0].error}")
        good = tuple(item for item in items if not isinstance(item, BadLine))
        if good or place is not None:
            await inlet.put(Batch(mentions=good, cursor=msgspec.json.encode(place) if place is not None else None))

    def _compressed(self) -> bool:
        try:
            with Path(self.settings.path).open("rb") as file:
                return file.read(2) == b"\x1f\x8b"
        except OSError:
            return False

    def _read(self, place: _Cursor | None) -> _Part | None:
        """Whole lines from ``place`` on; ``None`` when there is no such file and it is awaited."""
        try:
            with Path(self.settings.path).open("rb") as file:
                status = os.fstat(file.fileno())
                head = file.read(HEAD)
                same = place is not None and place.inode == status.st_ino and head.startswith(place.head) and place.offset <= status.st_size
                start, number = (place.offset, place.lines) if same and place is not None else (0, 0)
                file.seek(start)
                data = file.read(CHUNK)
        except FileNotFoundError:
            if self.settings.follow:
                return None
            raise SourceError(f"{self.settings.path}: no such file", permanent=True) from None
        except OSError as error:
            raise SourceError(f"{self.settings.path} cannot be read: {error.strerror}") from None
        return self._cut(data, start, number, status.st_ino, head, at_end=start + len(data) >= status.st_size)

    def _cut(self, data: bytes, start: int, number: int, inode: int, head: bytes, *, at_end: bool) -> _Part:
        end = data.rfind(b"\n") + 1
        if at_end and not self.settings.follow:
            end = len(data)
        if end == 0 and len(data) >= min(CHUNK, MOST):
            end = len(data)  # no end of line in sight: pass over it piece by piece, each a bad line
        lines = [(number + count, line) for count, line in enumerate(data[:end].split(b"\n"), 1)]
        cursor = _Cursor(inode, head[: min(len(head), start + end)], start + end, number + data[:end].count(b"\n"))
        return _Part([each for each in lines if each[1].strip()], cursor, more=end > 0 and not at_end)


def _decode(cursor: bytes | None) -> _Cursor | None:
    try:
        return msgspec.json.decode(cursor, type=_Cursor) if cursor else None
    except msgspec.MsgspecError:
        return None
