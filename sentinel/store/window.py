"""Window of the journal: where a time begins in it, for whoever reads only the last weeks of it."""

from datetime import datetime

from sqlalchemy import func, select

from sentinel.store.database import Database
from sentinel.store.of_part import WHOLE, known_to_part
from sentinel.store.schema import journal, to_micros


async def position_before(database: Database, instant: datetime, part: int = WHOLE) -> int:
    """The sequence number after which everything was observed at ``instant`` or later; stamps never fall as numbers
    rise.
    """
    ours = known_to_part(journal.c.part, part)
    first = select(func.min(journal.c.seq)).where(journal.c.observed_at >= to_micros(instant), *ours)
    newest = select(func.coalesce(func.max(journal.c.seq), 0)).where(*ours)
    async with database.read() as connection:
        found: int | None = (await connection.execute(first)).scalar()
        last: int = (await connection.execute(newest)).scalar_one()
    return found - 1 if found is not None else last
