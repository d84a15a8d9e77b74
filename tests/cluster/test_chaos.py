"""A short run of the chaos, so that the program which makes it for an hour stays alive, and what it judges by."""

import gc
from pathlib import Path

import pytest

from tests.cluster.chaos import play
from tests.cluster.judged import Row, judged
from tests.cluster.nats_servers import NatsServers
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
