"""The write-ahead log as SQLite left it, looked at before SQLite opens it: it reads on to the first frame that is
damaged and lets the rest fall without a word, with every commit that stands behind it.

The format is SQLite's own (section 4 of its file format): a header of 32 bytes, then frames of a header of 24 bytes
and a page each, chained by a checksum.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import Struct, unpack, unpack_from
from typing import BinaryIO

HEADER, FRAME = 32, 24
MOST = 2**25
"""Bytes of a log that are looked through, a second or two; SQLite keeps it at a tenth of that."""
_MAGIC = (0x377F0682, 0x377F0683)
_fields = Struct(">8I")
_frame = Struct(">6I")


@dataclass(frozen=True, slots=True)
class LogTail:
    """``readable`` frames up to the last commit that can be read; ``lost`` commits, at least, behind it."""

    readable: int
    lost: int


def damaged_tail(store: Path) -> LogTail | None:
    """What of the log of a store that is closed cannot be read; ``None`` when nothing that was committed is missing.

    A last frame that was only begun when the process died is none: its commit was promised to nobody.
    """
    log, index = (store.with_name(store.name + ending) for ending in ("-wal", "-shm"))
    committed = _committed(index)
    try:
        with log.open("rb") as stream:
            if log.stat().st_size > MOST:
                return None
            return _examined(stream, committed)
    except FileNotFoundError:
        return LogTail(0, 1) if committed is not None and committed.missing(0) else None
    except OSError:
        return None  # SQLite will say why it cannot be read


@dataclass(frozen=True, slots=True)
class _Committed:
    """What the index tells: of which log, how many frames, and how many of them are in the store's file already."""

    salts: bytes
    frames: int
    filed: int

    def missing(self, readable: int) -> bool:
        """Whether something that was committed is neither in the file nor among the readable frames."""
        return self.frames > max(readable, self.filed)


def _examined(stream: BinaryIO, committed: _Committed | None) -> LogTail | None:
    head = stream.read(HEADER)
    if len(head) < HEADER:
        return LogTail(0, 1) if committed is not None and committed.missing(0) else None
    magic, _, page, _, *_, first, second = _fields.unpack(head)
    order = ">" if magic == _MAGIC[1] else "<"
    chain = (first, second)
    sound = magic in _MAGIC and page > 0 and _sum(head[:24], (0, 0), order) == chain
    salts, readable, lost, broken = head[16:24], 0, 0, not sound
    for number, (header, body) in enumerate(_frames(stream, page if sound else 4096), 1):
        _, size, *_, one, other = _frame.unpack(header)
        mine = header[8:16] == salts
        if not broken:
            chain = _sum(header[:8] + body, chain, order)
            broken = not mine or chain != (one, other)
        if size and not broken:
            readable = number
        elif size and mine:
            lost += 1
    if committed is not None and (committed.salts == salts or not sound):
        return LogTail(readable, max(lost, 1)) if committed.missing(readable) else None
    return LogTail(readable, lost) if lost else None


def _frames(stream: BinaryIO, page: int) -> Iterator[tuple[bytes, bytes]]:
    while len(header := stream.read(FRAME)) == FRAME:
        body = stream.read(page)
        if len(body) < page:
            return
        yield header, body


def _sum(data: bytes, before: tuple[int, ...], order: str) -> tuple[int, int]:
    """SQLite's checksum over pairs of 32-bit words."""
    first, second = before
    words = unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second


def _committed(index: Path) -> _Committed | None:
    """What the index tells; ``None`` where it is not to be believed."""
    try:
        with index.open("rb") as stream:
            head = stream.read(100)
    except OSError:
        return None
    if len(head) < 100 or head[:48] != head[48:96]:
        return None
    (frames,), (filed,) = unpack_from("=I", head, 16), unpack_from("=I", head, 96)
    return _Committed(head[32:40], frames, filed)
