"""Carries out what the engine decided: one transaction for incident, timeline, events and outbox, then word to those
who wait.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sentinel.daemon.decision_log import say_changes
from sentinel.daemon.lately_said import LatelySaid
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.daemon.stale_sources import StaleSources
from sentinel.incidents.change import Change, Event, Notice, NoticeKind
from sentinel.notify.base import Delivery
from sentinel.store.decision import Decision
from sentinel.store.group import Key
from sentinel.store.outbox import key_of


class DecisionStore(Protocol):
    """Where decisions go."""

    @property
    def failing(self) -> bool:
        """Whether they go to memory, since the store takes no writes."""
        ...

    async def commit(self, decision: Decision) -> None:
        """Write it all down, or nothing."""
        ...

    async def withdraw(self, keys: Sequence[Key]) -> None:
        """No row shows these mentions any more."""
        ...


class Applier:
    """Commits decisions.

    Parameters
    ----------
    blindness
        Tells the operators when a source goes silent.
    briefing
        Gives the words in force.
    committed
        Called after each commit: there may be something to send and to show.
    lately
        What was said lately, for pages.
    """

    def __init__(
        self,
        store: DecisionStore,
        blindness: StaleSources,
        briefing: Callable[[], MessageBuilder],
        committed: Callable[[], None],
        lately: LatelySaid | None = None,
    ) -> None:
        self.blindness = blindness
        self._store = store
        self._briefing = briefing
        self._committed = committed
        self._lately = lately

    @property
    def failing(self) -> bool:
        """Whether decisions go to memory, since the store takes no writes."""
        return self._store.failing

    async def apply(
        self,
        changes: Sequence[Change],
        events: Sequence[Event] = (),
        *,
        tick_at: datetime | None,
        facts: Mapping[str, str] | None = None,
        answers: Sequence[tuple[int, str]] = (),
    ) -> None:
        """Write it all down, or nothing; in memory when the store fails, and then it is sent from there.

        Parameters
        ----------
        tick_at
            The tick that decided; every decision up to it is then in the store. ``None`` for what people and sources
            bring.
        facts
            What is to be remembered in the same transaction.
        answers
            To commands that are kept in the store, likewise.
        """
        about_sources = self.blindness.took(events)
        await self._store.commit(
            Decision(
                incidents=tuple(change.incident for change in changes),
                lines=tuple((change.incident.id, line) for change in changes for line in change.timeline),
                events=(*(event for change in changes for event in change.events), *events),
                rows=(*(self._row(change, notice) for change in changes for notice in change.notices), *about_sources),
                facts={**(facts or {}), **(self.blindness.facts if about_sources else {})},
                applied_at=tick_at,
                answers=tuple(answers),
            )
        )
        say_changes(changes)
        self._committed()

    async def page(self, changes: Sequence[Change]) -> None:
        """What these have to tell people, and nothing else of them: somebody else decides on the incidents."""
        rows = tuple(self._row(change, notice) for change in changes for notice in change.notices)
        await self._store.commit(Decision(rows=rows))
        self._committed()

    async def withdraw(self, keys: Sequence[Key]) -> None:
        """Mentions were deleted where they stood: nothing that is written down shows them any more."""
        if self._lately is not None:
            self._lately.forget(keys)
        await self._store.withdraw(keys)

    async def remind(self, now: datetime) -> None:
        """Page the operators again about sources that are still silent."""
        if rows := self.blindness.again(now):
            await self._store.commit(Decision(rows=tuple(rows), facts=self.blindness.facts))
            self._committed()

    def _row(self, change: Change, notice: Notice) -> Delivery:
        incident = change.incident
        is_page = notice.kind is NoticeKind.PAGE
        at = incident.updated_at
        kind = notice.kind.value if is_page else f"{notice.kind.value} {at.isoformat()}"
        return Delivery(
            id=0,
            key=key_of(incident.id, incident.epoch, notice.step, notice.round, notice.contact, kind),
            incident=incident.id,
            epoch=incident.epoch,
            step=notice.step,
            round=notice.round,
            contact=notice.contact,
            message=self._briefing().message(
                incident, notice, at, talk=self._lately.talk(incident, at) if is_page and self._lately else None
            ),
            channel=0,
            attempts=0,
            ambiguous=False,
            created_at=notice.due_at,
            tipped_at=incident.tipped_at if is_page and notice.step == 1 and notice.round == 0 else None,
        )
