"""A short run of the chaos, so that the program which makes it for an hour stays alive, and what it judges by."""

import gc
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sentinel.escalation.policy import Policy, Step
from sentinel.incidents.incident import Acknowledgement, Incident, State
from sentinel.incidents.timeline import What
from sentinel.scoring.level import Level
from tests.cluster.chaos import play
from tests.cluster.judged import Row, judged
from tests.cluster.ladders import Page, judged_ladders
from tests.cluster.nats_servers import NatsServers
from tests.fakes import START
from tests.postgres import PostgresServer

ROUNDS = 2


@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # connections of what was killed
async def test_two_rounds(postgres: PostgresServer, tmp_path: Path) -> None:
    """Two faults, drawn: everything accepted is committed once, in order."""
    servers = NatsServers.begin()
    try:
        chaos, wrong = await play(servers, postgres, tmp_path, 7, ROUNDS, print)
    finally:
        servers.end()
        gc.collect()  # here, and not in whatever test comes next
    assert wrong == []
    assert chaos.rounds == ROUNDS


def rows(*ids: str) -> list[Row]:
    return [Row(0, id) for id in ids]


@pytest.mark.parametrize(
    ("committed", "told"),
    [
        (rows("a/1", "a/2", "b/1"), []),
        (rows("a/1", "b/1"), ["1 accepted mentions are not committed, such as a/2"]),
        (rows("a/1", "a/2", "b/1", "b/1"), ["1 mentions are committed more than once", "b: 1 was committed after 1"]),
        (rows("a/2", "b/1", "a/1"), ["a: 1 was committed after 2"]),
        (rows("a/1", "a/2", "b/1", "a/3"), []),
        (rows("a/1", "a/2", "b/1", "c/1"), ["1 committed mentions were never published, such as c/1"]),
        ([*rows("a/1", "b/1"), Row(1, "a/2")], ["a is in more than one partition"]),
    ],
)
def test_what_is_not_kept_is_told(committed: list[Row], told: list[str]) -> None:
    """``a/3`` was published without an answer: it may be there."""
    found = judged({"a/1", "a/2", "b/1"}, {"a/3"}, committed)
    assert len(found) == len(told)
    assert all(said.startswith(each) for said, each in zip(found, told, strict=True))


SECONDS = timedelta(seconds=1)
STEPS = (Step(notify=("ana",), after=0 * SECONDS), Step(notify=("boss",), after=20 * SECONDS))
POLICY = Policy(name="x", steps=STEPS, repeat=0, repeat_after=60 * SECONDS, crisis_pace=1, catch_all=())
BOTH = [Page("1", 0, 1, "ana"), Page("1", 0, 2, "boss")]
TAKEN = (What.OPENED, What.PAGE, What.PAGE, What.ACKNOWLEDGED, What.UPDATE)


def a_drill(acknowledged_at: datetime | None = None, state: State = State.OPEN) -> Incident:
    return Incident(
        id="1",
        brand="Acme",
        state=state,
        level=Level.ALERT,
        peak_level=Level.ALERT,
        score=70,
        peak_score=70,
        contributions={},
        opened_at=START,
        updated_at=START,
        policy=POLICY,
        drill=True,
        acknowledgement=Acknowledgement(by="ana", at=acknowledged_at) if acknowledged_at else None,
    )


def told_of(
    drill: Incident, pages: Sequence[Page], since: Mapping[str, datetime], lines: Sequence[What] = TAKEN
) -> list[str]:
    return judged_ladders([drill], pages, since, [], {"1": lines}, START + 100 * SECONDS)


def test_a_ladder_that_is_kept() -> None:
    """Open with both steps paged; acknowledged with the one that was due long enough before; ended meanwhile."""
    at = START + 45 * SECONDS
    assert told_of(a_drill(), BOTH, {}) == []
    assert told_of(a_drill(at, State.ACKNOWLEDGED), BOTH[:1], {"1": at}) == []
    assert told_of(a_drill(at, State.RESOLVED), BOTH, {}) == [], "whoever asked was not told, and it was done"


def test_a_ladder_that_is_not_kept() -> None:
    """A step missing, one paged twice, an acknowledgement lost, overwritten or paged on."""
    at = START + 45 * SECONDS
    kept = a_drill(at, State.ACKNOWLEDGED)
    assert "(0, 2, 'boss') was due" in told_of(a_drill(), BOTH[:1], {})[0]
    assert "was paged 2 times" in told_of(a_drill(), [*BOTH, BOTH[0]], {})[0]
    assert "and is open" in told_of(a_drill(), BOTH, {"1": at})[0]
    assert "now at" in told_of(kept, BOTH, {"1": at - SECONDS})[0]
    assert "paged after" in told_of(kept, BOTH, {"1": at}, (*TAKEN, What.PAGE))[0]
    assert "2 times by its timeline" in told_of(kept, BOTH, {"1": at}, (*TAKEN, What.ACKNOWLEDGED))[0]
    assert "is not there" in judged_ladders([], [], {"1": at}, [], {}, at)[0]
