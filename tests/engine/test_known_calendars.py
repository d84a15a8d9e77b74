"""Calendars of events that change while the fold runs: the same again when the journal is folded anew."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.assembly.event_calendars import with_files
from sentinel.calendars.read_calendar import UnreadableCalendar
from sentinel.config.loader import load
from sentinel.engine.engine import Engine
from sentinel.engine.fold import Fold
from sentinel.incidents.change import Change
from sentinel.scoring.event_calendar import CalendarVersion
from sentinel.sentiment.seed import load_seed
from sentinel.signals.known_event import KnownEvent
from tests.daemon.setups import CONFIG, a_setup
from tests.engine.test_engine import STORM, told
from tests.fakes import START

HOUR = timedelta(hours=1)
FOLLOWED = CONFIG + "calendars: [{name: club, address: 'https://club.example/x.ics', brands: [Acme]}]\n"
ICS = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Copa\r\nDTSTART:{at:%Y%m%dT%H%M%SZ}\r\nDURATION:PT2H\r\n"
ICS += "END:VEVENT\r\nEND:VCALENDAR\r\n"


def version(since: datetime, name: str, hours: float) -> CalendarVersion:
    at = START + timedelta(hours=hours)
    event = KnownEvent(calendar="club", name=name, starts_at=at, ends_at=at + 2 * HOUR)
    return CalendarVersion(calendar="club", since=since, events=(event,))


VERSIONS = (version(START - 20 * HOUR, "Copa", -10), version(START - HOUR / 6, "Gala", -0.2))
"""The second comes to be known in the middle of the storm."""


def folded(engine: Engine, versions: tuple[CalendarVersion, ...]) -> list[tuple[datetime, list[Change]]]:
    """As the daemon does: each version is told when it comes to be known."""
    fold, done, waiting = Fold(engine, engine.setup.tick), [], list(versions)
    for mention in STORM:
        while waiting and waiting[0].since <= mention.published_at:
            done += fold.before(waiting[0].since)
            engine.set_calendars((*engine.calendars.versions, waiting[0]), waiting.pop(0).since)
        done += fold.before(mention.published_at)
        engine.observe(mention, mention.published_at)
    return [*done, *fold.through(START + engine.setup.tick)]


def test_a_calendar_that_changes_is_folded_again_as_it_was(tmp_path: Path) -> None:
    """Decisions and everything learnt are the same to the byte, whether versions come one by one or are all known."""
    setup = a_setup(tmp_path, FOLLOWED)
    live = Engine(setup, load_seed())
    again = Engine(replace(setup, calendar_versions=VERSIONS), load_seed())
    decided = told(folded(live, VERSIONS))
    assert decided == told(folded(again, ()))
    assert any(b'"calendar":0.0' in each for each in decided)
    assert msgspec.msgpack.encode(live.snapshot()) == msgspec.msgpack.encode(again.snapshot())


def test_events_concern_the_brands_of_their_calendar(tmp_path: Path) -> None:
    """While the match is on Acme says so, Zeta does not; at its edges both are looked at as they would be."""
    engine = Engine(replace(a_setup(tmp_path, FOLLOWED), calendar_versions=VERSIONS), load_seed())
    acme, zeta = (state.watch.events for state in engine.brands)
    assert acme.next_edge(START - 12 * HOUR) == START - 11 * HOUR
    assert zeta.next_edge(START - 12 * HOUR) is None


def test_a_recording_is_folded_with_a_calendar_in_a_file(tmp_path: Path) -> None:
    """Its event is known at all times; a file that is missing is named."""
    path = tmp_path / "c.yaml"
    path.write_text(CONFIG + f"calendars: [{{name: club, file: '{tmp_path}/x.ics'}}]\n", encoding="utf-8")
    config, setup = (
        load(path, {}),
        a_setup(tmp_path, CONFIG + f"calendars: [{{name: club, file: '{tmp_path}/x.ics'}}]\n"),
    )
    with pytest.raises(UnreadableCalendar, match=r"calendar 'club': '.*x\.ics' cannot be read"):
        with_files(setup, config)
    (tmp_path / "x.ics").write_text(ICS.format(at=START - HOUR), encoding="utf-8")
    decided = told(folded(Engine(with_files(setup, config), load_seed()), ()))
    assert any(b'"calendar":0.0' in each for each in decided)
