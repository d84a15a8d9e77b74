"""Incidents as values: what is stored is what comes back."""

import msgspec

from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry
from sentinel.scoring.level import Level
from tests.incidents.story import Story


def test_an_incident_survives_the_store_whole() -> None:
    """JSON and back gives the same incident and timeline, policy and climb included."""
    story = Story().score(Level.CRISIS).wait(12)
    assert story.incident is not None
    assert msgspec.json.decode(msgspec.json.encode(story.incident), type=Incident) == story.incident
    lines = [line for change in story.changes for line in change.timeline]
    assert msgspec.json.decode(msgspec.json.encode(lines), type=list[TimelineEntry]) == lines


def test_events_are_json_with_the_documented_keys() -> None:
    """Common keys are always there; what belongs to another kind of event is left out."""
    story = Story().score(Level.ALERT)
    opened, page = (msgspec.to_builtins(event) for event in story.changes[0].events)
    assert set(opened) == {"event", "at", "brand", "incident", "level", "score", "contributions"}
    assert {key: page[key] for key in ("event", "contact", "step", "kind", "channels")} == {
        "event": "page",
        "contact": "ana",
        "step": 1,
        "kind": "page",
        "channels": ("json",),
    }
