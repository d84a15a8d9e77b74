"""Follows one plain file through growth, rotation and truncation; files put aside meanwhile are read before it.

Blocking: the file source calls it beside the event loop.
"""

import gzip
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from sentinel.errors import SourceError
from sentinel.sources.lines import GZIP, FileLine, LineReader
from sentinel.sources.rotated import head_of, inode_of, put_aside

HEAD = 64
"""Bytes at a file's beginning that tell it from another of the same name."""
READ = 2**18


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How far a file was read: which file (by its beginning), bytes and lines."""

    head: bytes
    offset: int
    lines: int


@dataclass(frozen=True, slots=True)
class FilePart:
    """Whole lines that were read, where the next one begins (``None``: nothing moved), and whether there is no more
    now.
    """

    lines: list[FileLine]
    place: Place | None
    at_end: bool


class FileTail:
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
        self._last = Place(head=b"", offset=0, lines=0)
        self._aside: list[Path] = []
        self._reading_aside: Path | None = None
        self.losses: list[str] = []
        """What could not be read any more, for people; whoever reads it takes it out."""

    def read(self) -> FilePart:
        """The next lines.

        Raises
        ------
        SourceError
            When the file cannot be read, or is missing and not followed.
        """
        try:
            if self._file is not None and self._reading_aside is None and self._cut_short(self._file):
                self.close()
            if self._file is None and not self._open():
                return FilePart([], None, at_end=True)
            assert self._file is not None
            if chunk := self._next(self._file):
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
            self._reading_aside = None

    def _open(self) -> bool:
        if self._place is not None and not self._aside:
            self._look_aside(self._place)
        if self._aside:
            self._open_aside(self._aside.pop(0))
            return True
        try:
            self._file = Path(self._path).open("rb")  # noqa: SIM115  # held open, so that a rotation loses nothing
        except FileNotFoundError:
            if self._follow:
                return False
            raise SourceError(f"{self._path}: no such file", permanent=True) from None
        self._head = self._file.read(HEAD)
        place, self._place = self._place, None
        self._begin(self._file, place if place is not None and self._is_in(place, self._file) else None)
        return True

    def _begin(self, file: BinaryIO, place: Place | None) -> None:
        offset, lines = (place.offset, place.lines) if place is not None else (0, 0)
        file.seek(offset)
        self._reader = LineReader(lines, offset)
        self._last = place or Place(head=self._head, offset=0, lines=0)

    def _is_in(self, place: Place, file: BinaryIO) -> bool:
        """Whether the place is one of this very file."""
        return (
            bool(place.head) and self._head.startswith(place.head) and place.offset <= os.fstat(file.fileno()).st_size
        )

    def _look_aside(self, place: Place) -> None:
        """Find the file that was read last, if it is not the one that stands there, and those that came after it."""
        beginning = head_of(Path(self._path), len(place.head)) if inode_of(Path(self._path)) else b""
        stands = os.path.getsize(self._path) if beginning else 0
        if not place.head or not place.lines or (beginning == place.head and place.offset <= stands):
            return
        found = put_aside(self._path)
        for index, path in enumerate(found):
            if head_of(path, len(place.head)) == place.head:
                self._aside = found[index:]
                return
        self._place = None
        self.losses.append(
            f"{self._path} was replaced or cut after byte {place.offset} (line {place.lines}), and what it was is "
            "neither beside it as .1 nor with a date: what it got after that is lost"
        )

    def _open_aside(self, path: Path) -> None:
        try:
            self._head = head_of(path, HEAD)
            with path.open("rb") as file:
                packed = file.read(len(GZIP)) == GZIP
            self._file = cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")  # noqa: SIM115
        except OSError as error:
            self._lose(path, error)
            self._file = Path(os.devnull).open("rb")  # noqa: SIM115  # nothing to read, then on to the next
        self._reading_aside = path
        place, self._place = self._place, None
        known = place is not None and place.head and self._head.startswith(place.head)
        try:
            self._begin(self._file, place if known else None)
        except (OSError, EOFError, zlib.error) as error:
            self._lose(path, error)

    def _next(self, file: BinaryIO) -> bytes:
        if self._reading_aside is None:
            return file.read(READ)
        try:
            return file.read(READ)
        except (OSError, EOFError, zlib.error) as error:
            self._lose(self._reading_aside, error)
            return b""

    def _lose(self, path: Path, error: Exception) -> None:
        size = path.stat().st_size if inode_of(path) else 0
        self.losses.append(f"{path} ({size} bytes) cannot be read to its end ({error}): what is left of it is lost")

    def _at_end(self, file: BinaryIO) -> FilePart:
        if self._reading_aside is not None:
            last = self._part(list(self._reader.finish()), at_end=False)
            self.close()
            return last
        if not self._follow:
            return self._part(list(self._reader.finish()), at_end=True)
        if not self._replaced(file):
            return FilePart([], None, at_end=True)
        if not self._leaving:
            self._leaving = True  # its writer may have a last line for it: look once more before leaving
            return FilePart([], None, at_end=True)
        self._leaving = False
        last = self._part(list(self._reader.finish()), at_end=False)
        self._aside = self._newer_than(file)
        self.close()
        return last

    def _newer_than(self, file: BinaryIO) -> list[Path]:
        """Files that were put aside after this one: of two quick rotations, the one in the middle."""
        left, found = os.fstat(file.fileno()), put_aside(self._path)
        for index, path in enumerate(found):
            if inode_of(path) == left.st_ino or head_of(path, HEAD) == self._head:
                return found[index + 1 :]
        return [path for path in found if path.stat().st_mtime_ns > left.st_mtime_ns]

    def _cut_short(self, file: BinaryIO) -> bool:
        """Whether the file was truncated, or truncated and written anew, under our hands."""
        beginning = os.pread(file.fileno(), HEAD, 0)
        if os.fstat(file.fileno()).st_size < file.tell() or not beginning.startswith(self._head):
            self._place = self._last  # a copy may have been made of it before
            return True
        self._head = beginning
        return False

    def _replaced(self, file: BinaryIO) -> bool:
        try:
            return os.stat(self._path).st_ino != os.fstat(file.fileno()).st_ino
        except FileNotFoundError:
            return False

    def _part(self, lines: list[FileLine], *, at_end: bool) -> FilePart:
        if not lines:
            return FilePart([], None, at_end)
        self._last = Place(head=self._head[: lines[-1].end], offset=lines[-1].end, lines=lines[-1].number)
        return FilePart(lines, self._last, at_end)
