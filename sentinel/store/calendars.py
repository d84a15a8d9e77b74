"""Calendars of events on disk: every version that the journal may be folded with again, and how to ask for the next."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from sentinel.scoring.event_calendar import CalendarVersion
from sentinel.store.database import Database
from sentinel.store.findings import read_each
from sentinel.store.health import StoreFailing
from sentinel.store.schema import calendars, to_micros


class KeptCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a calendar, until when it was read, and what it was served with.

    Parameters
    ----------
    digest
        Of its text and of the zone that it was read in: the same again is no news.
    etag, modified
        Sent back letter by letter.
    """

    version: CalendarVersion
    until: datetime
    digest: str
    etag: str | None = None
    modified: str | None = None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(KeptCalendar).decode


class CalendarStore:
    """Reads and writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, kept: KeptCalendar) -> None:
        """Returns once it is on disk."""
        version = kept.version
        name = sha256(f"{version.calendar}\n{version.since.isoformat()}".encode()).hexdigest()[:32]
        row = {
            "id": name,
            "calendar": version.calendar,
            "since": to_micros(version.since),
            "body": _encode(kept),
        }
        async with self._database.write() as connection:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            statement = dialect.insert(calendars).values(row)
            await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    async def all(self) -> Sequence[KeptCalendar]:
        """Every version, the oldest first."""
        async with self._database.read() as connection:
            query = select(calendars.c.id, calendars.c.body).order_by(calendars.c.since, calendars.c.id)
            rows = (await connection.execute(query)).all()
        damaged = self._database.health.damaged
        return read_each(rows, lambda row: _decode(row.body), lambda row, _: damaged("calendars", row.id))

    async def drop(self, calendar: str, before: datetime) -> None:
        """Let go of one calendar's versions that began before then."""
        with suppress(StoreFailing):  # what is old is kept a while longer on a disk that takes no writes
            async with self._database.write() as connection:
                await connection.execute(
                    delete(calendars).where(calendars.c.calendar == calendar, calendars.c.since < to_micros(before))
                )
