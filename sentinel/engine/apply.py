"""Carries out what the engine decided: one transaction for incident, timeline, events and outbox, then word to those who wait."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sentinel.engine.briefing import Briefing
from sentinel.incidents.change import Change, Event, EventName, Notice, NoticeKind
from sentinel.incidents.incident import Incident
from sentinel.notify.base import Delivery, Message
from sentinel.notify.render import notice as word
from sentinel.store.database import Database
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import Outbox, key_of


class Applier:
    """Commits decisions.

    Parameters
    ----------
    briefing
        Gives the words in force.
    operators
        Gives the contacts who are told when a source goes silent.
    committed
        Called after each commit: there may be something to send and to show.
    """

    def __init__(
        self,
        database: Database,
        incidents: IncidentStore,
        outbox: Outbox,
        briefing: Callable[[], Briefing],
        operators: Callable[[datetime], Sequence[str]],
        committed: Callable[[], None],
    ) -> None:
        self._database = database
        self._incidents = incidents
        self._outbox = outbox
        self._briefing = briefing
        self._operators = operators
        self._committed = committed

    async def apply(self, changes: Sequence[Change], events: Sequence[Event] = (), *, tick_at: datetime | None) -> None:
        """Write it all down, or nothing.

        Parameters
        ----------
        tick_at
            The tick that decided; every decision up to it is then in the store. ``None`` for what people and sources bring.
        """
        rows = [self._row(change, notice) for change in changes for notice in change.notices]
        rows += self._about_sources(events)
        async with self._database.write() as connection:
            for change in changes:
                await self._incidents.save(connection, change.incident)
                await self._incidents.append(connection, change.incident.id, change.timeline)
                await self._incidents.publish(connection, change.events)
            await self._incidents.publish(connection, events)
            await self._outbox.enqueue(connection, rows)
            if tick_at is not None:
                await self._incidents.mark_applied(connection, tick_at)
        self._committed()

    def _row(self, change: Change, notice: Notice) -> Delivery:
        incident = change.incident
        is_page = notice.kind is NoticeKind.PAGE
        at = incident.updated_at
        kind = notice.kind.value if is_page else f"{notice.kind.value} {at.isoformat()}"
        return _delivery(
            key=key_of(incident.id, incident.epoch, notice.step, notice.round, notice.contact, kind),
            incident=incident,
            contact=notice.contact,
            message=self._briefing().message(incident, notice, at),
            created_at=notice.due_at,
            tipped_at=incident.tipped_at if is_page and notice.step == 1 and notice.round == 0 else None,
            step=notice.step,
            round_=notice.round,
        )

    def _about_sources(self, events: Sequence[Event]) -> list[Delivery]:
        """A source that went silent blinds its brands: the operators are told once for all of them."""
        silent = [event for event in events if event.event in (EventName.SOURCE_STALE, EventName.SOURCE_RECOVERED)]
        if not silent:
            return []
        first = silent[0]
        brands = ", ".join(event.brand for event in silent[:10]) + (" …" if len(silent) > 10 else "")
        rows = []
        for contact in self._operators(first.at):
            kind = "stale" if first.event is EventName.SOURCE_STALE else "recovered"
            message = word(self._briefing().language_of(contact), kind, source=first.source or "", brands=brands)
            key = key_of("source", 0, 0, 0, contact, f"{kind} {first.source} {first.at.isoformat()}")
            rows.append(_delivery(key=key, incident=None, contact=contact, message=message, created_at=first.at))
        return rows


def _delivery(
    *, key: str, incident: Incident | None, contact: str, message: Message, created_at: datetime, tipped_at: datetime | None = None,
    step: int = 0, round_: int = 0,
) -> Delivery:  # fmt: skip
    return Delivery(
        id=0, key=key, incident=incident.id if incident else None, epoch=incident.epoch if incident else 0, step=step, round=round_,
        contact=contact, message=message, channel=0, attempts=0, ambiguous=False, created_at=created_at, tipped_at=tipped_at,
    )  # fmt: skip
