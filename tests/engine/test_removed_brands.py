"""Brands that vanish from the configuration: an open incident is paged on until somebody takes or resolves it, and a
brand with a new name goes on as it was.
"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sentinel.engine.engine import Engine
from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change, NoticeKind
from sentinel.incidents.command import Action, Command, Refusal
from sentinel.incidents.incident import Incident, State
from tests.daemon.setups import CONFIG, a_setup, an_engine
from tests.engine.test_engine import STORM, fold_all
from tests.fakes import START

WITHOUT = CONFIG.replace('  - {name: Acme, match: {any: ["acme", "@acme"]}}\n', "")
RENAMED = CONFIG.replace("{name: Acme, match", "{name: Acme Plus, was: [Acme], match")
LATER = STORM[-1].published_at + timedelta(minutes=1)


def paged(changes: list[Change]) -> list[str]:
    return [each.contact for change in changes for each in change.notices if each.kind is NoticeKind.PAGE]


def look(engine: Engine, until: datetime) -> list[Change]:
    """The engine is asked whenever it wants to be."""
    done: list[Change] = []
    while (due := engine.due()) is not None and due <= until:
        done += engine.assess(due)
    return done


def opened(engine: Engine) -> Incident:
    incident = engine.brands[0].incident
    assert incident is not None
    assert incident.live
    return incident


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """After a storm: Acme has an open incident, and Ana was paged."""
    engine = an_engine(tmp_path)
    fold_all(engine, STORM)
    return engine


def test_an_incident_without_a_brand_climbs_on(engine: Engine, tmp_path: Path) -> None:
    """Acme is removed: the boss is paged all the same, by the policy that was copied; whoever takes it ends that, and
    whoever resolves it ends it.
    """
    incident = opened(engine)
    engine.reconfigure(a_setup(tmp_path, WITHOUT), LATER)
    assert [each.id for each in engine.live_incidents()] == [incident.id]
    assert "boss" in paged(look(engine, LATER + timedelta(minutes=30)))
    taken = engine.command(Command(incident=incident.id, action=Action.ACKNOWLEDGE, by="boss"), LATER)
    assert isinstance(taken, Change)
    assert taken.incident.state is State.ACKNOWLEDGED
    assert paged(look(engine, LATER + timedelta(minutes=20))) == []
    over = engine.command(Command(incident=incident.id, action=Action.RESOLVE, by="boss"), LATER)
    assert isinstance(over, Change)
    assert over.incident.state is State.RESOLVED
    look(engine, LATER + timedelta(hours=5))
    assert engine.incident(incident.id) is None
    assert engine.due() is None or engine.due() > LATER + timedelta(hours=5)


def test_after_a_restart_it_climbs_on_as_well(engine: Engine, tmp_path: Path) -> None:
    """The daemon starts without the brand: what the store holds is taken up."""
    incident = opened(engine)
    again = an_engine(tmp_path, WITHOUT)
    again.adopt([incident])
    assert "boss" in paged(look(again, LATER + timedelta(minutes=30)))
    refused = again.command(Command(incident="nobody", action=Action.RESOLVE, by="boss"), LATER)
    assert refused is Refusal.UNKNOWN


def test_a_brand_that_is_put_back_has_its_incident_again(engine: Engine, tmp_path: Path) -> None:
    """Removed by mistake and put back a minute later: the same incident, once."""
    incident = opened(engine)
    engine.reconfigure(a_setup(tmp_path, WITHOUT), LATER)
    engine.reconfigure(a_setup(tmp_path), LATER + timedelta(minutes=1))
    assert engine.removed.incidents == {}
    assert opened(engine).id == incident.id


def test_a_brand_with_a_new_name_goes_on(engine: Engine, tmp_path: Path) -> None:
    """Its incident, its climb and what it learnt; also from a checkpoint of the old name."""
    incident, seen = opened(engine), engine.brands[0].watch.snapshot()
    plain = engine.snapshot()
    end = LATER + timedelta(hours=1)
    silence = Silence(id="s", brands=("Acme",), starts_at=START, ends_at=end, by="ana", reason=None, made_at=START)
    engine.set_silences((silence,), LATER)
    engine.reconfigure(a_setup(tmp_path, RENAMED), LATER)
    assert (opened(engine).id, opened(engine).brand) == (incident.id, "Acme Plus")
    assert engine.brands[0].watch.snapshot() == seen
    assert engine.removed.incidents == {}
    assert engine.calendar.silence("Acme Plus", LATER) is not None
    engine.set_silences((), LATER)
    assert {change.incident.brand for change in look(engine, LATER + timedelta(minutes=30))} == {"Acme Plus"}
    again = an_engine(tmp_path, RENAMED)
    again.restore(plain)
    assert again.brands[0].watch.snapshot() == seen
