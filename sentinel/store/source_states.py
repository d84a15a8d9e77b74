"""Rows of how sources are, as the processes see them that listen; and who wants one of them to begin anew."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from sentinel.store.database import Database
from sentinel.store.facts import fact
from sentinel.store.part_tables import processes, source_resets, source_states


class SourceLook(NamedTuple):
    """All that is seen at once."""

    states: Mapping[str, Mapping[str, str]]
    """By source, by process."""
    resets: Collection[tuple[str, str]]
    """Sources to begin anew, each with its part."""
    told: str | None
    """The fact of what people were told."""


class SourceStateRows:
    """Those of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, told: str) -> SourceLook:
        """As they stand; ``told`` names the fact to be read along.

        Raises
        ------
        StoreFailing
            When the store cannot be read.
        """
        states: dict[str, dict[str, str]] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(select(source_states)):
                states.setdefault(row.source, {})[row.process] = row.body
            resets = [(row.source, row.part) for row in await connection.execute(select(source_resets))]
            return SourceLook(states, resets, await fact(connection, told))

    async def put(self, process: str, states: Mapping[str, str]) -> None:
        """How these are now; whoever is gone says nothing any more.

        Raises
        ------
        StoreFailing
            When the store does not take it.
        """
        rows = [{"source": source, "process": process, "body": body} for source, body in states.items()]
        async with self._database.write() as connection:
            made = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(source_states)
            put = made.on_conflict_do_update(index_elements=["source", "process"], set_={"body": made.excluded.body})
            await connection.execute(put, rows)
            gone = source_states.c.process.not_in(select(processes.c.id))
            await connection.execute(delete(source_states).where(gone, source_states.c.process != process))

    async def ask_anew(self, source: str, part: str) -> None:
        """Have whoever listens to a source begin anew.

        Raises
        ------
        StoreFailing
            When the store does not take it.
        """
        asked = (source_resets.c.source == source, source_resets.c.part == part)
        async with self._database.write() as connection:
            await connection.execute(delete(source_resets).where(*asked))
            await connection.execute(insert(source_resets).values(source=source, part=part))

    async def began_anew(self, source: str, part: str) -> None:
        """It did."""
        asked = (source_resets.c.source == source, source_resets.c.part == part)
        async with self._database.write() as connection:
            await connection.execute(delete(source_resets).where(*asked))
