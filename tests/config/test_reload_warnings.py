"""What whoever changes the configuration should know: a pager that moves, incidents that are left behind."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sentinel.assembly.build import roster
from sentinel.assembly.reload_warnings import OpenIncident, left_behind, on_call_now, pager_moves
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.errors import ConfigError
from sentinel.scoring.level import Level
from tests.incidents.story import Story

ROTA = """
timezone: Europe/Madrid
brands: [{name: Acme}]
contacts:
  ana: {channels: ["json://127.0.0.1:9/ana"]}
  luis: {channels: ["json://127.0.0.1:9/luis"]}
  marta: {channels: ["json://127.0.0.1:9/marta"]}
  eva: {channels: ["json://127.0.0.1:9/eva"]}
schedules:
  desk:
    layers:
      - {people: [ana, luis, marta], every: week, weekday: mon}
policies:
  default: {steps: [{notify: [desk], after: 0m}], catch_all: [ana]}
"""
LAYER = "      - {people: [ana, luis, marta], every: week, weekday: mon}\n"
WEDNESDAY = datetime(2026, 12, 2, 10, tzinfo=UTC)


def read(folder: Path, text: str) -> Config:
    path = folder / "c.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, {})


def moves(folder: Path, text: str, at: datetime = WEDNESDAY) -> list[str]:
    before = on_call_now(roster(read(folder, ROTA)), at)
    return list(pager_moves(before, on_call_now(roster(read(folder, text)), at)))


def test_another_person_in_the_rotation_moves_the_pager(tmp_path: Path) -> None:
    """Turns are counted from the first one, by the number of people: one more, and somebody else is on call."""
    (said,) = moves(tmp_path, ROTA.replace("luis, marta]", "luis, marta, eva]"))
    assert said.startswith("schedules.desk: on call now changes from ")
    assert moves(tmp_path, ROTA) == []


def test_a_layer_that_begins_later_moves_nothing_until_then(tmp_path: Path) -> None:
    """As docs/oncall.md has it: the rotation with the new person lies over the old one from the next handoff on, and
    its first turn is whose turn it would have been.
    """
    monday = datetime(2026, 12, 7, 12, tzinfo=UTC)
    (following,) = on_call_now(roster(read(tmp_path, ROTA)), monday)["desk"]
    order = {"ana": "ana, luis, marta", "luis": "luis, marta, ana", "marta": "marta, ana, luis"}[following]
    added = LAYER + f'      - {{people: [{order}, eva], every: week, weekday: mon, starts: "2026-12-07"}}\n'
    text = ROTA.replace(LAYER, added)
    assert moves(tmp_path, text) == []
    assert moves(tmp_path, text, monday) == []
    turns = [on_call_now(roster(read(tmp_path, text)), monday + timedelta(weeks=week))["desk"] for week in range(4)]
    assert [person for (person,) in turns] == [*order.split(", "), "eva"]


def test_an_open_incident_is_left_behind(tmp_path: Path) -> None:
    """Its brand is gone, or people of its ladder are; a brand that says what it was called is not gone."""
    incident = Story().score(Level.CRISIS).incident
    assert incident is not None
    known = OpenIncident.of(incident)
    gone, people = left_behind([known], read(tmp_path, ROTA.replace("Acme", "Nube")))
    assert f"'Acme' is no longer in the file and has the open incident {incident.id} (crisis)" in gone
    assert "was: [Acme]" in gone
    assert "would page boss, chief, who" in people
    renamed = read(tmp_path, ROTA.replace("{name: Acme}", "{name: Nube, was: [Acme]}"))
    assert list(left_behind([OpenIncident(id="i", brand="Acme", level="alert")], renamed)) == []


@pytest.mark.parametrize(
    ("brands", "said"),
    [
        ("[{name: Acme}, {name: Nube, was: [Acme]}]", "'Acme' is the name of a brand now"),
        ("[{name: Nube, was: [Old]}, {name: Cielo, was: [Old]}]", "'Old' was 'Nube' already"),
    ],
)
def test_a_past_that_cannot_be(tmp_path: Path, brands: str, said: str) -> None:
    """A brand of the file is nobody's earlier name, and one earlier name is one brand's."""
    with pytest.raises(ConfigError, match=said):
        read(tmp_path, ROTA.replace("[{name: Acme}]", brands))
