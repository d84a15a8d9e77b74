"""Drawings and words: a day as a line with honest gaps, ages and instants as people say them."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.scoring.level import Level
from sentinel.web.pages.history import line
from sentinel.web.pages.sparkline import sparkline
from sentinel.web.pages.words import Words
from tests.fakes import START
from tests.web.stand import a_config

MINUTE = timedelta(minutes=1)


def test_an_empty_history_draws_nothing() -> None:
    """No line at zero where nothing is known."""
    drawn = sparkline((), START)
    assert (drawn.line, drawn.area, drawn.unknown, drawn.tip, drawn.high) == ("", "", (), None, None)


def test_the_unknown_is_a_gap_and_never_a_line() -> None:
    """Known, blind for an hour, known again: two pieces and one shaded stretch."""
    history = [(START - MINUTE * m, None if 60 <= m < 120 else 20.0) for m in range(180, -1, -3)]
    drawn = sparkline(history, START)
    assert drawn.line.count("M") == 2
    assert drawn.area.count("Z") == 2
    assert len(drawn.unknown) == 1
    x, width = drawn.unknown[0]
    assert abs(x - (240 - 20)) <= 1.1
    assert abs(width - 10) <= 1.1


def test_the_peak_of_six_minutes_is_what_is_drawn() -> None:
    """A spike between two drawn points shows."""
    drawn = sparkline([(START - 2 * MINUTE, 10.0), (START - MINUTE, 90.0), (START, 12.0)], START)
    assert (drawn.low, drawn.high) == (90.0, 90.0)
    assert drawn.tip is not None
    assert drawn.line.startswith("M239 8.4L")


def test_what_is_outside_the_day_or_off_the_scale_stays_off_the_page() -> None:
    """Old points, points from the future, scores beyond 0 to 100."""
    drawn = sparkline(
        [(START - timedelta(days=3), 50.0), (START - MINUTE, 400.0), (START + timedelta(hours=1), 5.0)], START
    )
    assert drawn.line.startswith("M239 3L")
    assert drawn.unknown == ()


def test_instants_and_ages_in_both_languages() -> None:
    """In the reader's zone, with the day when it is another."""
    es, en = (Words(language, ZoneInfo("Europe/Madrid"), START) for language in ("es", "en"))
    assert es.clock(START) == "10:00"
    assert es.clock(START - timedelta(days=2)) == "10:00 del 28 feb"
    assert en.clock(START - timedelta(days=2)) == "10:00 on 28 Feb"
    assert (es.ago(START - timedelta(minutes=5)), en.ago(START - timedelta(days=2))) == ("hace 5 min", "2 d ago")
    assert es.full(START) == "2026-03-02 10:00:00 CET"
    assert es.word("signal", "my_plugin") == "my plugin"


@pytest.mark.parametrize("seconds", [0, 1, 29, 59, 60, 119, 3599, 3600])
def test_an_age_is_never_none_of_its_unit(seconds: int) -> None:
    """Less than a minute is told in seconds, less than an hour in minutes: «hace 0 min» says nothing."""
    said = Words("es", ZoneInfo("Europe/Madrid"), START).ago(START - timedelta(seconds=seconds))
    assert re.fullmatch(r"hace (0 s|[1-9]\d* (s|min|h))", said), said


def test_every_kind_of_timeline_line_can_be_said_in_both_languages() -> None:
    """Whatever happened, and for whatever reason."""
    for language in ("es", "en"):
        words = Words(language, ZoneInfo("UTC"), START)
        for what in What:
            for step in (0, 2):
                entry = TimelineEntry(at=START, what=what, why=Why.SCORE, level=Level.ALERT, step=step)
                assert line(entry, a_config(), words).text
        for why in Why:
            said = line(
                TimelineEntry(at=START, what=What.PAGE, why=why, level=Level.ALERT, contact="ana"), a_config(), words
            )
            assert said.why != why.value.replace("_", " ") or language == "en"
            assert "Ana" in said.text
