"""A room in which alerts about what Sentinel runs on are told: real policy, real outbox, a real file that can be made
to fail.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sentinel.assembly.active_config import ActiveConfig
from sentinel.daemon.infrastructure_alerts import InfrastructureAlerts
from sentinel.daemon.messages.alert_words import AlertMessageBuilder
from sentinel.incidents.infrastructure_alert import AlertSeverity, InfrastructureAlert, StandingAlert
from sentinel.incidents.links import ActionLinks
from sentinel.notify.base import Delivery
from sentinel.store.database import Database
from sentinel.store.decision import Decision
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreHealth
from sentinel.store.incidents import IncidentStore
from sentinel.store.infrastructure import AlertStore
from sentinel.store.outbox import Outbox
from tests.fakes import START, FakeClock
from tests.store.failing import FailingDisk

CONFIG = """
language: en
brands: [{name: Acme}]
contacts:
  ops: {channels: ["log://"], language: es}
  ana: {channels: ["log://"]}
  boss: {channels: ["log://"], name: Berta}
operators: [ops]
policies: {default: {steps: [{notify: [ana], after: 0m}, {notify: [boss], after: 15m}]}}
"""
DOWN = InfrastructureAlert(
    fingerprint="a1",
    name="SentinelOutboxAgeing",
    severity=AlertSeverity.CRITICAL,
    firing=True,
    started_at=START,
    summary="A page has waited for 5 minutes.",
    runbook="docs/operations.md#pages-wait-in-the-outbox",
)


class Killed(Exception):
    """The process ends here."""


@dataclass
class Mortal:
    """The store, and a process that dies before or after the next commit."""

    store: FailoverStore
    dies: str = ""

    async def commit(self, decision: Decision) -> None:
        dies, self.dies = self.dies, ""
        if dies == "before":
            raise Killed
        await self.store.commit(decision)
        if dies == "after":
            raise Killed


@dataclass
class Room:
    """Begin the day with `again`; every call of it is another start over the same file."""

    database: Database
    in_force: ActiveConfig
    clock: FakeClock
    links: ActionLinks = field(default_factory=lambda: ActionLinks(bytes(range(32))))
    counted: list[str] = field(default_factory=list)

    async def again(self) -> None:
        self.store = FailoverStore(self.database, IncidentStore(self.database), Outbox(self.database))
        self.mortal = Mortal(self.store)
        self.alerts = InfrastructureAlerts(
            self.mortal,
            AlertStore(self.database),
            self._climbed,
            self._words,
            lambda: None,
            self.counted.append,
            self.clock,
        )
        self.store.outdated = self.alerts.outdated
        await self.alerts.start()

    async def heard(self, *alerts: InfrastructureAlert) -> int:
        """Alertmanager posts."""
        return await self.alerts.take(alerts or [DOWN], self.clock.now())

    async def told(self) -> list[Delivery]:
        """Every message so far, in order."""
        return sorted(await self.store.due(START + timedelta(days=9)), key=lambda each: each.id)

    async def sayings(self) -> list[tuple[str, str]]:
        """To whom, and what kind it was, told by its title."""
        marks = {"✅": "over", "Nobody has it": "back", "No lo tiene": "back", "has it": "taken", "Lo tiene": "taken"}
        return [
            (
                each.contact,
                next((kind for mark, kind in marks.items() if mark in each.message.title), each.message.kind.value),
            )
            for each in await self.told()
        ]

    @property
    def alert(self) -> StandingAlert:
        found = self.alerts.find(DOWN.id)
        assert found is not None
        return found

    def _climbed(self, at: datetime, spent: timedelta) -> tuple[str, ...]:
        return self.in_force.climbed(self.in_force.setup.rules.roster, at, spent)

    def _words(self) -> AlertMessageBuilder:
        return AlertMessageBuilder(briefing=self.in_force.briefing, links=self.links, lasts=timedelta(days=1))


@asynccontextmanager
async def a_room(folder: Path) -> AsyncIterator[Room]:
    path = folder / "sentinel.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    in_force, clock = ActiveConfig.read(path, lambda _: "http://127.0.0.1:8080"), FakeClock()
    database = await Database.open(f"sqlite:///{folder / 'sentinel.db'}", StoreHealth(clock))
    room = Room(database, in_force, clock)
    await room.again()
    yield room
    await database.close()


def a_failing_disk(room: Room) -> FailingDisk:
    return FailingDisk(room.database)
