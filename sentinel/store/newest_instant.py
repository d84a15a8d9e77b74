"""Newest instant that the store knows of: time does not go back behind it, whatever the wall clock says at a start."""

from datetime import datetime

from sqlalchemy import func, select

from sentinel.store.database import Database
from sentinel.store.incidents import IncidentStore
from sentinel.store.schema import EPOCH, checkpoints, from_micros, incidents, journal


async def newest_instant(database: Database) -> datetime:
    """Of the journal's newest entry, the newest checkpoint, the last decision and the last change of an incident."""
    columns = (journal.c.observed_at, checkpoints.c.at, incidents.c.updated_at)
    found = []
    async with database.read() as connection:
        for column in columns:
            found.append((await connection.execute(select(func.max(column)))).scalar())
    applied_at = await IncidentStore(database).applied_at()
    return max((*(from_micros(each) for each in found if each is not None), applied_at or EPOCH))
