"""Scores as they were, in points of five minutes: what the board's lines and an incident's chart are drawn from after a
restart.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from sentinel.store.database import Database
from sentinel.store.health import StoreFailing
from sentinel.store.schema import from_micros, incidents, scores, to_micros

Point = tuple[datetime, float | None]
AROUND = timedelta(hours=24)
"""Kept for good before and after an incident: its chart begins and ends in calm."""


class ScoreStore:
    """Reads and writes points."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, points: Sequence[tuple[str, Point]]) -> None:
        """Points with their brands; a later one of the same slot replaces the earlier."""
        if not points:
            return
        rows = [{"brand": brand, "at": to_micros(at), "score": score} for brand, (at, score) in points]
        async with self._database.write() as connection:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            statement = dialect.insert(scores)
            statement = statement.on_conflict_do_update(
                index_elements=["brand", "at"], set_={"score": statement.excluded.score}
            )
            await connection.execute(statement, rows)

    async def between(self, brand: str, begin: datetime, end: datetime) -> list[Point]:
        """A brand's points of a while, oldest first."""
        query = select(scores.c.at, scores.c.score).where(
            scores.c.brand == brand, scores.c.at.between(to_micros(begin), to_micros(end))
        )
        async with self._database.read() as connection:
            return [(from_micros(row.at), row.score) for row in await connection.execute(query.order_by(scores.c.at))]

    async def since(self, begin: datetime) -> dict[str, list[Point]]:
        """Every brand's points since then, oldest first; in one go, for a query a brand takes too long."""
        query = select(scores.c.brand, scores.c.at, scores.c.score).where(scores.c.at >= to_micros(begin))
        found: dict[str, list[Point]] = {}
        async with self._database.read() as connection:
            for brand, at, score in await connection.execute(query.order_by(scores.c.brand, scores.c.at)):
                found.setdefault(brand, []).append((from_micros(at), score))
        return found

    async def prune(self, before: datetime) -> None:
        """Let go of points older than that, but for those of an incident."""
        around = AROUND // timedelta(microseconds=1)
        own = exists().where(
            incidents.c.brand == scores.c.brand,
            incidents.c.opened_at - around <= scores.c.at,
            incidents.c.updated_at + around >= scores.c.at,
        )
        with suppress(StoreFailing):  # what is old is kept a while longer on a disk that takes no writes
            async with self._database.write() as connection:
                await connection.execute(delete(scores).where(scores.c.at < to_micros(before), ~own))
