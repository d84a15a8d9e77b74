"""Carrying: what takes mentions from the front to the workers of a cluster, for as long as a process runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sentinel.clock import Clock
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.table_carrier import TableCarrier
from sentinel.store.database import Database


@asynccontextmanager
async def carrying(database: Database, clock: Clock) -> AsyncIterator[Carrier]:
    """A table of the store."""
    yield TableCarrier(database, clock)
