"""Erasing of people while a cluster runs: one process at a time goes on with what was asked, wherever that stands.

First a mark is carried to every partition: what had been accepted before stands in the journals once the mark does.
Then what they wrote is taken back there, every owner lets go of it (`sentinel.cluster.erased_people`), and at last the
store does, some rows at a time, so that nobody waits for long. Each step may be done again. It is done when no
partition was taken over between its owner's word and the last row: whoever takes one over later reads nothing of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

import msgspec
import structlog

from sentinel.clock import Clock
from sentinel.cluster.carried_journal import CarriedJournal
from sentinel.errors import JournalFull, StoreError
from sentinel.store.database import Database
from sentinel.store.erasures import Erasure, ErasureRows, ErasureStage, advance, conclude
from sentinel.store.health import StoreFailing
from sentinel.store.person import (
    StoredPerson,
    empty_mentions,
    find_person,
    left_of,
    named_rows,
    rid_of_names,
)

LOOK_EVERY = 0.5
AGAIN = 300.0
"""Seconds after which a mark that is not everywhere is carried once more: a worker of an earlier version, which may run
during an update, lets go of it.
"""
SOME = 200
"""Rows of one transaction, in which owners wait."""
T = TypeVar("T")
log = structlog.get_logger(__name__)


class PersonErasing:
    """Of the process that has the duty.

    Parameters
    ----------
    parts
        How many partitions there are.
    pseudonym
        Gives that of a name, where authors are or were kept under pseudonyms.
    """

    def __init__(
        self,
        database: Database,
        journal: CarriedJournal,
        parts: int,
        clock: Clock,
        pseudonym: Callable[[str], str] | None = None,
    ) -> None:
        self._database = database
        self._rows = ErasureRows(database)
        self._journal = journal
        self._everybody = frozenset(range(1, parts + 1))
        self._clock = clock
        self._pseudonym = pseudonym
        self._marked: dict[str, float] = {}
        """When we had each carried."""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(StoreFailing):  # it is on disk, and gone on with
                await self.look()
            await self._clock.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Bring each as far as it goes now; what waits for somebody holds up no other.

        Raises
        ------
        StoreFailing
            When the store does not answer.
        """
        for each in await self._rows.pending():
            try:
                await self._go_on(each)
            except (JournalFull, StoreError) as error:
                log.warning("erasure_waits", erasure=each.id, reason=str(error))

    async def _go_on(self, erasure: Erasure) -> None:
        if erasure.stage is ErasureStage.ASKED:
            if not self._everybody <= await self._rows.has_mark(erasure.taken):
                if not self._is_on_its_way(erasure.taken):
                    await self._mark(erasure.taken)
                return
            erasure = await self._find(erasure)
        if not self._is_on_its_way(erasure.gone) and not self._everybody <= await self._rows.has_mark(erasure.gone):
            person = await self._person(erasure)
            for some in _chunks(sorted(set(person.keys))):
                await self._journal.append([], deletes=some)
            await self._mark(erasure.gone)
        said = await self._rows.said(erasure)
        if self._everybody <= said.keys():
            await self._take_out(erasure, said)

    def _is_on_its_way(self, mark: str) -> bool:
        """Whether we had it carried lately; a process that follows us does so again, which changes nothing."""
        return self._clock.monotonic() - self._marked.get(mark, float("-inf")) < AGAIN

    async def _mark(self, mark: str) -> None:
        await self._journal.mark(mark)
        self._marked[mark] = self._clock.monotonic()

    async def _find(self, erasure: Erasure) -> Erasure:
        """What they are called is written down before anything is taken away by which it is found."""
        person = await find_person(self._database, erasure.sought, self._pseudonym)
        found = msgspec.structs.replace(
            erasure,
            stage=ErasureStage.FOUND,
            names=tuple(sorted(person.names)),
            shown=tuple(sorted(person.shown)),
            until=max((seq for seq, _ in person.mentions), default=0),
            mentions=len(set(person.keys)),
        )
        async with self._database.write() as connection:
            await advance(connection, found)
        return found

    async def _person(self, erasure: Erasure) -> StoredPerson:
        """What there is of them still."""
        return await left_of(self._database, erasure.person, erasure.source, erasure.until)

    async def _take_out(self, erasure: Erasure, said: Mapping[int, int]) -> None:
        person = await self._person(erasure)
        eraser = person.eraser
        for mentions in _chunks(person.mentions):
            async with self._database.write(alone=True) as connection:
                gone = await empty_mentions(connection, mentions, eraser)
                erasure = msgspec.structs.replace(erasure, rows=erasure.rows + gone)
                await advance(connection, erasure)
        for rows in _chunks(await named_rows(self._database, person)):
            async with self._database.write(alone=True) as connection:
                changed = await rid_of_names(connection, rows, eraser)
                erasure = msgspec.structs.replace(erasure, rows=erasure.rows + changed)
                await advance(connection, erasure)
        async with self._database.write(alone=True) as connection:
            done = await conclude(connection, erasure, said)
        log.info("person_erased" if done else "erasure_again", erasure=erasure.id, rows=erasure.rows)


def _chunks(all_: Sequence[T]) -> Iterator[Sequence[T]]:
    return (all_[start : start + SOME] for start in range(0, len(all_), SOME))
