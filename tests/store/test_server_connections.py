"""Connections that a server has for a process, and how one hears that they are too few."""

import pytest

from sentinel.assembly.connections import connections_of, few_connections
from sentinel.assembly.process_roles import PARTS, ProcessRole
from sentinel.config.schema import Config
from sentinel.store.duty_rows import DutyRows
from sentinel.store.partition_rows import PartitionRows
from sentinel.store.postgres import DUTY_POOL, PART_POOL
from sentinel.store.server_connections import ServerConnections
from tests.postgres import SETTINGS, PostgresServer


def a_server(**given: int) -> ServerConnections:
    return ServerConnections(**({"most": 100, "reserved": 3, "of_role": -1, "of_database": -1, "taken": 0} | given))


def a_config(url: str, partitions: int = 4) -> Config:
    return Config.model_validate(
        {"brands": [{"name": "Acme"}], "store": {"url": url}, "cluster": {"partitions": partitions}}
    )


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (a_server(), ""),
        (a_server(most=36, taken=20), ""),
        (
            a_server(most=35),
            "PostgreSQL has 32 connections for Sentinel (max_connections 35 less 3 reserved), and this process may "
            "take 33; set max_connections = 36 or more (docs/postgres.md says how many all processes want)",
        ),
        (a_server(of_role=10), "(the role's CONNECTION LIMIT), and this process may take 33; set ALTER ROLE"),
        (a_server(of_database=10), "(the database's CONNECTION LIMIT)"),
    ],
)
def test_a_server_with_too_few(server: ServerConnections, said: str) -> None:
    """It is named which limit it is, what it is, and what to set."""
    found = server.too_few(33, free=False)
    assert said in found
    assert bool(said) == bool(found)


def test_what_others_have_counts_at_a_start() -> None:
    """A hundred would do, and four processes have most of them."""
    said = a_server(taken=80).too_few(33, free=True)
    assert "97 connections" in said
    assert "of which others have 80 now" in said
    assert "set max_connections = 116" in said


async def test_a_real_server_is_asked(postgres: PostgresServer) -> None:
    """Its own limits, and nothing where it does not answer or is a file."""
    url = await postgres.blank("connections")
    found = await ServerConnections.look(url)
    assert (found.most, found.of_role, found.of_database) == (int(SETTINGS["max_connections"]), -1, -1)
    assert "may take 1000" in await few_connections(a_config(url), 1000, free=True)
    await postgres.ask("connections", "ALTER DATABASE connections CONNECTION LIMIT 7")
    assert "has 7 connections" in await few_connections(a_config(url), connections_of(a_config(url)), free=False)
    assert await few_connections(a_config("postgresql://sentinel@/x?host=/nowhere"), 1000, free=True) == ""
    assert await few_connections(a_config("sqlite:///x.db", 0), 1000, free=True) == ""


@pytest.mark.parametrize(
    ("roles", "most"),
    [(("ingest",), 20), (("web",), 20), (("notify",), 21), (("worker",), 28), (("ingest", "web"), 20), (PARTS, 33)],
)
def test_as_many_as_the_documents_say(roles: tuple[str, ...], most: int) -> None:
    """By role, as docs/postgres.md has them."""
    assert connections_of(a_config("postgresql://x/y"), [ProcessRole(each) for each in roles]) == most


async def test_pools_are_no_larger(postgres: PostgresServer) -> None:
    """What beats takes no more than is counted for it."""
    url = postgres.url("connections")
    duties, parts = DutyRows(url), PartitionRows(url)
    for rows, pool in ((duties, DUTY_POOL), (parts, PART_POOL)):
        engine = rows._engine.pool
        assert (engine.size(), engine._max_overflow) == pool  # type: ignore[attr-defined]
        await rows.close()
