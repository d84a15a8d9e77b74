"""A cluster of tests: a real PostgreSQL, and workers in this process by a clock that stands still."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cluster.workshop import Workshop
from tests.fakes import FakeClock
from tests.postgres import PostgresServer


@pytest.fixture
async def workshop(postgres: PostgresServer, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Workshop]:
    """An empty store divided into four, and nobody who owns any of it."""
    workshop = await Workshop.open(await postgres.empty("cluster"), tmp_path, clock)
    yield workshop
    await workshop.close()
