"""A real database for every test of the store: a SQLite file, and PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.journal import Journal
from tests.fakes import FakeClock
from tests.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgres"])
async def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store as ``store.url`` names it, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/sentinel.db"
    return await cast(PostgresServer, request.getfixturevalue("postgres")).empty("store")


@pytest.fixture
async def database(store_url: str, clock: FakeClock) -> AsyncIterator[Database]:
    """An empty store."""
    opened = await Database.open(store_url, StoreHealth(clock))
    yield opened
    await opened.close()


@pytest.fixture
def journal(database: Database, clock: FakeClock) -> Journal:
    """An empty journal on a clock that stands still."""
    return Journal(database, clock)
