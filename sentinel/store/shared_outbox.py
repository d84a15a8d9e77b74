"""Shared outbox: the rows as one of several notifiers works on them.

Whoever takes a row has all that waits for its contact, and gets all that is added for that contact until nothing of it
is open any more: what goes together, what may go in a while and what was overtaken is decided by one alone. A row bears
its owner's name, and an epoch that rises with each taking; everything is written on condition that both are still ours.
A row that was taken is queued until it is leased, just before it is sent: only what was leased may have left.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.notify.base import Delivery
from sentinel.notify.fellow_notifiers import FellowNotifiers
from sentinel.notify.ports import SharedAccount
from sentinel.notify.progress import OPEN, RowState
from sentinel.store.database import Database
from sentinel.store.outbox import LOOK_AHEAD, Outbox
from sentinel.store.outbox_queries import MOST_URGENT, UNTRIED, sent_rows, taken_up
from sentinel.store.schema import outbox, to_micros

HELPS_AFTER = timedelta(seconds=1)
"""What was decided so long ago is anybody's: whoever's share the contact is has no room, or is gone."""
_IS_OPEN = outbox.c.state.in_(OPEN)
_QUEUED = outbox.c.state == RowState.QUEUED.value


class SharingMeter(Protocol):
    """What is counted of sharing."""

    def took_over(self, sending: int, waiting: int) -> None:
        """So many rows had somebody who is gone: those that were being sent, and those that only waited."""
        ...

    def refused(self) -> None:
        """What became of a row was not ours to say any more."""
        ...


class SharedOutbox(Outbox):
    """Of one notifier among its fellows."""

    def __init__(self, database: Database, fellows: FellowNotifiers, meter: SharingMeter) -> None:
        super().__init__(database)
        self.meter = meter
        self._fellows = fellows
        self._ours = outbox.c.owner == fellows.name
        self.places: Callable[[Sequence[Delivery]], Collection[str]] = _all_contacts
        """Gives the contacts of rows, most urgent first, for which there is room now."""
        self.account: SharedAccount | None = None
        """Told what others sent."""

    # -- taking

    async def due(self, now: datetime, *, but: Collection[tuple[str, int]] = ()) -> list[Delivery]:
        """What may be sent now and is ours, most urgent first, after taking what nobody has: of our share, and what has
        waited for `HELPS_AFTER`.
        """
        if not self._fellows.alive:
            return []
        await self._take_over(now)
        due = _QUEUED & (outbox.c.not_before <= to_micros(now))
        if but:
            due &= tuple_(outbox.c.contact, outbox.c.channel).not_in(sorted(but))
        query = select(outbox).where(due).order_by(*MOST_URGENT).limit(LOOK_AHEAD)
        await self._take_free(query.where(outbox.c.owner.is_(None), outbox.c.contact.not_in(self._others())), now)
        found = await self._deliveries(query.where(self._ours))
        if found and self.account is not None:
            await self._count_elsewhere(self.account, now)
        return found

    async def held(self, contacts: Collection[str], now: datetime) -> list[Delivery]:
        """What of ours waits for others' sake to go to these contacts."""
        waits = _QUEUED & (outbox.c.not_before > to_micros(now)) & (outbox.c.created_at <= to_micros(now))
        query = select(outbox).where(waits, UNTRIED, self._ours, outbox.c.contact.in_(sorted(contacts)))
        return await self._deliveries(query.order_by(*MOST_URGENT).limit(LOOK_AHEAD))

    async def _take_free(self, query: Select[Any], now: datetime) -> None:
        """Of what nobody has, as much as there are places for; looks past whatever has none, however much that is."""
        passed: set[str] = set()
        while True:
            free = await self._deliveries(query.where(outbox.c.contact.not_in(sorted(passed))))
            takeable = [
                each for each in free if now - each.created_at >= HELPS_AFTER or self._fellows.is_ours(each.contact)
            ]
            if contacts := self.places(takeable):
                await self._take(contacts, now)
            if len(free) < LOOK_AHEAD:
                return
            passed |= {each.contact for each in free}

    async def _take(self, contacts: Collection[str], now: datetime) -> None:
        """All that waits for these contacts, of which no other has anything."""
        of_these = outbox.c.contact.in_(sorted(contacts))
        free = (
            select(outbox.c.id)
            .where(_QUEUED, of_these, outbox.c.owner.is_(None), outbox.c.contact.not_in(self._others()))
            .order_by(outbox.c.not_before > to_micros(now), *MOST_URGENT)
            .limit(2 * LOOK_AHEAD)
            .with_for_update(skip_locked=True)
        )
        taking = update(outbox).where(outbox.c.id.in_(free))
        ours = {"owner": self._fellows.name, "owner_epoch": outbox.c.owner_epoch + 1}
        async with self._database.write() as connection:
            known = set(await connection.scalars(select(outbox.c.contact).where(_IS_OPEN, self._ours, of_these)))
            taken = set(await connection.scalars(taking.values(ours).returning(outbox.c.contact)))
            await self._begin_account(connection, taken - known, now)

    async def _begin_account(self, connection: AsyncConnection, contacts: Collection[str], now: datetime) -> None:
        """What these were sent counts as the store has it: they were others' until now."""
        if contacts and self.account is not None:
            sent = await sent_rows(connection, now - self.account.reach, outbox.c.contact.in_(sorted(contacts)))
            self.account.begin_anew(contacts, sent, now)

    async def _count_elsewhere(self, account: SharedAccount, now: datetime) -> None:
        async with self._database.read() as connection:
            by_others = outbox.c.owner.is_distinct_from(self._fellows.name)
            account.count_elsewhere(await sent_rows(connection, now - account.provider_reach, by_others), now)

    def _others(self) -> Select[tuple[str]]:
        """Contacts of which another notifier has something."""
        another = outbox.alias("another")
        has_some = another.c.owner.is_not(None) & (another.c.owner != self._fellows.name)
        return select(another.c.contact).where(another.c.state.in_(OPEN), has_some)

    async def _take_over(self, now: datetime) -> None:
        """Nobody has what those had who are gone; what they were sending goes again, marked, if it does at all."""
        async with self._database.read() as connection:
            owners = select(outbox.c.owner).where(_IS_OPEN, outbox.c.owner.is_not(None)).distinct()
            gone = self._fellows.gone(set(await connection.scalars(owners)))
        if not gone:
            return
        theirs = outbox.c.owner.in_(gone)
        async with self._database.write() as connection:
            free = update(outbox).where(theirs, _QUEUED).values(owner=None)
            waiting = (await connection.execute(free)).rowcount
            leased = theirs & (outbox.c.state == RowState.LEASED.value)
            sending = await taken_up(connection, leased, done_at=to_micros(now))
            await connection.execute(free)
        self.meter.took_over(sending, waiting)

    # -- what is ours

    async def lease(self, deliveries: Collection[Delivery]) -> list[Delivery]:
        """These are being sent from now on: those that are still ours and wanted."""
        leasing = update(outbox).where(self._these(deliveries)).values(state=RowState.LEASED.value)
        async with self._database.write() as connection:
            keys = set(await connection.scalars(leasing.returning(outbox.c.key)))
        return [each for each in deliveries if each.key in keys]

    async def release(self, deliveries: Collection[Delivery]) -> None:
        """Whoever has room may take these; none of them was sent."""
        async with self._database.write() as connection:
            free = update(outbox).where(self._these(deliveries))
            await connection.execute(free.values(state=RowState.QUEUED.value, owner=None))

    async def is_ours(self, delivery: Delivery) -> bool:
        """Whether the last word on a row is ours, open or not."""
        query = select(outbox.c.owner, outbox.c.owner_epoch).where(outbox.c.key == delivery.key)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return row is not None and (row.owner, row.owner_epoch) == (self._fellows.name, delivery.owner_epoch)

    def _these(self, deliveries: Collection[Delivery]) -> ColumnElement[bool]:
        """Open rows that nobody else took meanwhile. What was decided in memory has no owner."""
        takings: dict[int, list[str]] = {}
        for each in deliveries:
            takings.setdefault(each.owner_epoch, []).append(each.key)
        return _IS_OPEN & or_(*(self._under(epoch, keys) for epoch, keys in takings.items()))

    def _under(self, epoch: int, keys: Sequence[str]) -> ColumnElement[bool]:
        owned = self._ours if epoch else outbox.c.owner.is_(None)
        return and_(outbox.c.key.in_(keys), outbox.c.owner_epoch == epoch, owned)

    # -- what has ended, or had no owner

    async def recover(self) -> int:
        """At a start: what was being sent by a process that sent alone. What notifiers had is taken over by whoever
        finds them gone.
        """
        leased = outbox.c.state == RowState.LEASED.value
        async with self._database.write() as connection:
            return await taken_up(connection, leased & outbox.c.owner.is_(None))

    async def rung(self, delivery: Delivery) -> None:
        """It rings no more; whoever sent it."""
        this = (outbox.c.key == delivery.key) & (outbox.c.owner_epoch == delivery.owner_epoch)
        async with self._database.write() as connection:
            await connection.execute(update(outbox).where(this).values(receipt=None))


def _all_contacts(rows: Sequence[Delivery]) -> set[str]:
    return {each.contact for each in rows}
