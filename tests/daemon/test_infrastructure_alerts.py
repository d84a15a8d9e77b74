"""Alerts about what Sentinel runs on: each told once to whom it has reached, climbing as it lasts, over for everybody
who heard of it.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.incidents.infrastructure_alert import AlertSeverity
from sentinel.notify.base import MessageKind, Urgency
from sentinel.notify.fit import MOST
from tests.daemon.infrastructure import DOWN, Room, a_room
from tests.fakes import START

OVER = replace(DOWN, firing=False)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path) as room:
        yield room


async def test_operators_are_paged_once_however_often_alertmanager_says_it(room: Room) -> None:
    """In their language, with what to do; the repeats of the next minutes bring nothing new."""
    assert await room.alerts.take([DOWN], START) == 1
    assert await room.alerts.take([DOWN], START + timedelta(minutes=5)) == 0
    (page,) = await room.told()
    assert (page.contact, page.message.kind, page.message.urgency) == ("ops", MessageKind.PAGE, Urgency.ALERT)
    assert page.message.title == "🛠 Infraestructura de Sentinel: SentinelOutboxAgeing"
    assert "docs/operations.md#pages-wait-in-the-outbox" in page.message.body
    assert room.counted == ["firing"]


async def test_an_alert_that_lasts_climbs_the_policy(room: Room) -> None:
    """After the time of the second step the boss is paged as well, once; the first step's place is the operators'."""
    for minutes in (0, 10, 15, 20):
        await room.alerts.take([DOWN], START + timedelta(minutes=minutes))
    assert [(each.contact, each.created_at - START) for each in await room.told()] == [
        ("ops", timedelta(0)),
        ("boss", timedelta(minutes=15)),
    ]


async def test_the_end_is_told_to_whoever_heard_of_it_and_nobody_else(room: Room) -> None:
    """Quietly, once; an end of what was never told is no news."""
    assert await room.alerts.take([OVER], START) == 0
    await room.alerts.take([DOWN], START)
    assert await room.alerts.take([OVER], START + timedelta(hours=1)) == 1
    assert await room.alerts.take([OVER], START + timedelta(hours=2)) == 0
    news = (await room.told())[1:]
    assert [(each.contact, each.message.kind, each.message.urgency) for each in news] == [
        ("ops", MessageKind.UPDATE, Urgency.QUIET)
    ]
    assert room.counted == ["firing", "resolved"]


async def test_a_second_outbreak_is_a_new_alert(room: Room) -> None:
    """The same fingerprint from another instant on pages again."""
    await room.alerts.take([DOWN], START)
    assert (
        await room.alerts.take([replace(DOWN, started_at=START + timedelta(hours=3))], START + timedelta(hours=3)) == 1
    )


async def test_a_warning_rings_nobody_and_does_not_climb(room: Room) -> None:
    """It is news for the operators, however long it lasts."""
    warning = replace(DOWN, severity=AlertSeverity.WARNING)
    await room.alerts.take([warning], START)
    await room.alerts.take([warning], START + timedelta(hours=5))
    (news,) = await room.told()
    assert (news.contact, news.message.urgency) == ("ops", Urgency.QUIET)


async def test_words_from_outside_are_cut_to_what_a_phone_shows(room: Room) -> None:
    """However long a summary is, the message stays within what every service takes."""
    await room.alerts.take([replace(DOWN, name="n" * 900, summary="é {x} \n" * 900, runbook="r" * 900)], START)
    (page,) = await room.told()
    assert len(page.message.body.encode()) <= MOST
    assert page.message.link is not None
    assert page.message.body.endswith(page.message.link)
    assert "\n\n" not in page.message.body
