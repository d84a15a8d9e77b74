"""Alerts about what Sentinel runs on: each told once to whom it has reached, climbing as it lasts, over for everybody who heard of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sentinel.engine.infrastructure import InfrastructureAlert, InfrastructureAlerts, Severity
from sentinel.inforce import InForce
from sentinel.notify.base import Delivery, MessageKind, Urgency
from sentinel.store.database import Database
from sentinel.store.decision import Decision
from sentinel.store.outbox import Outbox
from tests.fakes import START

CONFIG = """
language: en
brands: [{name: Acme}]
contacts:
  ops: {channels: ["log://"], language: es}
  ana: {channels: ["log://"]}
  boss: {channels: ["log://"]}
operators: [ops]
policies: {default: {steps: [{notify: [ana], after: 0m}, {notify: [boss], after: 15m}]}}
"""
DOWN = InfrastructureAlert(
    fingerprint="a1", name="SentinelOutboxAgeing", severity=Severity.CRITICAL, firing=True, started_at=START,
    summary="A page has waited for 5 minutes.", runbook="docs/operations.md#pages-wait-in-the-outbox",
)  # fmt: skip
OVER = replace(DOWN, firing=False)


@dataclass
class Shelf:
    """What is decided goes into the real outbox."""

    outbox: Outbox

    async def commit(self, decision: Decision) -> None:
        for row in decision.rows:
            await self.outbox.post(row)

    async def state_of(self, key: str) -> object | None:
        return await self.outbox.state_of(key)


@dataclass
class Room:
    """Real outbox and policy; what was counted."""

    outbox: Outbox
    alerts: InfrastructureAlerts
    counted: list[str] = field(default_factory=list)

    async def told(self) -> list[Delivery]:
        return sorted(await self.outbox.due(START + timedelta(days=1)), key=lambda each: each.id)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    path = tmp_path / "sentinel.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    in_force = InForce.read(path, lambda _: "http://127.0.0.1:8080")
    database = await Database.open(f"sqlite:///{tmp_path / 'sentinel.db'}")
    counted: list[str] = []

    def climbed(at: datetime, spent: timedelta) -> tuple[str, ...]:
        return in_force.climbed(in_force.setup.rules.roster, at, spent)

    outbox = Outbox(database)
    alerts = InfrastructureAlerts(Shelf(outbox), climbed, in_force.briefing.language_of, lambda: None, counted.append)
    yield Room(outbox, alerts, counted)
    await database.close()


async def test_operators_are_paged_once_however_often_alertmanager_says_it(room: Room) -> None:
    """In their language, with what to do; the repeats of the next minutes bring nothing new."""
    assert await room.alerts.take([DOWN], START) == 1
    assert await room.alerts.take([DOWN], START + timedelta(minutes=5)) == 0
    (page,) = await room.told()
    assert (page.contact, page.message.kind, page.message.urgency) == ("ops", MessageKind.PAGE, Urgency.ALERT)
    assert page.message.title == "🛠 La maquinaria de Sentinel: SentinelOutboxAgeing"
    assert "docs/operations.md#pages-wait-in-the-outbox" in page.message.body
    assert room.counted == ["firing"]


async def test_an_alert_that_lasts_climbs_the_policy(room: Room) -> None:
    """After the time of the second step the boss is paged as well, once; the first step's place is the operators'."""
    for minutes in (0, 10, 15, 20):
        await room.alerts.take([DOWN], START + timedelta(minutes=minutes))
    assert [(each.contact, each.created_at - START) for each in await room.told()] == [
        ("ops", timedelta(0)), ("boss", timedelta(minutes=15)),
    ]  # fmt: skip


async def test_the_end_is_told_to_whoever_heard_of_it_and_nobody_else(room: Room) -> None:
    """Quietly, once; an end of what was never told is no news."""
    assert await room.alerts.take([OVER], START) == 0
    await room.alerts.take([DOWN], START)
    assert await room.alerts.take([OVER], START + timedelta(hours=1)) == 1
    assert await room.alerts.take([OVER], START + timedelta(hours=2)) == 0
    news = (await room.told())[1:]
    assert [(each.contact, each.message.kind, each.message.urgency) for each in news] == [("ops", MessageKind.UPDATE, Urgency.QUIET)]
    assert room.counted == ["firing", "resolved"]


async def test_a_second_outbreak_is_a_new_alert(room: Room) -> None:
    """The same fingerprint from another instant on pages again."""
    await room.alerts.take([DOWN], START)
    assert await room.alerts.take([replace(DOWN, started_at=START + timedelta(hours=3))], START + timedelta(hours=3)) == 1


async def test_a_warning_rings_nobody_and_does_not_climb(room: Room) -> None:
    """It is news for the operators, however long it lasts."""
    warning = replace(DOWN, severity=Severity.WARNING)
    await room.alerts.take([warning], START)
    await room.alerts.take([warning], START + timedelta(hours=5))
    (news,) = await room.told()
    assert (news.contact, news.message.urgency) == ("ops", Urgency.QUIET)


async def test_words_from_outside_are_cut_to_what_a_phone_shows(room: Room) -> None:
    """However long a summary is, the message stays within what every service takes."""
    await room.alerts.take([replace(DOWN, name="n" * 900, summary="é {x} \n" * 900, runbook="r" * 900)], START)
    (page,) = await room.told()
    assert len(page.message.body) < 1000
    assert "\n\n" not in page.message.body
