"""A person's rights: what is held on somebody who posted is shown, handed out, and erased from everywhere.

Erasing goes through the journal like a network's own delete, so that the fold lets go of what it shows at a stated
place; then through every table, the checkpoints and the file itself. Each step may be repeated: killed half-way, the
same request ends it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

import structlog

from sentinel.clock import Clock
from sentinel.errors import SentinelError
from sentinel.mention import Mention
from sentinel.store.compact import compact
from sentinel.store.database import Database
from sentinel.store.journal import Journal
from sentinel.store.person import (
    Eraser,
    HeldRow,
    Sought,
    StoredPerson,
    erase_person,
    find_person,
    forget_checkpoints,
    rows_of,
)

PATIENCE, LOOK = 60.0, 0.05
"""Seconds until the fold must have come to what was asked of it, and between two looks."""
log = structlog.get_logger(__name__)


class Folding(Protocol):
    """The fold that runs: how far it has come, and its state written down."""

    @property
    def position(self) -> int:
        """The newest entry that is folded."""

    async def checkpoint(self) -> bool:
        """Write the state down; whether it is."""

    async def reword(self, reword: Callable[[Mention], Mention]) -> None:
        """Show mentions in other words."""


class FoldBehind(SentinelError):
    """The fold did not come to the deletes in time; they are on disk, and the same request goes on from there."""


class ErasurePending(SentinelError):
    """It is on disk and goes on by itself, whoever of a cluster is killed; it is not done yet.

    Parameters
    ----------
    number
        By which it is asked for again.
    parts, unowned
        Partitions that are waited for; those among them that nobody owns.
    """

    def __init__(self, number: int, parts: Collection[int], unowned: Collection[int]) -> None:
        self.number = number
        self.parts = tuple(sorted(parts))
        self.unowned = tuple(sorted(unowned))
        super().__init__(f"erasure {number} is on disk and goes on by itself; it is not done yet")


class NoSuchErasure(SentinelError):
    """Nobody was given that number, or it was done hours ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOn:
    """What is held on somebody: their mentions, and rows of other tables that name them."""

    mentions: tuple[Mention, ...]
    rows: tuple[HeldRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What became of it. ``packed`` is false where a reader kept the log beside the store from being emptied: it is at
    the next checkpoint.
    """

    mentions: int
    rows: int
    packed: bool


class PersonKeeper:
    """Finds and erases people.

    Parameters
    ----------
    fold
        The one that runs on this store. Without one, or where it could not write its state down, every checkpoint
        goes: the next start reads the journal instead.
    pseudonym
        Gives that of a name, where authors are or were kept under pseudonyms.
    """

    def __init__(
        self,
        database: Database,
        journal: Journal,
        fold: Folding | None,
        clock: Clock,
        pseudonym: Callable[[str], str] | None = None,
    ) -> None:
        self._database = database
        self._journal = journal
        self._fold = fold
        self._clock = clock
        self._pseudonym = pseudonym

    def admit(self) -> None:
        """Whoever asks here may."""

    async def show(self, sought: Sought) -> HeldOn:
        """Everything there is."""
        person = await find_person(self._database, sought, self._pseudonym)
        rows = await rows_of(self._database, person)
        each_once = {mention.key: mention for _, mention in person.mentions}  # several partitions may fold it
        return HeldOn(mentions=tuple(each_once.values()), rows=tuple(rows))

    async def erase(self, sought: Sought, number: int | None = None) -> Erased:
        """Everything goes. ``number``: of an erasure of a cluster that was asked for before; here there are none.

        Raises
        ------
        FoldBehind
            When the fold is too far behind; ask again later.
        StoreFailing
            When the store takes no writes; ask again when it does.
        """
        person = await find_person(self._database, sought, self._pseudonym)
        await self._have_forgotten(person)
        await self._reword(person)  # what is decided and written down while the store is gone through has no name
        async with self._database.write() as connection:
            rows = await erase_person(connection, person)
        self._journal.reread()
        await self._reword(person)  # what was folded meanwhile may have been read before
        written = self._fold is not None and await self._fold.checkpoint()
        async with self._database.write() as connection:
            await forget_checkpoints(connection, keep=1 if written else 0)
        packed = await compact(self._database)
        log.info("person_erased", mentions=len(person.mentions), rows=rows, packed=packed)
        return Erased(mentions=len(person.mentions), rows=rows, packed=packed)

    async def _reword(self, person: StoredPerson) -> None:
        if self._fold is not None:
            await self._fold.reword(Eraser(person.names, person.shown).mention)

    async def _have_forgotten(self, person: StoredPerson) -> None:
        """The fold shows none of it any more."""
        if person.keys:
            await self._journal.append([], deletes=person.keys)
        if self._fold is None:
            return
        last, until = await self._journal.last(), self._clock.monotonic() + PATIENCE
        while self._fold.position < last:
            if self._clock.monotonic() >= until:
                raise FoldBehind(f"the fold is {last - self._fold.position} entries behind")
            await self._clock.sleep(LOOK)
