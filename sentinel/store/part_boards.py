"""Boards of partitions: what each owner made of its brands last, for whoever shows them without folding anything."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from sentinel.scoring.assessment import Assessment
from sentinel.store.database import Database
from sentinel.store.findings import ODD
from sentinel.store.part_tables import boards
from sentinel.store.schema import from_micros, to_micros


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

    async def since(self, instant: datetime) -> tuple[Sequence[PartState], Sequence[Assessment]]:
        """What was written then or later; what cannot be read is left out."""
        query = select(boards.c.brand, boards.c.body).where(boards.c.at >= to_micros(instant)).order_by(boards.c.at)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        states: list[PartState] = []
        found: list[Assessment] = []
        for row in rows:
            try:
                if row.brand:
                    found.append(_assessment(row.body))
                else:
                    states.append(_state(row.body))
            except ODD:  # of another version, during an update
                continue
        return states, found

    async def newest(self) -> datetime | None:
        """When the newest was written."""
        async with self._database.read() as connection:
            at = (await connection.execute(select(boards.c.at).order_by(boards.c.at.desc()).limit(1))).scalar()
        return from_micros(at) if at is not None else None
