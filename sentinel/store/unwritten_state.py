"""State that memory has newer than the store: what is owed to it, and what of that is being written just now."""

from collections.abc import Collection
from datetime import datetime

from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry
from sentinel.notify.base import Delivery
from sentinel.notify.progress import Progress, RowState, as_it_stands
from sentinel.notify.receipts import RingingPage
from sentinel.store.decision import Decision
from sentinel.store.pending_writes import PendingWrites

Rows = dict[str, tuple[Delivery, Progress]]
"""Of the outbox, by key, each with how far it is."""


class UnwrittenState:
    """Two parts: what comes in while the first is written goes to the second, so that one transaction has its bounds.

    Whoever reads sees both as one, the later before the earlier.
    """

    def __init__(self) -> None:
        self._owed = PendingWrites()
        self._paying = PendingWrites()
        """What is being written just now: still as good as owed, but nothing is added to it."""

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._owed) or bool(self._paying)

    # -- reading
    # ------------------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> Rows:
        """Rows as they stand; to read, never to change."""
        return self._paying.rows | self._owed.rows if self._paying.rows else self._owed.rows

    def fact(self, key: str) -> str | None:
        """A single fact; ``None`` when the store has it or nobody."""
        return self._owed.facts.get(key, self._paying.facts.get(key))

    def incident(self, incident_id: str) -> Incident | None:
        """An incident by its id."""
        return self._owed.incidents.get(incident_id) or self._paying.incidents.get(incident_id)

    def incidents(self) -> list[Incident]:
        """All of those."""
        return list((self._paying.incidents | self._owed.incidents).values())

    def timeline(self, incident_id: str) -> list[TimelineEntry]:
        """Lines of an incident, oldest first."""
        return [
            line for lines in (self._paying.lines, self._owed.lines) for owner, line in lines if owner == incident_id
        ]

    def due(self, now: datetime, but: Collection[tuple[str, int]]) -> list[Delivery]:
        """Rows that may be sent now, but for these contacts and places among their channels."""
        return [
            as_it_stands(row, progress)
            for row, progress in self.rows.values()
            if progress.state is RowState.QUEUED
            and progress.not_before <= now
            and (row.contact, progress.channel) not in but
        ]

    def held(self, contacts: Collection[str], now: datetime) -> list[Delivery]:
        """Rows to these contacts that wait for others' sake, not for another try."""
        waiting = [
            as_it_stands(row, progress)
            for row, progress in self.rows.values()
            if row.contact in contacts
            and progress.state is RowState.QUEUED
            and progress.not_before > now >= row.created_at
        ]
        return [row for row in waiting if not row.tried]

    # -- changing
    # -----------------------------------------------------------------------------------------------------------

    def add(self, decision: Decision) -> None:
        """One more decision."""
        self._owed.add(decision)

    def hold(self, delivery: Delivery, progress: Progress) -> None:
        """A row stands so from now on, whatever the store says of it."""
        self._owed.hold(delivery, progress)

    def being_written(self) -> PendingWrites:
        """The part that is to be written now: what an earlier try could not finish, or all there is."""
        if not self._paying:
            self._paying, self._owed = self._owed, PendingWrites()
        return self._paying

    def written(self) -> None:
        """That part is on disk."""
        self._paying = PendingWrites()


def ringing_of(rows: Rows) -> list[RingingPage]:
    """Pages among them that a provider took and goes on ringing for."""
    return [
        RingingPage(delivery=row, receipt=progress.receipt, since=progress.done_at, current=True)
        for row, progress in rows.values()
        if progress.state is RowState.ACCEPTED and progress.receipt is not None and progress.done_at is not None
    ]
