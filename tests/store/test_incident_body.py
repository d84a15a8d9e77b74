"""Incidents that an earlier version wrote are read, in every state; what nobody wrote is refused."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from sentinel.incidents.incident import Incident, OpenPage
from sentinel.scoring.level import Level
from sentinel.store.incident_body import read_incident, write_incident
from tests.incidents.story import Story
from tests.store.incident_stories import STORIES, told

EARLIER = Path(__file__).parent / "earlier" / "incidents_4.jsonl"
"""What the release whose store had version 4 wrote of each story: bodies in which every detail was a field."""


def an_incident() -> Incident:
    incident = Story().score(Level.CRISIS).incident
    assert incident is not None
    return incident


def earlier() -> dict[str, dict[str, Any]]:
    lines = [msgspec.json.decode(line) for line in EARLIER.read_bytes().splitlines()]
    return {line["story"]: line["body"] for line in lines}


def flat(story: str = "paged", **changed: object) -> bytes:
    return msgspec.json.encode(earlier()[story] | changed)


@pytest.mark.parametrize("story", STORIES)
def test_a_row_of_today_is_what_was_saved(story: str) -> None:
    """With the pages that ring, step by step."""
    incident = told()[story]
    assert read_incident(write_incident(incident)) == incident
    assert read_incident(write_incident(an_incident())).ringing == (OpenPage("ana", 1, 0),)


@pytest.mark.parametrize("story", STORIES)
def test_a_row_of_the_last_release_is_the_same_incident(story: str) -> None:
    """Whatever state it was left in: acknowledged, snoozed, silenced, flapping, judged, over; where a climb was when
    the level fell was not written.
    """
    assert read_incident(flat(story)) == msgspec.structs.replace(told()[story], paused=None)


def test_pages_that_ring_by_contact_alone_are_let_go_of() -> None:
    """The incident stands as it did, and climbs at its own pace."""
    today, before = read_incident(flat()), read_incident(flat(ringing=["ana", "boss"]))
    assert before.ringing == ()
    assert msgspec.structs.replace(today, ringing=()) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"ringing": 7},
        {"ringing": [{"contact": 1}]},
        {"level": "worse"},
        {"epoch": "x", "ringing": ["ana"]},
        {"acknowledged_by": 7},
        {"snoozed_until": "soon"},
        {"form": 3},
    ],
)
def test_what_no_version_wrote_is_refused(wrong: dict[str, object]) -> None:
    """A damaged row is not guessed at, nor one that a later version wrote."""
    with pytest.raises(msgspec.ValidationError):
        read_incident(flat(**wrong))
    with pytest.raises(msgspec.ValidationError):
        read_incident(write_incident(an_incident()).replace(b'"epoch":1', b'"epoch":"x"'))


def test_a_store_without_the_newest_fields_is_read() -> None:
    """What was added since has a default."""
    plain = msgspec.json.decode(flat())
    for added in (
        "judged_by",
        "judged_at",
        "replied_by",
        "replied_at",
        "ringing",
        "authorities",
        "campaign",
        "drill",
        "defied",
    ):
        plain.pop(added)
    assert isinstance(read_incident(msgspec.json.encode(plain)), Incident)
