"""A followed file: it grows, is rotated, truncated and replaced, and each line is taken once."""

import asyncio
import gzip
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from sentinel.errors import SourceError
from sentinel.sources.file import FileSettings, FileSource
from sentinel.sources.tail import READ
from tests.fakes import FakeClock, settle
from tests.sources.inlet import KeepingInlet


def lines(*ids: object) -> bytes:
    return b"".join(
        json.dumps({"source": "x", "id": str(id), "text": "hola", "published_at": "2026-03-02T09:00:00Z"}).encode()
        + b"\n"
        for id in ids
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mentions.jsonl"


def a_source(path: Path | str, clock: FakeClock, *, follow: bool = False) -> FileSource:
    return FileSource("archive", FileSettings(type="file", path=str(path), follow=follow), clock, user_agent="test")


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def rotate(path: Path) -> Path:
    return path.rename(path.with_suffix(".1"))


def append(path: Path, content: bytes) -> None:
    with path.open("ab") as out:
        out.write(content)


class Follow:
    """A source that follows, looked at step by step: `look` lets it find out what changed."""

    def __init__(self, inlet: KeepingInlet, clock: FakeClock) -> None:
        self.inlet = inlet
        self._clock = clock

    async def look(self) -> list[str]:
        """Ids taken so far, after two more looks at the file."""
        for _ in range(2):
            looks = self.inlet.lives + 1
            await self._clock.advance(timedelta(seconds=1))
            await self.inlet.until(lambda inlet, looks=looks: inlet.lives >= looks)
            await settle()
        return self.inlet.ids


@asynccontextmanager
async def following(path: Path, clock: FakeClock, cursor: bytes | None = None) -> AsyncIterator[Follow]:
    inlet = KeepingInlet()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(a_source(path, clock, follow=True).run(inlet, cursor))
        await inlet.until(lambda inlet: inlet.lives > 0)
        await settle()
        yield Follow(inlet, clock)
        task.cancel()


async def test_a_file_is_read_once_to_its_end(path: Path, clock: FakeClock, inlet: KeepingInlet) -> None:
    """Then the source is done; a restart finds nothing new."""
    write(path, lines(1, 2) + lines(3)[:-1])
    await a_source(path, clock).run(inlet, None)
    assert inlet.ids == ["1", "2", "3"]
    again = KeepingInlet()
    await a_source(path, clock).run(again, inlet.cursor)
    assert again.ids == []


async def test_bad_lines_are_counted_and_named(path: Path, clock: FakeClock, inlet: KeepingInlet) -> None:
    """They do not stop the others."""
    write(path, lines(1) + b"{\n\n" + b"\xff\n" + lines(2))
    await a_source(path, clock).run(inlet, None)
    assert inlet.ids == ["1", "2"]
    (refusal,) = inlet.refusals
    assert refusal.startswith("2: line 2: no JSON object in UTF-8")


async def test_a_long_line_is_read_whole(path: Path, clock: FakeClock, inlet: KeepingInlet) -> None:
    """Even one that does not fit into what is read at once."""
    long = json.dumps(
        {"source": "x", "id": "long", "text": "ñ" * 99_000, "published_at": "2026-03-02T09:00:00Z", "pad": "x" * READ}
    ).encode()
    write(path, lines(1) + long + b"\n" + lines(2))
    await a_source(path, clock).run(inlet, None)
    assert inlet.ids == ["1", "long", "2"]


async def test_many_lines_come_in_batches(path: Path, clock: FakeClock, inlet: KeepingInlet) -> None:
    """Each with its own cursor: a restart in the middle repeats nothing and leaves nothing out."""
    write(path, lines(*range(10_000)))
    await a_source(path, clock).run(inlet, None)
    assert len(inlet.batches) > 2
    again = KeepingInlet()
    await a_source(path, clock).run(again, inlet.batches[1].cursor)
    assert [mention.id for batch in inlet.batches[2:] for mention in batch.mentions] == again.ids
    assert len(inlet.ids) == 10_000


async def test_an_archive_is_read_past_what_was_taken(path: Path, clock: FakeClock, inlet: KeepingInlet) -> None:
    """Gzip cannot be sought: lines already taken are passed over, unless it is another archive."""
    write(path, gzip.compress(lines(1, 2) + b"{\n" + lines(3), mtime=1))
    await a_source(path, clock, follow=True).run(inlet, None)
    assert inlet.ids == ["1", "2", "3"]
    again = KeepingInlet()
    await a_source(path, clock).run(again, inlet.cursor)
    assert again.ids == []
    write(path, gzip.compress(lines(4, 5), mtime=2))
    await a_source(path, clock).run(again, inlet.cursor)
    assert again.ids == ["4", "5"]


async def test_a_truncated_archive_is_named(path: Path, clock: FakeClock, inlet: KeepingInlet) -> None:
    """What could be unpacked is taken."""
    write(path, gzip.compress(lines(*range(2_000)))[:-500])
    await a_source(path, clock).run(inlet, None)
    assert len(inlet.ids) > 100
    assert "ends early" in inlet.refusals[0]


async def test_a_damaged_archive_is_named(path: Path, clock: FakeClock, inlet: KeepingInlet) -> None:
    """And reading stops there."""
    write(path, gzip.compress(lines(1)) + b"rubbish")
    await a_source(path, clock).run(inlet, None)
    assert inlet.ids == ["1"]
    assert "damaged" in inlet.refusals[0]


async def test_standard_input_is_read_to_its_end(
    clock: FakeClock, inlet: KeepingInlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it comes, without a cursor: it cannot be read twice."""
    out, into = os.pipe()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(fileno=lambda: out))
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(a_source("-", clock).run(inlet, None))
        os.write(into, lines(1) + lines(2)[:10])
        await inlet.until(lambda inlet: inlet.ids == ["1"])
        assert not reading.done()
        os.write(into, lines(2)[10:])
        os.close(into)
    os.close(out)
    assert inlet.ids == ["1", "2"]
    assert inlet.cursor is None


async def test_a_file_that_is_missing_or_unreadable_is_named(
    tmp_path: Path, clock: FakeClock, inlet: KeepingInlet
) -> None:
    """The runner backs off; the name and the reason are there."""
    with pytest.raises(SourceError, match="no such file") as missing:
        await a_source(tmp_path / "none", clock).run(inlet, None)
    assert missing.value.permanent
    with pytest.raises(SourceError, match="cannot be read: Is a directory"):
        await a_source(tmp_path, clock).run(inlet, None)


async def test_it_grows(path: Path, clock: FakeClock) -> None:
    """New lines are taken as they come; one that is still being written waits for its end."""
    write(path, lines(1))
    async with following(path, clock) as follow:
        append(path, lines(2) + lines(3)[:20])
        assert await follow.look() == ["1", "2"]
        append(path, lines(3)[20:])
        assert await follow.look() == ["1", "2", "3"]
        assert follow.inlet.refusals == []


async def test_it_is_awaited(path: Path, clock: FakeClock) -> None:
    """A file that is not there yet is no fault when it is followed, nor is an empty one."""
    async with following(path, clock) as follow:
        write(path, b"")
        assert await follow.look() == []
        append(path, lines(1))
        assert await follow.look() == ["1"]


async def test_it_is_rotated(path: Path, clock: FakeClock) -> None:
    """The old file is read to its very end, then the new one from its beginning; nothing is lost or taken twice."""
    write(path, lines(1))
    async with following(path, clock) as follow:
        old = rotate(path)
        append(old, lines(2) + lines(3)[:-1])
        assert await follow.look() == ["1", "2"]
        write(path, lines(4))
        await follow.look()
        assert await follow.look() == ["1", "2", "3", "4"]
        append(path, lines(5))
        assert await follow.look() == ["1", "2", "3", "4", "5"]
        assert follow.inlet.refusals == []


async def test_it_is_truncated(path: Path, clock: FakeClock) -> None:
    """Cut down and written anew, shorter or longer than before: it is read from its beginning."""
    write(path, lines(1, 2, 3))
    async with following(path, clock) as follow:
        write(path, lines(4))
        assert await follow.look() == ["1", "2", "3", "4"]
        write(path, lines(*range(10, 20)))
        assert (await follow.look())[4:] == [str(number) for number in range(10, 20)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda path: append(path, lines(3)), ["3"]),
        (lambda path: path.write_bytes(lines(7, 8, 9)), ["7", "8", "9"]),
        (lambda path: path.write_bytes(lines(1)), ["1"]),
        (lambda path: path.write_bytes(b""), []),
        (lambda path: (path.rename(path.with_suffix(".old")), path.write_bytes(lines(1, 2, 3))), ["3"]),
    ],
    ids=["grown", "replaced", "shorter", "emptied", "restored from a copy"],
)
async def test_a_restart_goes_on_where_it_stopped(
    path: Path, clock: FakeClock, change: object, expected: list[str]
) -> None:
    """In the same file, known by its beginning; another one is read from the start."""
    assert callable(change)
    inlet, again = KeepingInlet(), KeepingInlet()
    write(path, lines(1, 2))
    await a_source(path, clock).run(inlet, None)
    change(path)
    await a_source(path, clock).run(again, inlet.cursor)
    assert again.ids == expected


async def test_a_cursor_that_cannot_be_read_is_none(path: Path, clock: FakeClock, inlet: KeepingInlet) -> None:
    """Everything is read again, and the journal takes none twice."""
    write(path, lines(1))
    await a_source(path, clock).run(inlet, b"rubbish")
    assert inlet.ids == ["1"]


def keep(path: Path, name: str, *ids: object, packed: bool = False) -> None:
    """A file that a rotation put aside, a second younger than the last one."""
    content = lines(*ids)
    aside = path.with_name(name)
    aside.write_bytes(gzip.compress(content) if packed else content)
    seconds = 1_700_000_000 + keep.count  # type: ignore[attr-defined]
    keep.count += 1  # type: ignore[attr-defined]
    os.utime(aside, (seconds, seconds))


keep.count = 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("names", "packed"),
    [
        (("mentions.jsonl.2", "mentions.jsonl.1"), False),
        (("mentions.jsonl.2.gz", "mentions.jsonl.1"), True),
        (("mentions.jsonl-20260301", "mentions.jsonl-20260302"), False),
        (("mentions-20260301.jsonl", "mentions-20260302.jsonl"), False),
    ],
)
async def test_what_stood_unread_at_a_rotation_is_found(
    path: Path, clock: FakeClock, inlet: KeepingInlet, names: tuple[str, str], packed: bool
) -> None:
    """While Sentinel was down: the rest of the file it had read, the one that came and went, and the one there now."""
    write(path, lines(1, 2))
    await a_source(path, clock).run(inlet, None)
    keep(path, names[0].replace("2", "3", 1) if names[0].endswith(".2") else "mentions.jsonl-20260228", 90)
    keep(path, names[0], 1, 2, 3, packed=packed)
    keep(path, names[1], 4, 5)
    write(path, lines(6))
    again = KeepingInlet()
    await a_source(path, clock).run(again, inlet.cursor)
    assert again.ids == ["3", "4", "5", "6"]
    assert again.refusals == []


async def test_a_rotation_that_left_nothing_is_said(path: Path, clock: FakeClock, inlet: KeepingInlet) -> None:
    """With how far it had been read."""
    write(path, lines(1, 2))
    await a_source(path, clock).run(inlet, None)
    write(path, lines(6))
    again = KeepingInlet()
    await a_source(path, clock).run(again, inlet.cursor)
    assert again.ids == ["6"]
    (said,) = again.refusals
    assert f"after byte {len(lines(1, 2))} (line 2)" in said


async def test_an_archive_put_aside_that_is_damaged_is_said(path: Path, clock: FakeClock, inlet: KeepingInlet) -> None:
    """With its size; the others are read."""
    write(path, lines(*range(500)))
    await a_source(path, clock).run(inlet, None)
    keep(path, "mentions.jsonl.1.gz", *range(1000), packed=True)
    packed = path.with_name("mentions.jsonl.1.gz")
    packed.write_bytes(packed.read_bytes()[:-200])
    write(path, lines("new"))
    again = KeepingInlet()
    await a_source(path, clock).run(again, inlet.cursor)
    assert again.ids[-1] == "new"
    assert f"({packed.stat().st_size} bytes) cannot be read to its end" in again.refusals[0]


async def test_two_quick_rotations_lose_nothing(path: Path, clock: FakeClock) -> None:
    """The file in the middle is read too."""
    write(path, lines(1))
    async with following(path, clock) as follow:
        append(path, lines(2))
        path.rename(path.with_name("mentions.jsonl.2"))
        path.with_name("mentions.jsonl.1").write_bytes(lines(3, 4))
        write(path, lines(5))
        await follow.look()
        assert await follow.look() == ["1", "2", "3", "4", "5"]
        assert follow.inlet.refusals == []


async def test_a_file_that_is_copied_and_cut_loses_nothing(path: Path, clock: FakeClock) -> None:
    """What came before the copy and was not read yet stands in the copy."""
    write(path, lines(1))
    async with following(path, clock) as follow:
        path.with_name("mentions.jsonl.1").write_bytes(lines(1, 2, 3))
        write(path, b"")
        append(path, lines(4))
        await follow.look()
        assert await follow.look() == ["1", "2", "3", "4"]
