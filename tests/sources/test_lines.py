"""JSON Lines from a file: every good line a mention, every bad one named, whatever the bytes."""

import gzip
import io
import json
import os
import sys
import threading
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import BadInput
from sentinel.mention import Mention
from sentinel.sources.lines import MOST, BadLine, FileLine, LineReader, read_mentions


def line(id: object, text: str = "hola @acme") -> bytes:
    return json.dumps({"source": "x", "id": str(id), "text": text, "published_at": "2026-03-02T09:00:00Z"}).encode()


def read(path: Path) -> list[str | tuple[int, str]]:
    """Ids of mentions, line and reason of bad lines."""
    return [(item.line, item.error) if isinstance(item, BadLine) else item.id for item in read_mentions(str(path))]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mentions.jsonl"


def test_blank_lines_and_windows_ends_are_no_mistake(file: Path) -> None:
    """Nor are a byte order mark and a last line without an end."""
    file.write_bytes(b"\xef\xbb\xbf" + line(1) + b"\r\n\r\n  \n" + line(2))
    assert read(file) == ["1", "2"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_fine(file: Path, content: bytes) -> None:
    """It holds nothing, and that is no error."""
    file.write_bytes(content)
    assert read(file) == []


def test_bad_lines_are_named_and_the_rest_is_read(file: Path) -> None:
    """Each kind of damage costs its own line only."""
    bad = [
        b"{",
        b"[]",
        b"\xff\xfe\x00",
        b'{"source":"x","id":"1","text":"\\ud800","published_at":"2026-03-02T09:00:00Z"}',
        line(""),
        line("x" * 2000),
        b'{"a":' * 50_000,
        line(1, "x" * 100_001),
        line(1).replace(b"2026", b"1970"),
        line(1).replace(b"2026", b"2100"),
    ]
    file.write_bytes(b"\n".join(part for number, each in enumerate(bad) for part in (line(number), each)))
    found = read(file)
    assert [item for item in found if isinstance(item, str)] == [str(number) for number in range(len(bad))]
    assert [item[0] for item in found if not isinstance(item, str)] == [2 * (number + 1) for number in range(len(bad))]


def test_a_giant_line_is_passed_over_without_being_held(file: Path) -> None:
    """Ten megabytes in one line take no more memory than the line that is allowed."""
    with file.open("wb") as out:
        out.write(line(1) + b"\n" + b'{"text":"')
        for _ in range(160):
            out.write(b"x" * 2**16)
        out.write(b'"}\n' + line(2))
    tracemalloc.start()
    try:
        found = read(file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == ["1", (2, f"longer than {MOST} bytes; a mention's text has at most 100000 characters"), "2"]
    assert peak < 6 * MOST


def test_a_giant_last_line_is_named_too(file: Path) -> None:
    """Even when nothing ends it."""
    file.write_bytes(line(1) + b"\n" + b"x" * (MOST + 1))
    assert read(file)[1][0] == 2  # type: ignore[comparison-overlap]


def test_gzip_is_recognised_by_its_bytes(file: Path) -> None:
    """Whatever the name, and however many pieces were packed one after the other."""
    file.write_bytes(
        gzip.compress(line(1) + b"\n" + line(2)[:20]) + gzip.compress(line(2)[20:] + b"\n") + b"\x00" * 512
    )
    assert read(file) == ["1", "2"]


def test_a_truncated_archive_gives_what_is_there_and_says_so(file: Path) -> None:
    """The last word is that more was to come."""
    packed = gzip.compress(b"\n".join(line(number, os.urandom(60).hex()) for number in range(200)))
    file.write_bytes(packed[: len(packed) // 2])
    *good, last = read(file)
    assert len(good) > 50
    assert last == (len(good) + 1, "the compressed stream ends early; what follows is missing")


@pytest.mark.parametrize(
    "harm", [lambda packed: packed + b"rubbish", lambda packed: packed[:10] + b"\xff" * 30 + packed[40:]]
)
def test_a_damaged_archive_ends_with_the_reason(file: Path, harm: object) -> None:
    """Nothing is made up from damaged bytes."""
    assert callable(harm)
    file.write_bytes(harm(gzip.compress(b"".join(line(number) + b"\n" for number in range(100)))))
    last = read(file)[-1]
    assert not isinstance(last, str)
    assert last[1].startswith("the compressed stream is damaged here")


def test_a_bomb_is_unpacked_piece_by_piece(file: Path) -> None:
    """A few bytes that become fifty megabytes never lie in memory at once."""
    file.write_bytes(gzip.compress(line(1) + b"\n" + b"x" * 50_000_000 + b"\n" + line(2)))
    tracemalloc.start()
    try:
        found = read(file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [found[0], found[2]] == ["1", "2"]
    assert peak < 6 * MOST


def test_what_is_no_file_is_said_at_once(tmp_path: Path) -> None:
    """With the name and what would be right."""
    with pytest.raises(BadInput, match="nothing.jsonl: no such file"):
        read(tmp_path / "nothing.jsonl")
    with pytest.raises(BadInput, match="is a folder"):
        read(tmp_path)
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / ("x" * 300))


def test_a_pipe_is_read_as_it_comes(tmp_path: Path) -> None:
    """A stream that cannot be sought is read like any file: the first line is there before the second is written."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    go_on = threading.Event()

    def write() -> None:
        with pipe.open("wb", buffering=0) as out:
            out.write(line(1) + b"\n")
            go_on.wait(10)
            out.write(line(2))

    writer = threading.Thread(target=write)
    writer.start()
    items = read_mentions(str(pipe))
    first = next(items)
    go_on.set()
    rest = list(items)
    writer.join()
    assert isinstance(first, Mention)
    assert [item.id for item in (first, *rest) if isinstance(item, Mention)] == ["1", "2"]


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gzipped or not."""
    for content in (line(1), gzip.compress(line(1))):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(content))))  # type: ignore[arg-type]
        assert read(Path("-")) == ["1"]


@given(
    st.binary(max_size=200).map(lambda raw: raw.replace(b"\x1f\x8b", b"")),
    st.lists(st.integers(1, 50), max_size=20),
    st.booleans(),
)
def test_cuts_do_not_matter(content: bytes, cuts: list[int], packed: bool) -> None:
    """However the bytes arrive, the lines and the places where they end are those of the whole."""
    stream = io.BytesIO(gzip.compress(content) if packed else content)
    reader = LineReader()
    found: list[FileLine] = []
    for size in [*cuts, -1]:
        found += reader.feed(stream.read(size))
    found += reader.finish()
    parts = content.split(b"\n")
    expected = parts if parts[-1] else parts[:-1]
    assert [each.body for each in found] == expected
    assert [each.number for each in found] == list(range(1, len(expected) + 1))
    assert not found or found[-1].end == len(content)
    assert reader.damage is None
