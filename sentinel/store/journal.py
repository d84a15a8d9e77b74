"""The journal: every mention, once, in the order we saw them, on disk before anybody acts on it.

Sources append here, the HTTP source among them; the engine is a fold over what stands here. Appends that come in
together share one transaction, and with it one wait for the disk.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from sentinel.clock import Clock
from sentinel.errors import PartitionLost
from sentinel.matching.pseudonyms import Pseudonyms
from sentinel.mention import Mention, encode_mention
from sentinel.sentiment.teaching import Teaching, encode_teaching
from sentinel.store.database import Database
from sentinel.store.group import Append, Appended, Key, Op, unwritten, write_group
from sentinel.store.health import StoreFailing
from sentinel.store.indexed_id import indexed_id
from sentinel.store.journal_entry import JournalEntry
from sentinel.store.of_part import WHOLE, known_to_part
from sentinel.store.recent_entries import RecentEntries
from sentinel.store.retention import delete_older, empty_deleted
from sentinel.store.schema import cursors, from_micros, journal, to_micros
from sentinel.store.window import position_before

GROUP = 5_000
"""Mentions that share a transaction at most; what waits beyond them goes into the next one."""


class Journal:
    """Appends and reads mentions.

    The stamp of an entry is taken when `append` is called, never falls, and is later than the answer of any earlier
    `flush`: that is what lets a recovery put mentions and ticks back into the order in which they were folded.

    Parameters
    ----------
    behind
        How far the wall clock stands behind ``clock`` now: it is what those who wrote the mentions go by.
    pseudonyms
        Under which authors are kept; ``None`` where they are kept as they are.
    part
        The partition whose owner alone writes its entries; it reads those of before there were partitions as well.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        behind: Callable[[], timedelta] = lambda: timedelta(0),
        pseudonyms: Callable[[], Pseudonyms | None] = lambda: None,
        part: int = WHOLE,
    ) -> None:
        self._database = database
        self._part = part
        self._ours = known_to_part(journal.c.part, part)
        self._clock = clock
        self._behind = behind
        self._pseudonyms = pseudonyms
        self._loading = asyncio.Lock()
        self._newest: int | None = None
        self._recent = RecentEntries(0)
        self._floor = 0
        self._waiting: deque[Append] = deque()
        self._last: asyncio.Future[Appended] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._grown = asyncio.Event()
        self._purged = 0
        self._coming = 0

    # -- writing

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
        """Write a batch and the cursor behind it in one transaction; returns when they are on disk.

        A caller that is cancelled meanwhile loses only the answer: its batch is written all the same, and nobody else's
        suffers.

        Parameters
        ----------
        deletes
            ``(source, id)`` of mentions taken back; those the journal does not hold are passed over.
        erased
            ``(source, prefix)``: every mention of the source that the journal holds, whose id starts so, is taken back.
        teachings
            What people told the sentiment model.
        cursor
            ``(source name, position)``.
        taken
            Up to which number of what is carried to the partition this is.

        Raises
        ------
        StoreError
            When the batch could not be written; nothing of it was.
        PartitionLost
            When the partition is not ours any more.
        """
        if (hidden := self._pseudonyms()) is not None:
            mentions = [hidden.mention(mention) for mention in mentions]
            deletes = [(source, each) for source, id in deletes for each in hidden.keys(id)]
            erased = [(source, each) for source, prefix in erased for each in hidden.prefix(prefix)]
        creates = [(mention.source, indexed_id(mention.id), encode_mention(mention)) for mention in mentions]
        await self._load()
        done: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._queue(
            Append(
                creates=creates,
                deletes=[(source, indexed_id(id)) for source, id in deletes],
                erased=erased,
                teachings=[encode_teaching(each) for each in teachings],
                cursor=cursor,
                taken=taken,
                stamp=self._stamp(),
                behind=self._behind() // timedelta(microseconds=1) or None,
                done=done,
            ),
        )
        return await asyncio.shield(done)

    def _queue(self, append: Append) -> None:
        self._waiting.append(append)
        self._last = append.done
        self._coming += len(append.creates)
        append.done.add_done_callback(lambda _: self._arrived(len(append.creates)))
        if self._writer is None or self._writer.done():
            # Not in a TaskGroup on purpose: the writer outlives the append that woke it, or a caller's cancellation
            # would tear the transaction of everybody who shares it. It ends by itself when nothing waits.
            self._writer = asyncio.get_running_loop().create_task(self._write(), name="journal-writer")

    def _arrived(self, count: int) -> None:
        self._coming -= count

    async def flush(self) -> datetime:
        """Wait until everything appended before now is on disk (or its append has failed).

        Returns
        -------
        datetime
            The boundary: at or after the clock's time at the call. Whatever was appended before has a stamp up to it,
            whatever is appended later has a later one.
        """
        await self._load()
        boundary = self._stamp()
        self._floor = boundary + 1
        if self._last is not None:
            await asyncio.wait([self._last])
        return from_micros(boundary)

    def _stamp(self) -> int:
        self._floor = max(to_micros(self._clock.now()), self._floor)
        return self._floor

    async def _write(self) -> None:
        group: list[Append] = []
        try:
            while self._waiting:
                group = self._take_group()
                await self._commit(group)
        finally:
            for each in (*group, *self._waiting):
                each.done.cancel()
            self._waiting.clear()

    def _take_group(self) -> list[Append]:
        group, rows = [self._waiting.popleft()], 0
        while self._waiting and (rows := rows + len(group[-1].creates)) < GROUP:
            group.append(self._waiting.popleft())
        return group

    async def _commit(self, group: Sequence[Append]) -> None:
        assert self._newest is not None
        try:
            async with self._database.write() as connection:
                written = await write_group(connection, group, self._newest, self._part)
        except Exception as error:
            if len(group) > 1 and not isinstance(error, StoreFailing | PartitionLost):
                # One batch that cannot be written must not take the others with it.
                for each in group:
                    await self._commit([each])
                return
            self._recent.doubt()
            for each in group:
                each.done.set_exception(unwritten(error))
            return
        self._newest = written.newest
        if written.rows is None:
            self._recent.begin(written.newest)
        else:
            self._recent.add(written.rows)
        for each, answer in zip(group, written.answers, strict=True):
            each.done.set_result(answer)
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    # -- reading

    @property
    def waiting(self) -> int:
        """Mentions on their way to disk."""
        return self._coming

    @property
    def newest(self) -> int:
        """The newest sequence number on disk, as far as this process has looked; 0 before it has."""
        return self._newest or 0

    async def last(self) -> int:
        """The newest sequence number on disk; 0 when there was never an entry."""
        await self._load()
        return self.newest

    async def read(self, after: int, limit: int = 1000, until: int | None = None) -> list[JournalEntry]:
        """Entries beyond ``after``, oldest first; up to ``until`` where that is given."""
        beyond = journal.c.seq > after if until is None else journal.c.seq.between(after + 1, until)
        query = select(journal).where(beyond, *self._ours).order_by(journal.c.seq).limit(limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [JournalEntry.of(row) for row in rows]

    async def follow(self, after: int, limit: int) -> list[JournalEntry]:
        """Entries beyond ``after``, oldest first, for the one who folds them: what this process wrote just now is at
        hand, the rest is read.
        """
        rows = self._recent.after(after, limit)
        return [JournalEntry.of(row) for row in rows] if rows is not None else await self.read(after, limit)

    def reread(self) -> None:
        """Words were changed in the store: whoever folds reads from there what is at hand."""
        if self._newest is not None:
            self._recent.begin(self._newest)

    async def newest_stamp(self) -> datetime | None:
        """When the newest entry was observed; ``None`` when there was never one."""
        async with self._database.read() as connection:
            stamp = (await connection.execute(select(func.max(journal.c.observed_at)).where(*self._ours))).scalar()
        return from_micros(stamp) if stamp is not None else None

    async def position_before(self, instant: datetime) -> int:
        """The sequence number after which everything was observed at ``instant`` or later."""
        return await position_before(self._database, instant, self._part)

    async def teachings(self, until: int) -> list[JournalEntry]:
        """What people told the sentiment model up to an entry, oldest first."""
        query = select(journal).where(journal.c.source == "", journal.c.op == Op.TEACH.value, *self._ours)
        query = query.where(journal.c.seq <= until).order_by(journal.c.seq)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [JournalEntry.of(row) for row in rows]

    async def wait_beyond(self, seq: int) -> None:
        """Return as soon as there is an entry beyond ``seq``."""
        await self._load()
        while self.newest <= seq:
            await self._grown.wait()

    async def cursor(self, source: str) -> bytes | None:
        """Where a source stood at its last committed batch."""
        async with self._database.read() as connection:
            return (await connection.execute(select(cursors.c.cursor).where(cursors.c.source == source))).scalar()

    async def _load(self) -> None:
        """Go on where an earlier run stopped."""
        if self._newest is not None:
            return
        async with self._loading:
            if self._newest is None:
                query = select(
                    func.coalesce(func.max(journal.c.seq), 0), func.coalesce(func.max(journal.c.observed_at), -1)
                ).where(*self._ours)
                async with self._database.read() as connection:
                    newest, stamp = (await connection.execute(query)).one()
                self._floor = max(self._floor, stamp + 1)
                self._newest = newest
                self._recent.begin(newest)

    # -- retention

    async def prune(self, before: datetime, position: int) -> int:
        """Delete entries observed earlier than ``before`` and already folded (``seq <= position``); gives how many."""
        return await delete_older(self._database, before, position, self._part)

    async def purge_deleted(self, position: int) -> int:
        """Empty the body of every mention whose delete has been folded (``seq <= position``); gives how many."""
        emptied = await empty_deleted(self._database, self._purged, position, self._part)
        self._purged = max(self._purged, position)
        return emptied
