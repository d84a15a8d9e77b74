"""The chart: small, in the reader's language, never in a page's way."""

import asyncio
import struct
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import sentinel.daemon.charts as charts
from sentinel.daemon.charts import BoardCharts
from sentinel.engine.board import Board, BrandCard
from sentinel.incidents.incident import Incident
from sentinel.notify.chart import ChartFacts, a_sample, draw
from sentinel.scoring.level import Level
from sentinel.scoring.thresholds import Thresholds
from tests.fakes import START
from tests.incidents.story import Story

DAY = a_sample("Acme", "es", START)


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and the raw rows: enough to tell pictures apart without a library."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, packed, size = 8, b"", (0, 0)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        chunk = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            size = struct.unpack(">II", chunk[:8])
        if kind == b"IDAT":
            packed += chunk
        at += length + 12
    return *size, zlib.decompress(packed)


def test_small_and_sharp() -> None:
    """Some forty kilobytes, wide as a phone's screen, the same for the same facts."""
    width, height, _ = pixels(draw(DAY))
    assert (width, height) == (1080, 450)
    assert len(draw(DAY)) < 60_000
    assert draw(DAY) == draw(DAY)


def test_it_says_what_it_shows() -> None:
    """Language, thresholds, gaps and contributions each change the picture."""
    gap = [(at, None if 30 < place < 50 else score) for place, (at, score) in enumerate(DAY.line)]
    pictures = [
        draw(each)
        for each in (
            DAY,
            replace(DAY, language="en"),
            replace(DAY, thresholds=Thresholds(30.0, 60.0, 80.0)),
            replace(DAY, line=gap),
            replace(DAY, contributions={"volume": 84.0}),
            replace(DAY, score=None),
        )
    ]
    assert len({pixels(each) for each in pictures}) == len(pictures)


@pytest.mark.parametrize(
    "odd",
    [
        replace(DAY, line=[]),
        replace(DAY, line=DAY.line[:1]),
        replace(DAY, line=[(at, None) for at, _ in DAY.line]),
        replace(DAY, contributions={}, score=None),
        replace(DAY, brand="A$AP_{x}$ \\frac 🔥 日本 <b>"),
        replace(DAY, brand="x" * 80),
        replace(DAY, contributions={"somebody_elses_$signal$": 90.0, **{f"s{n}": 1.0 for n in range(20)}}),
        replace(DAY, level=Level.CALM),
    ],
)
def test_whatever_there_is_to_draw(odd: ChartFacts) -> None:
    """Nothing yet, one point, unknown all along, names that look like markup or have no sign in the font: drawn,
    without a warning.
    """
    assert len(draw(odd)) < 60_000


def a_board(incident: Incident | None) -> Board:
    card = BrandCard(name="Acme", assessment=None, incident=incident, blind=(), history=tuple(DAY.line))
    return Board(at=START, brands=(card,), sources=(), queue=0)


@pytest.fixture
def incident() -> Incident:
    story = Story().score(Level.CRISIS)
    assert story.incident is not None
    return story.incident


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Drawing waits for it."""
    gate = threading.Event()

    def slow(facts: ChartFacts) -> bytes:
        gate.wait(20)
        return draw(facts)

    monkeypatch.setattr(charts, "draw", slow)
    yield gate
    gate.set()


def board_charts(incident: Incident | None, patience: float = 20.0) -> BoardCharts:
    return BoardCharts(lambda: a_board(incident), {"Acme": Thresholds()}.get, lambda: START.tzinfo, patience=patience)


async def test_of_the_board(incident: Incident) -> None:
    """Once warm, an incident on the board has a chart in each language; others have none."""
    board = board_charts(incident)
    assert await board.of(incident.id, "es") is None
    await board.warm()
    spanish, english = await board.of(incident.id, "es"), await board.of(incident.id, "en")
    assert spanish is not None
    assert english is not None
    assert spanish != english
    assert await board.of(incident.id, "es") is spanish
    assert await board.of("other", "es") is None
    assert board.missed == 1


async def test_a_slow_drawing_is_not_waited_for(incident: Incident, gate: threading.Event) -> None:
    """The page goes without, and so do those behind it in the queue; it is counted."""
    board = board_charts(incident, patience=0.05)
    gate.set()
    await board.warm()
    gate.clear()
    async with asyncio.timeout(10):
        assert await board.of(incident.id, "es") is None
        async with asyncio.TaskGroup() as tasks:
            waiting = [
                tasks.create_task(board.of(incident.id, language), name=language) for language in ("es", "en", "es")
            ]
    assert [each.result() for each in waiting] == [None] * 3
    assert board.missed == 4


async def test_a_drawing_that_fails(incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that cannot be drawn is only a picture."""
    board = board_charts(incident)
    await board.warm()

    def broken(facts: ChartFacts) -> bytes:
        raise MemoryError

    monkeypatch.setattr(charts, "draw", broken)
    assert await board.of(incident.id, "es") is None
    assert board.missed == 1


async def test_a_machine_that_cannot_draw(incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    """No font, no room: pages have no chart, and nothing else is different."""

    def broken(facts: ChartFacts) -> bytes:
        raise ImportError

    monkeypatch.setattr(charts, "draw", broken)
    board = board_charts(incident)
    await board.warm()
    assert await board.of(incident.id, "es") is None


def test_matplotlib_is_not_imported_until_something_is_drawn() -> None:
    """It takes seconds on a small machine; every command would pay for it."""
    import subprocess
    import sys

    code = "import sys, sentinel.cli.main, sentinel.assembly.app; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_the_day_of_a_sample() -> None:
    """It ends now."""
    assert DAY.line[-1][0] == START
    assert DAY.line[-1][0] - DAY.line[0][0] < timedelta(days=1)
