"""Journal of those who take mentions in and fold none: what is appended is carried to the partitions it concerns."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import uuid4

from sentinel.clock import Clock
from sentinel.cluster.carried_entry import of_delete, of_erasure, of_mention, of_teaching
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.carrier_errors import CarrierBusy, CarrierError, StreamFull
from sentinel.engine.partitions import PartRouter
from sentinel.errors import JournalFull, StoreError
from sentinel.matching.pseudonyms import Pseudonyms
from sentinel.mention import Mention
from sentinel.sentiment.teaching import Teaching
from sentinel.store.database import Database
from sentinel.store.group import NOBODY, Appended, Key, move_cursor
from sentinel.store.health import StoreFailing, Trouble
from sentinel.store.journal import Journal
from sentinel.store.journal_entry import JournalEntry
from sentinel.store.of_part import EACH_ONCE
from sentinel.store.schema import journal, to_micros
from sentinel.store.settled import settled

LOOK_EVERY = 1.0
PRESSED_WAIT = 5.0
"""Seconds until somebody who met a full carrier should come back, where it does not say how long."""


class CarriedJournal(Journal):
    """Reads what all partitions hold, each mention once.

    Parameters
    ----------
    router
        As the configuration in force has it.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        carrier: Carrier,
        router: Callable[[], PartRouter],
        pseudonyms: Callable[[], Pseudonyms | None] = lambda: None,
    ) -> None:
        super().__init__(database, clock, lambda: timedelta(0), pseudonyms, part=EACH_ONCE)
        self._carrier = carrier
        self._router = router
        self._settled = 0

    async def append(
        self,
        mentions: Sequence[Mention],
        *,
        deletes: Sequence[Key] = (),
        erased: Sequence[Key] = (),
        teachings: Sequence[Teaching] = (),
        cursor: tuple[str, bytes] | None = None,
        taken: int | None = None,
    ) -> Appended:
        """Hand a batch to the carrier, then write the cursor; killed in between it is read again and carried once.

        What is about no brand of ours is let go of. Duplicates are found where they are folded: all count as accepted.

        Raises
        ------
        JournalFull
            When the carrier holds as much as it may.
        StoreError
            When the batch was not taken for another reason; the cursor stays in both cases.
        """
        if (hidden := self._pseudonyms()) is not None:
            mentions = [hidden.mention(mention) for mention in mentions]
            deletes = [(source, each) for source, id in deletes for each in hidden.keys(id)]
            erased = [(source, each) for source, prefix in erased for each in hidden.prefix(prefix)]
        router, now = self._router(), self._clock.now()
        items = [
            *(each for mention in mentions for each in of_mention(mention, router.parts_of(mention, now))),
            *(each for key in deletes for each in of_delete(key, router.everybody)),
            *(each for key in erased for each in of_erasure(key, router.everybody, uuid4().hex)),
            *(each for lesson in teachings for each in of_teaching(lesson, router.everybody, uuid4().hex)),
        ]
        try:
            await self._carrier.publish(items)
        except (StreamFull, CarrierBusy) as error:
            raise JournalFull(str(error), retry_after=error.retry_after or PRESSED_WAIT) from error
        except CarrierError as error:
            if error.retry_after is not None:
                raise StoreFailing(Trouble.BUSY) from error
            raise StoreError(str(error)) from error
        if cursor is not None:  # by the task that listens, which the duty goes along with: no other writes for it
            async with self._database.write() as connection:
                await move_cursor(connection, *cursor, to_micros(now))
        return Appended(accepted=len(mentions), duplicates=0)

    async def mark(self, mark: str) -> None:
        """Have it stand in every partition's journal, behind all that was handed on before.

        Raises
        ------
        StoreError
            When the carrier does not take it now; it may be there yet, and is there once whoever marks it again.
        """
        try:
            await self._carrier.publish(list(of_delete((NOBODY, mark), self._router().everybody)))
        except CarrierError as error:
            raise StoreError(str(error)) from error

    async def last(self) -> int:
        """The newest sequence number on disk, as others have written it."""
        await self._look()
        return self.newest

    async def wait_beyond(self, seq: int) -> None:
        """Return as soon as there is an entry beyond ``seq``."""
        while True:
            await self._look()
            if self.newest > seq:
                return
            await self._clock.sleep(LOOK_EVERY)

    async def read(self, after: int, limit: int = 1000, until: int | None = None) -> list[JournalEntry]:
        """Entries beyond ``after``, oldest first; none before which another may yet come."""
        if after >= self._settled:
            await self._look()
        return await super().read(after, limit, self._settled if until is None else min(until, self._settled))

    async def _look(self) -> None:
        await self._load()
        self._newest = self._settled = await settled(self._database, journal.c.seq, self._settled)
