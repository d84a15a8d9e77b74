"""A real SQLite file for every test of the store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sentinel.store.database import Database
from sentinel.store.journal import Journal
from tests.fakes import FakeClock


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty store on disk."""
    opened = await Database.open(f"sqlite:///{tmp_path}/sentinel.db")
    yield opened
    await opened.close()


@pytest.fixture
def journal(database: Database, clock: FakeClock) -> Journal:
    """An empty journal on a clock that stands still."""
    return Journal(database, clock)
