"""Brands' days in figures, which outlive the mentions they were counted from; and how far the journal is counted, in
one transaction.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.reports.day import BrandDay
from sentinel.store.database import Database
from sentinel.store.facts import fact, put_fact
from sentinel.store.group import LOOKUP, Key
from sentinel.store.heard_mention import HeardMention
from sentinel.store.mention_index import forget_taken_back, still_there, write_heard
from sentinel.store.schema import brand_days, from_micros, journal

COUNTED = "brand_days_counted"
_encode = msgspec.msgpack.Encoder().encode
_decode_day = msgspec.msgpack.Decoder(BrandDay).decode


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How far the journal is counted.

    ``shape`` names the brands and the zone by which it was; when they change, the days that the journal still holds
    whole are counted anew. While that goes on, up to the entry ``until``, what happened before the day ``floor`` is
    counted already.
    """

    seq: int = 0
    shape: str = ""
    floor: date | None = None
    until: int = 0


_decode_counted = msgspec.json.Decoder(Counted).decode


class RollupStore:
    """Reads and writes brands' days."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counted(self) -> Counted:
        """How far the journal is counted; from its beginning when it never was."""
        async with self._database.read() as connection:
            value = await fact(connection, COUNTED)
        return _decode_counted(value) if value is not None else Counted()

    async def add(
        self,
        days: Sequence[BrandDay],
        counted: Counted,
        heard: Sequence[HeardMention] = (),
        taken_back: Sequence[Key] = (),
    ) -> list[HeardMention]:
        """Add these to the days that are there, write down what was heard of which mention, let go of what was taken
        back, and remember how far that is: all or nothing. Gives what was heard and is still there.
        """
        async with self._database.write() as connection:
            there = await still_there(connection, heard)
            await write_heard(connection, there)
            await forget_taken_back(connection, taken_back)
            known = await _known(connection, days)
            await _put(connection, [known[key].plus(day) if (key := _key(day)) in known else day for day in days])
            await put_fact(connection, COUNTED, msgspec.json.encode(counted).decode())
        gone = set(taken_back)
        return [each for each in there if each.mention.key not in gone]

    async def begin_anew(self, floor: date, counted: Counted) -> None:
        """Forget the days from ``floor`` on: they are counted again from ``counted``."""
        async with self._database.write() as connection:
            await connection.execute(delete(brand_days).where(brand_days.c.day >= floor.isoformat()))
            await put_fact(connection, COUNTED, msgspec.json.encode(counted).decode())

    async def days(self, first: date, last: date) -> list[BrandDay]:
        """Every brand's, both ends included, the oldest first."""
        span = (brand_days.c.day >= first.isoformat()) & (brand_days.c.day <= last.isoformat())
        query = select(brand_days.c.body).where(span).order_by(brand_days.c.day, brand_days.c.brand)
        async with self._database.read() as connection:
            return [_decode_day(body) for body in (await connection.execute(query)).scalars()]

    async def first_day(self) -> date | None:
        """The oldest day there is."""
        async with self._database.read() as connection:
            oldest = (await connection.execute(select(func.min(brand_days.c.day)))).scalar()
        return date.fromisoformat(oldest) if oldest is not None else None

    async def oldest_mention(self) -> tuple[int, datetime] | None:
        """Number and instant of the oldest entry that the journal still holds."""
        query = select(journal.c.seq, journal.c.observed_at).order_by(journal.c.seq).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return (row.seq, from_micros(row.observed_at)) if row is not None else None

    async def prune(self, before: date, nameless_before: date) -> None:
        """Forget the days before ``before``, and the accounts of those before ``nameless_before``."""
        async with self._database.write() as connection:
            await connection.execute(delete(brand_days).where(brand_days.c.day < before.isoformat()))
            old = select(brand_days.c.body).where(
                brand_days.c.day < nameless_before.isoformat(), brand_days.c.named == 1
            )
            bodies = (await connection.execute(old)).scalars().all()
            await _put(connection, [msgspec.structs.replace(_decode_day(body), authors=()) for body in bodies])


def _key(day: BrandDay) -> tuple[str, str]:
    return day.brand, day.day.isoformat()


async def _known(connection: AsyncConnection, days: Sequence[BrandDay]) -> dict[tuple[str, str], BrandDay]:
    """What stands of these brands' days."""
    known: dict[tuple[str, str], BrandDay] = {}
    for date_, of_date in groupby(sorted(days, key=lambda day: day.day), key=lambda day: day.day):
        brands = [day.brand for day in of_date]
        for start in range(0, len(brands), LOOKUP):
            where = (brand_days.c.day == date_.isoformat()) & brand_days.c.brand.in_(brands[start : start + LOOKUP])
            bodies = (await connection.execute(select(brand_days.c.body).where(where))).scalars()
            known |= {_key(day): day for day in map(_decode_day, bodies)}
    return known


async def _put(connection: AsyncConnection, days: Sequence[BrandDay]) -> None:
    """These stand from now on, each brand and day once."""
    if days:
        rows = [
            {"brand": day.brand, "day": day.day.isoformat(), "named": int(bool(day.authors)), "body": _encode(day)}
            for day in days
        ]
        await connection.execute(_PUT[connection.dialect.name], rows)


_PUT = {
    dialect: statement.on_conflict_do_update(
        index_elements=["brand", "day"], set_={"named": statement.excluded.named, "body": statement.excluded.body}
    )
    for dialect, statement in (("sqlite", sqlite.insert(brand_days)), ("postgresql", postgresql.insert(brand_days)))
}
