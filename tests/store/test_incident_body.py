"""Incidents that an earlier version wrote are read, in every state; what nobody wrote is refused."""

import msgspec
import pytest

from sentinel.incidents.incident import Incident, Ring
from sentinel.scoring.level import Level
from sentinel.store.incident_body import read_incident
from tests.incidents.story import Story


def a_body(**changed: object) -> bytes:
    incident = Story().score(Level.CRISIS).incident
    assert incident is not None
    plain = msgspec.json.decode(msgspec.json.encode(incident))
    return msgspec.json.encode(plain | changed)


def test_a_row_of_today_is_what_was_saved() -> None:
    """With the pages that ring, rung by rung."""
    incident = read_incident(a_body())
    assert incident.ringing == (Ring("ana", 1, 0),)


def test_pages_that_ring_by_contact_alone_are_let_go_of() -> None:
    """The incident stands as it did, and climbs at its own pace."""
    today, earlier = read_incident(a_body()), read_incident(a_body(ringing=["ana", "boss"]))
    assert earlier.ringing == ()
    assert msgspec.structs.replace(today, ringing=()) == earlier


@pytest.mark.parametrize(
    "wrong", [{"ringing": 7}, {"ringing": [{"contact": 1}]}, {"level": "worse"}, {"epoch": "x", "ringing": ["ana"]}]
)
def test_what_no_version_wrote_is_refused(wrong: dict[str, object]) -> None:
    """A damaged row is not guessed at."""
    with pytest.raises(msgspec.ValidationError):
        read_incident(a_body(**wrong))


def test_a_store_without_the_newest_fields_is_read() -> None:
    """What was added since has a default."""
    plain = msgspec.json.decode(a_body())
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
