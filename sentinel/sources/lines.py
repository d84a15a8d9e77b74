"""JSON Lines as they are found: gzipped or not, with damaged lines in between. Reads as a stream, whatever the size."""

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from sentinel.errors import BadInput, BadMention
from sentinel.mention import Mention, decode_mention

MOST = 2**20
"""Bytes of one line; a mention is far smaller, and a longer line is refused without being kept."""
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no mention, and why."""

    line: int
    error: str


def read_mentions(path: str) -> Iterator[Mention | BadLine]:
    """Every line of a file, or of standard input (``-``), as a mention or with the reason why not.

    Raises
    ------
    BadInput
        When there is no such file.
    """
    with _open(path) as stream:
        number = 0
        while True:
            try:
                line, whole = _line(stream)
            except (EOFError, zlib.error, gzip.BadGzipFile, OSError) as error:
                yield BadLine(number + 1, f"the compressed stream ends early or is damaged: {error}")
                return
            if not line:
                return
            number += 1
            if not whole:
                yield BadLine(number, f"longer than {MOST} bytes; a mention's text has at most 100000 characters")
            elif line.strip():
                yield parse_line(number, line)


def parse_line(number: int, line: bytes) -> Mention | BadLine:
    """One line as a mention, or with the reason why not."""
    try:
        return decode_mention(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
    except BadMention as error:
        return BadLine(number, str(error))


def _line(stream: IO[bytes]) -> tuple[bytes, bool]:
    """The next line, and whether it is all there; what is too long is read past."""
    line = stream.readline(MOST + 1)
    if len(line) <= MOST or line.endswith(b"\n"):
        return line, True
    while (more := stream.readline(MOST)) and not more.endswith(b"\n"):
        pass
    return line[:1], False


@contextmanager
def _open(path: str) -> Iterator[IO[bytes]]:
    if path == "-":
        raw: BinaryIO = sys.stdin.buffer
        head = cast("bytes", sys.stdin.buffer.peek(2))[:2]
        yield cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if head == _GZIP else raw
        return
    try:
        with Path(path).open("rb") as file:
            head = file.read(2)
            file.seek(0)
            if head == _GZIP:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            else:
                yield file
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file") from None
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder; name a file of mentions, one JSON object a line") from None
    except PermissionError:
        raise BadInput(f"{path} may not be read; check its permissions") from None
