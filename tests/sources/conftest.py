"""A store for sources' tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sentinel.store.database import Database
from sentinel.store.journal import Journal
from tests.fakes import FakeClock
from tests.sources.inlet import KeepingInlet


@pytest.fixture
async def journal(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Journal]:
    """An empty journal on disk."""
    database = await Database.open(f"sqlite:///{tmp_path}/sentinel.db")
    yield Journal(database, clock)
    await database.close()


@pytest.fixture
def inlet() -> KeepingInlet:
    return KeepingInlet()
