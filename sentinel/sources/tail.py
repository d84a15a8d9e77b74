"""Follows one plain file through growth, rotation and truncation.

Blocking: the file source calls it beside the event loop.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from sentinel.errors import SourceError
from sentinel.sources.lines import Line, LineReader

HEAD = 64
"""Bytes at a file's beginning that tell it from another of the same name."""
READ = 2**18


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How far a file was read: which file (by its beginning), bytes and lines."""

    head: bytes
    offset: int
    lines: int


@dataclass(frozen=True, slots=True)
class Part:
    """Whole lines that were read, where the next one begins (``None``: nothing moved), and whether there is no more
    now.
    """

    lines: list[Line]
    place: Place | None
    at_end: bool


class Tail:
    """Reads a file part by part.

    Parameters
    ----------
    place
        Where to go on; from the beginning when the file is another one or shorter than that.
    follow
        A last line without a newline is still being written, and a file that is missing is awaited.
    """

    def __init__(self, path: str, place: Place | None, *, follow: bool) -> None:
        self._path = path
        self._place = place
        self._follow = follow
        self._file: BinaryIO | None = None
        self._reader = LineReader()
        self._head = b""
        self._leaving = False

    def read(self) -> Part:
        """The next lines.

        Raises
        ------
        SourceError
            When the file cannot be read, or is missing and not followed.
        """
        try:
            if self._file is not None and self._cut_short(self._file):
                self.close()
            if self._file is None and not self._open():
                return Part([], None, at_end=True)
            assert self._file is not None
            if chunk := self._file.read(READ):
                self._leaving = False
                return self._part(list(self._reader.feed(chunk)), at_end=False)
            return self._at_end(self._file)
        except OSError as error:
            raise SourceError(f"{self._path} cannot be read: {error.strerror or error}") from None

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> bool:
        try:
            self._file = Path(self._path).open("rb")  # noqa: SIM115  # held open between reads, so that a rotation loses nothing
        except FileNotFoundError:
            if self._follow:
                return False
            raise SourceError(f"{self._path}: no such file", permanent=True) from None
        self._head = self._file.read(HEAD)
        place, self._place = self._place, None
        if (
            place is None
            or not place.head
            or not self._head.startswith(place.head)
            or place.offset > os.fstat(self._file.fileno()).st_size
        ):
            place = Place(head=self._head, offset=0, lines=0)
        self._file.seek(place.offset)
        self._reader = LineReader(place.lines, place.offset)
        return True

    def _at_end(self, file: BinaryIO) -> Part:
        if not self._follow:
            return self._part(list(self._reader.finish()), at_end=True)
        if not self._replaced(file):
            return Part([], None, at_end=True)
        if not self._leaving:
            self._leaving = True  # its writer may have a last line for it: look once more before leaving
            return Part([], None, at_end=True)
        self._leaving = False
        last = self._part(list(self._reader.finish()), at_end=False)
        self.close()
        return last

    def _cut_short(self, file: BinaryIO) -> bool:
        """Whether the file was truncated, or truncated and written anew, under our hands."""
        if os.fstat(file.fileno()).st_size < file.tell():
            return True
        beginning = os.pread(file.fileno(), HEAD, 0)
        if not beginning.startswith(self._head):
            return True
        self._head = beginning
        return False

    def _replaced(self, file: BinaryIO) -> bool:
        try:
            return os.stat(self._path).st_ino != os.fstat(file.fileno()).st_ino
        except FileNotFoundError:
            return False

    def _part(self, lines: list[Line], *, at_end: bool) -> Part:
        if not lines:
            return Part([], None, at_end)
        return Part(
            lines, Place(head=self._head[: lines[-1].end], offset=lines[-1].end, lines=lines[-1].number), at_end
        )
