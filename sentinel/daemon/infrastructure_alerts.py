"""Infrastructure alerts, as Alertmanager tells them: operators are paged through the same outbox, and those
above them after.

Alertmanager says the same again for as long as an alert fires. Each time, whoever's step of the policy has come since
it began is paged, once: so an alert climbs, until somebody takes it by the link that each page carries, or it is over.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from sentinel.clock import Clock
from sentinel.daemon.messages.alert_words import AlertMessageBuilder, AlertPhrase
from sentinel.errors import AlertMoved
from sentinel.incidents.command import Refusal
from sentinel.incidents.infrastructure_alert import SILENT, AlertSeverity, InfrastructureAlert, StandingAlert
from sentinel.notify.base import Delivery
from sentinel.store.decision import Decision
from sentinel.store.health import StoreFailing
from sentinel.store.infrastructure import AlertStore
from sentinel.store.outbox import key_of

log = structlog.get_logger(__name__)


class AlertKeeping(Protocol):
    """The store that takes decisions, on disk or, while that takes no writes, in memory."""

    async def commit(self, decision: Decision) -> None:
        """Alerts and rows of the outbox, all or nothing; a key that is there already adds nothing."""
        ...


class InfrastructureAlerts:
    """Every alert as it stands; tells people of it, and lets them take it. Implements the pages' `AlertDesk`.

    Memory is as new as the store or newer, so nothing here waits for a store that cannot be read. Where other processes
    move alerts as well, what is decided counts only if nobody was faster; else it is decided anew.

    Parameters
    ----------
    climbed
        Gives whom an alert has reached at an instant, after so long: the operators, then the steps of the policy.
    words
        Makes messages, in the configuration in force.
    posted, counted
        Called after a commit that brought something new; and with ``firing`` or ``resolved`` for each alert that was.
    shared
        Whether other processes move alerts as well.
    """

    def __init__(
        self,
        store: AlertKeeping,
        kept: AlertStore,
        climbed: Callable[[datetime, timedelta], Sequence[str]],
        words: Callable[[], AlertMessageBuilder],
        posted: Callable[[], None],
        counted: Callable[[str], None],
        clock: Clock,
        *,
        shared: bool = False,
    ) -> None:
        self._shared = shared
        self._store = store
        self._kept = kept
        self._climbed = climbed
        self._words = words
        self._posted = posted
        self._counted = counted
        self._clock = clock
        self._known: dict[str, StandingAlert] = {}
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Take up what an earlier run left."""
        self._known = {alert.id: alert for alert in await self._kept.all()}

    async def refresh(self) -> None:
        """Another process may have moved one.

        Raises
        ------
        StoreFailing
            When the store cannot be read; those that are known stay.
        """
        async with self._turn:
            await self.start()

    def find(self, alert_id: str) -> StandingAlert | None:
        """One alert, also one that is over."""
        return self._known.get(alert_id)

    def firing(self, now: datetime) -> tuple[StandingAlert, ...]:
        """What fires, as far as is known: critical ones first, then the oldest."""
        fires = (alert for alert in self._known.values() if alert.ended_at is None and now - alert.heard_at < SILENT)
        return tuple(
            sorted(fires, key=lambda each: (each.severity is not AlertSeverity.CRITICAL, each.started_at, each.name))
        )

    def outdated(self, delivery: Delivery) -> bool:
        """Whether a message says what is not so any more: an alert changed hands since, or is over.

        Of others' messages: no.
        """
        for alert in self._known.values():
            words = AlertPhrase if delivery.contact in alert.told else ()
            word = next((w for w in words if delivery.key == _key(alert, w, delivery.contact, delivery.epoch)), None)
            if word is not None:
                return delivery.epoch < alert.epoch or (alert.ended_at is not None and word is not AlertPhrase.OVER)
        return False

    async def take(self, alerts: Sequence[InfrastructureAlert], now: datetime) -> int:
        """Put on disk whom to tell of what; gives how many alerts said something new."""
        async with self._turn:
            await self._read_others()
            while True:
                stand, rows, fresh = self._told_by(alerts, now)
                if not stand or await self._commit(stand.values(), rows):
                    break
        for alert in fresh:
            status = "firing" if alert.firing else "resolved"
            log.warning(
                "infrastructure_alert", alert=alert.name, id=alert.id, severity=alert.severity.value, status=status
            )
            self._counted(status)
        if fresh:
            self._posted()
        return len(fresh)

    async def hold(self, alert_id: str, by: str) -> StandingAlert | Refusal:
        """Somebody takes it: nobody else is paged while it fires, and whoever was told hears who has it.

        Returns after the commit.
        """
        now = self._clock.now()
        return await self._move(alert_id, lambda alert: alert.taken(by, now), AlertPhrase.TAKEN, by, now)

    async def give_back(self, alert_id: str, by: str, epoch: int) -> StandingAlert | Refusal:
        """Nobody has it any more: Alertmanager's next repeat pages whomever it has reached.

        Returns after the commit.
        """
        return await self._move(
            alert_id, lambda alert: alert.given_back(by, epoch), AlertPhrase.GIVEN_BACK, by, self._clock.now()
        )

    async def prune(self, before: datetime) -> None:
        """Let go of those of which nothing was heard since then."""
        async with self._turn:
            await self._kept.prune(before)
            self._known = {alert.id: alert for alert in self._known.values() if alert.heard_at >= before}

    def _told_by(
        self, alerts: Sequence[InfrastructureAlert], now: datetime
    ) -> tuple[dict[str, StandingAlert], list[Delivery], list[InfrastructureAlert]]:
        """How those stand of which something is new, whom to tell, and which of them are worth telling."""
        stand: dict[str, StandingAlert] = {}
        rows: list[Delivery] = []
        fresh: list[InfrastructureAlert] = []
        for alert in alerts:
            known = stand.get(alert.id) or self._known.get(alert.id)
            if (told := self._firing(alert, known, now) if alert.firing else self._over(known, now)) is None:
                continue
            stand[alert.id] = told[0]
            rows += told[1]
            fresh += [alert] if told[1] else []
        return stand, rows, fresh

    def _firing(
        self, alert: InfrastructureAlert, known: StandingAlert | None, now: datetime
    ) -> tuple[StandingAlert, list[Delivery]]:
        stands = known.heard(alert, now) if known else StandingAlert.begun(alert, now)
        spent = now - alert.started_at if alert.severity is AlertSeverity.CRITICAL else timedelta(0)
        due = stands.due(self._climbed(now, spent))
        return stands.telling(due), self._rows(stands, AlertPhrase.FIRING, due, None, now)

    def _over(self, known: StandingAlert | None, now: datetime) -> tuple[StandingAlert, list[Delivery]] | None:
        """Everybody who was told that it fires is told that it does not."""
        if known is None or known.ended_at is not None:
            return None
        return known.over(now), self._rows(known, AlertPhrase.OVER, known.told, None, now)

    async def _move(
        self,
        alert_id: str,
        move: Callable[[StandingAlert], StandingAlert | Refusal],
        word: AlertPhrase,
        by: str,
        now: datetime,
    ) -> StandingAlert | Refusal:
        async with self._turn:
            await self._read_others()
            while True:
                known = self._known.get(alert_id)
                if known is None:
                    return Refusal.UNKNOWN
                moved = move(known)
                if isinstance(moved, Refusal) or moved is known:
                    return moved
                others = [contact for contact in moved.told if contact != by]
                if await self._commit((moved,), self._rows(moved, word, others, by, now)):
                    break
        log.info(f"infrastructure_{word}", alert=moved.name, id=moved.id, by=by)
        self._posted()
        return moved

    async def _read_others(self) -> None:
        """What other processes did is known before anything is decided, as far as the store can be read."""
        if self._shared:
            with suppress(StoreFailing):
                await self.start()

    async def _commit(self, stand: Iterable[StandingAlert], rows: Sequence[Delivery]) -> bool:
        """How the alerts stand and who is told of it, in one transaction; it counts after that.

        Returns
        -------
        bool
            ``False`` when another process was faster: nothing was written, and memory knows what it did.
        """
        alerts = tuple(stand)
        stood = {each.id: self._known.get(each.id) for each in alerts} if self._shared else None
        try:
            await self._store.commit(Decision(alerts=alerts, alerts_stood=stood, rows=tuple(rows)))
        except AlertMoved:
            await self.start()
            return False
        self._known |= {alert.id: alert for alert in alerts}
        return True

    def _rows(
        self, alert: StandingAlert, word: AlertPhrase, contacts: Iterable[str], by: str | None, now: datetime
    ) -> list[Delivery]:
        words = self._words()
        return [
            Delivery(
                id=0,
                key=_key(alert, word, contact, alert.epoch),
                incident=None,
                epoch=alert.epoch,
                step=0,
                round=0,
                contact=contact,
                message=words.message(alert, word, contact, by, now),
                channel=0,
                attempts=0,
                ambiguous=False,
                created_at=now,
                tipped_at=None,
            )
            for contact in contacts
        ]


def _key(alert: StandingAlert, word: AlertPhrase, contact: str, epoch: int) -> str:
    return key_of(alert.id, epoch, 0, 0, contact, word)
