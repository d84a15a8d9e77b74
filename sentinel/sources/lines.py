"""JSON Lines as they are found: gzipped or not, with damaged lines in between. Reads as a stream, whatever the size.

Used by the file source, and by commands that read a recording.
"""

import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sentinel.errors import BadInput, BadMention
from sentinel.mention import MAX_TEXT, Mention
from sentinel.sources.mending import read_mention

MOST = 2**20
"""Bytes of one line; a mention is far smaller, and a longer line is refused without being kept."""
CHUNK = 2**16
"""Bytes read at once, and at most unpacked at once."""
GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no mention, and why."""

    line: int
    error: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line as it stands; ``body`` is ``None`` where it is too long to be kept.

    ``end`` is where the next one begins, in bytes.
    """

    number: int
    body: bytes | None
    end: int


class LineReader:
    """Cuts a stream into lines as it comes in, unpacking gzip (known by its first bytes), holding at most one line.

    Parameters
    ----------
    number, start
        Lines and bytes before the first chunk, when reading goes on in the middle of a plain file.
    """

    def __init__(self, number: int = 0, start: int = 0) -> None:
        self.damage: BadLine | None = None
        """Why the stream cannot be read further; known once `feed` or `finish` met it."""
        self._number = number
        self._end = start
        self._held = bytearray()
        self._overlong = False
        self._head: bytes | None = b"" if start == 0 else None
        self._gunzip: _Gunzip | None = None

    def feed(self, chunk: bytes) -> Iterator[FileLine]:
        """Lines that end within ``chunk``."""
        if self._head is not None:
            chunk = self._head + chunk
            if len(chunk) < len(GZIP):
                self._head = chunk
                return
            self._head = None
            self._gunzip = _Gunzip() if chunk.startswith(GZIP) else None
        if self._gunzip is None:
            yield from self._split(chunk)
        elif self.damage is None:
            try:
                for piece in self._gunzip.feed(chunk):
                    yield from self._split(piece)
            except zlib.error as error:
                self.damage = BadLine(self._number + 1, f"the compressed stream is damaged here: {error}")

    def finish(self) -> Iterator[FileLine]:
        """The last line, where no newline ends it."""
        if self._head:
            yield from self._split(self._head)
        if self._gunzip is not None and not self._gunzip.complete and self.damage is None:
            self.damage = BadLine(self._number + 1, "the compressed stream ends early; what follows is missing")
        elif self.damage is None and (self._held or self._overlong):
            yield self._cut(0)

    def _split(self, piece: bytes) -> Iterator[FileLine]:
        *whole, rest = piece.split(b"\n")
        for part in whole:
            self._hold(part)
            yield self._cut(1)
        self._hold(rest)

    def _hold(self, part: bytes) -> None:
        self._end += len(part)
        if self._overlong or len(self._held) + len(part) > MOST:
            self._overlong = True
            self._held.clear()
        else:
            self._held += part

    def _cut(self, newline: int) -> FileLine:
        self._number += 1
        self._end += newline
        line = FileLine(self._number, None if self._overlong else bytes(self._held), self._end)
        self._held.clear()
        self._overlong = False
        return line


class _Gunzip:
    """Unpacks any number of gzip members, a bounded piece at a time, however far a few bytes expand."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What ``chunk`` unpacks to; raises ``zlib.error`` where the stream is damaged."""
        while True:
            if self._member.eof:
                chunk = chunk.lstrip(b"\x00")  # padding between members, or behind the last
                if not chunk:
                    return
                self._member = zlib.decompressobj(31)
            piece = self._member.decompress(chunk, CHUNK)
            yield piece
            chunk = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if not chunk and (self._member.eof or len(piece) < CHUNK):
                return

    @property
    def complete(self) -> bool:
        """Whether the stream could end here."""
        return self._member.eof


def read_mentions(path: str) -> Iterator[Mention | BadLine]:
    """Every line of a file, or of standard input (``-``), as a mention or with the reason why not. Blank lines are
    passed over.

    Raises
    ------
    BadInput
        When there is no such file, or it cannot be read.
    """
    reader = LineReader()
    with _open(path) as stream:
        # read1 gives what a pipe holds now, so that a live one is followed line by line.
        while reader.damage is None and (chunk := stream.read1(CHUNK)):
            for line in reader.feed(chunk):
                if (found := parse_line(line)) is not None:
                    yield found
    for line in reader.finish():
        if (found := parse_line(line)) is not None:
            yield found
    if reader.damage is not None:
        yield reader.damage


def parse_line(line: FileLine) -> Mention | BadLine | None:
    """One line as a mention, or with the reason why not; ``None`` for a blank one."""
    if line.body is None:
        return BadLine(line.number, f"longer than {MOST} bytes; a mention's text has at most {MAX_TEXT} characters")
    body = line.body.removeprefix(_BOM) if line.number == 1 else line.body
    if not body.strip():
        return None
    try:
        return read_mention(body)
    except BadMention as error:
        return BadLine(line.number, str(error))


@contextmanager
def _open(path: str) -> Iterator[io.BufferedReader]:
    if path == "-":
        yield cast("io.BufferedReader", sys.stdin.buffer)
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115  # closed below; opening alone is what may fail here
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file") from None
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder; name a file of mentions, one JSON object a line") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None
    with stream:
        yield stream
