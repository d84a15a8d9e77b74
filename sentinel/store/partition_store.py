"""Decisions of a partition: committed in its owner's epoch, or worth nothing.

There is no memory that takes the store's place, as one process has: what a partition's owner decides while it cannot
write, another one may decide as well.
"""

from collections.abc import Sequence

from sentinel.errors import PartitionLost
from sentinel.store.database import Database
from sentinel.store.decision import Decision
from sentinel.store.group import Key
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import Outbox
from sentinel.store.partition_rows import OwnedPart
from sentinel.store.withdrawn import withdraw


class PartitionStore:
    """Takes decisions about the brands of one partition.

    Parameters
    ----------
    database
        Fenced by the partition that is ``owned``.
    """

    failing = False
    """What is not written is not decided."""

    def __init__(self, database: Database, incidents: IncidentStore, owned: OwnedPart) -> None:
        self.health = database.health
        self._database = database
        self._incidents = incidents
        self._outbox = Outbox(database)
        self._owned = owned

    async def commit(self, decision: Decision) -> None:
        """Write it all down or nothing.

        Raises
        ------
        PartitionLost
            When it was not written, or that is not known: the engine is ahead of the store, and nothing more of what
            it decides is written. Whoever owns the partition next begins from the store.
        """
        try:
            async with self._database.write() as connection:
                await decision.write(connection, self._incidents, self._outbox)
        except StoreFailing as error:
            self._owned.lost = True
            raise PartitionLost(f"partition {self._owned.id}: a decision was not written: {error}") from error

    async def incident(self, incident_id: str) -> None:
        """None is newer than the store has it."""

    async def withdraw(self, keys: Sequence[Key]) -> None:
        """No row shows these mentions any more; what the store does not take now is done with the next checkpoint."""
        try:
            await withdraw(self._database, keys, self._owned.id)
        except StoreFailing:
            return
