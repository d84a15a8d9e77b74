"""Boards of partitions: what each owner made of its brands last, for whoever shows them without folding anything."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from sentinel.scoring.assessment import Assessment
from sentinel.store.database import Database
from sentinel.store.findings import ODD
from sentinel.store.of_part import in_parts_since
from sentinel.store.part_tables import boards
from sentinel.store.schema import from_micros, to_micros

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """How a partition is, by its owner's word at ``at``: when it last ticked and wrote its state down, how many entries
    wait.
    """

    part: int
    at: datetime
    ticked_at: datetime | None
    checkpointed_at: datetime | None
    queue: int
    passed_over: int
    starting: bool
    """Whether its journal is still being read."""


_encode = msgspec.json.Encoder().encode
_assessment = msgspec.json.Decoder(Assessment).decode
_state = msgspec.json.Decoder(PartState).decode


class PartBoards:
    """Writes one partition's, reads everybody's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, state: PartState, assessments: Collection[Assessment]) -> None:
        """What is new since the last time, in one transaction."""
        at = to_micros(state.at)
        rows = [{"brand": "", "part": state.part, "at": at, "body": _encode(state)}]
        rows += [{"brand": e.brand, "part": state.part, "at": at, "body": _encode(e)} for e in assessments]
        statement = postgresql.insert(boards)
        newer = {"at": statement.excluded.at, "body": statement.excluded.body}
        async with self._database.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["brand", "part"], set_=newer), rows
            )

    async def states(self) -> Sequence[PartState]:
        """How each partition is; what cannot be read is left out."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(boards.c.body).where(boards.c.brand == ""))).scalars().all()
        return list(_readable(rows, _state))

    async def since(self, instants: Mapping[int, datetime]) -> Sequence[Assessment]:
        """Of each partition what was written at its instant or later, all of those without one."""
        query = select(boards.c.body).where(boards.c.brand != "", in_parts_since(boards.c.part, boards.c.at, instants))
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(boards.c.at))).scalars().all()
        return list(_readable(rows, _assessment))

    async def newest(self) -> datetime | None:
        """When the newest was written."""
        async with self._database.read() as connection:
            at = (await connection.execute(select(boards.c.at).order_by(boards.c.at.desc()).limit(1))).scalar()
        return from_micros(at) if at is not None else None


def _readable(rows: Sequence[bytes], read: Callable[[bytes], T]) -> Iterator[T]:
    for body in rows:
        with suppress(*ODD):  # of another version, during an update
            yield read(body)
