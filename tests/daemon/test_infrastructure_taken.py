"""Somebody takes an alert about what Sentinel runs on: nobody else is paged, those who knew hear it, and it can be
given back.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.incidents.command import Action, Refusal
from sentinel.incidents.infrastructure_alert import PREFIX, SILENT, AlertSeverity, StandingAlert
from sentinel.incidents.links import Grant
from sentinel.notify.base import Delivery, MessageKind, Urgency
from tests.daemon.infrastructure import DOWN, Killed, Room, a_failing_disk, a_room
from tests.fakes import START

OVER = replace(DOWN, firing=False)
STEP = timedelta(minutes=5)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path) as room:
        yield room


async def lasts(room: Room, minutes: int) -> None:
    """Alertmanager repeats it every five minutes."""
    for _ in range(minutes // 5):
        await room.clock.advance(STEP)
        await room.heard()


def granted(room: Room, url: str) -> Grant:
    grant = room.links.read(url.rpartition("/")[2], START)
    assert isinstance(grant, Grant)
    return grant


async def test_a_page_carries_a_link_of_its_contacts_own_and_a_button(room: Room) -> None:
    """Signed for this alert and this person; the same when it is made again."""
    await room.heard()
    (page,) = await room.told()
    take, open_ = page.message.buttons
    assert page.message.link == open_.url
    assert (take.label, take.acts, open_.acts) == ("Lo tengo yo", True, False)
    grants = [granted(room, url) for url in (take.url, open_.url)]
    assert [(each.incident, each.contact, each.action) for each in grants] == [
        (DOWN.id, "ops", Action.ACKNOWLEDGE),
        (DOWN.id, "ops", None),
    ]
    assert DOWN.id.startswith(PREFIX)
    assert all(each.expires_at == START + timedelta(days=1) for each in grants)


async def test_a_warning_carries_no_link(room: Room) -> None:
    """Nobody is paged by it, so there is nothing to take."""
    await room.heard(replace(DOWN, severity=AlertSeverity.WARNING))
    (news,) = await room.told()
    assert (news.message.link, news.message.buttons) == (None, ())


async def test_nobody_else_is_paged_while_somebody_has_it(room: Room) -> None:
    """However long it lasts; its end is told to everybody who knew."""
    await room.heard()
    assert isinstance(await room.alerts.hold(DOWN.id, "ops"), StandingAlert)
    await lasts(room, 60)
    assert await room.sayings() == [("ops", "page")]
    await room.heard(OVER)
    assert await room.sayings() == [("ops", "page"), ("ops", "over")]


async def test_whoever_was_told_hears_once_who_has_it(room: Room) -> None:
    """Quietly, by name; a second press of the same person changes nothing."""
    await room.heard()
    await lasts(room, 15)
    taken = await room.alerts.hold(DOWN.id, "boss")
    assert await room.alerts.hold(DOWN.id, "boss") == taken
    assert await room.sayings() == [("ops", "page"), ("boss", "page"), ("ops", "taken")]
    news = (await room.told())[-1].message
    assert (news.kind, news.urgency) == (MessageKind.UPDATE, Urgency.QUIET)
    assert news.title == "🛠 Lo tiene Berta: SentinelOutboxAgeing"
    assert [button.acts for button in news.buttons] == [False]


async def test_whoever_comes_second_is_refused(room: Room) -> None:
    """The first one has it, since then."""
    await room.heard()
    await lasts(room, 15)
    await room.alerts.hold(DOWN.id, "boss")
    assert await room.alerts.hold(DOWN.id, "ops") is Refusal.ALREADY_ACKNOWLEDGED
    assert (room.alert.taken_by, room.alert.taken_at) == ("boss", START + timedelta(minutes=15))


async def test_given_back_it_climbs_again_at_the_next_repeat(room: Room) -> None:
    """Whoever knew hears at once that nobody has it, and is paged anew, with whoever's step has come; the giver only
    knows.
    """
    await room.heard()
    await lasts(room, 15)
    await room.alerts.hold(DOWN.id, "ops")
    await room.alerts.give_back(DOWN.id, "ops", room.alert.epoch)
    assert (await room.sayings())[2:] == [("boss", "taken"), ("boss", "back")]
    await lasts(room, 10)
    assert (await room.sayings())[4:] == [("boss", "page")]
    pages = [each for each in await room.told() if each.contact == "boss" and each.message.kind is MessageKind.PAGE]
    assert len({granted(room, each.message.link or "").epoch for each in pages}) == 2


async def test_given_back_by_the_only_one_it_reached_it_rings_there_again(room: Room) -> None:
    """Rather than nobody."""
    await room.heard()
    await room.alerts.hold(DOWN.id, "ops")
    await room.alerts.give_back(DOWN.id, "ops", room.alert.epoch)
    await lasts(room, 5)
    assert await room.sayings() == [("ops", "page"), ("ops", "page")]


async def test_a_page_from_before_gives_nothing_back(room: Room) -> None:
    """Ana's old page must not take it from the boss; nor can be given back what nobody has."""
    await room.heard()
    await lasts(room, 15)
    assert await room.alerts.give_back(DOWN.id, "ops", 0) is Refusal.NOT_ACKNOWLEDGED
    await room.alerts.hold(DOWN.id, "ops")
    old = room.alert.epoch
    await room.alerts.give_back(DOWN.id, "ops", old)
    await room.alerts.hold(DOWN.id, "boss")
    assert await room.alerts.give_back(DOWN.id, "ops", old) is Refusal.STALE_LINK
    assert room.alert.taken_by == "boss"


async def test_what_is_over_or_unknown_is_not_taken(room: Room) -> None:
    """It says so."""
    assert await room.alerts.hold(DOWN.id, "ops") is Refusal.UNKNOWN
    await room.heard()
    await room.heard(OVER)
    assert await room.alerts.hold(DOWN.id, "ops") is Refusal.ALREADY_RESOLVED
    assert await room.alerts.give_back(DOWN.id, "ops", 0) is Refusal.ALREADY_RESOLVED


async def test_what_begins_again_under_its_old_start_is_paged_anew(room: Room) -> None:
    """Alertmanager calls an alert over when Prometheus is cut off for a while: whoever was told so must hear that it is
    not.
    """
    await room.heard()
    await room.alerts.hold(DOWN.id, "ops")
    await room.heard(OVER)
    await room.clock.advance(STEP)
    assert await room.heard() == 1
    assert await room.sayings() == [("ops", "page"), ("ops", "over"), ("ops", "page")]
    assert room.alert.taken_by is None
    await room.heard(OVER)
    assert (await room.sayings())[-1] == ("ops", "over")


async def test_what_waits_in_the_outbox_is_not_sent_once_it_is_out_of_date(room: Room) -> None:
    """A page whose alert was taken meanwhile rings nobody; the news of it goes, until it is given back; the end goes
    always.
    """
    await room.heard()
    await lasts(room, 15)

    async def current() -> list[tuple[str, str]]:
        rows = [each for each in await room.told() if await room.store.is_current(each)]
        said = dict(zip([each.key for each in await room.told()], await room.sayings(), strict=True))
        return [said[each.key] for each in rows]

    assert await current() == [("ops", "page"), ("boss", "page")]
    await room.alerts.hold(DOWN.id, "ops")
    assert await current() == [("boss", "taken")]
    await room.alerts.give_back(DOWN.id, "ops", room.alert.epoch)
    assert await current() == [("boss", "back")]
    await room.heard(OVER)
    assert await current() == [("ops", "over"), ("boss", "over")]


@pytest.mark.parametrize("dies", ["before", "after"])
@pytest.mark.parametrize("at", ["page", "take", "give back", "end"])
async def test_killed_anywhere_nothing_is_lost_and_nothing_told_twice(room: Room, at: str, dies: str) -> None:
    """Before the commit or after it: whoever asked asks again, and all is as if nothing had been."""
    steps = {
        "page": lambda: room.heard(),
        "take": lambda: room.alerts.hold(DOWN.id, "boss"),
        "give back": lambda: room.alerts.give_back(DOWN.id, "boss", 1),
        "end": lambda: room.heard(OVER),
    }
    await room.clock.advance(timedelta(minutes=15))
    for name, step in steps.items():
        if name == at:
            room.mortal.dies = dies
            with pytest.raises(Killed):
                await step()
            await room.again()
        await step()
    assert await room.sayings() == [
        ("ops", "page"),
        ("boss", "page"),
        ("ops", "taken"),
        ("ops", "back"),
        ("ops", "over"),
        ("boss", "over"),
    ]
    assert room.alert.ended_at is not None


async def test_who_has_it_outlives_a_restart(room: Room) -> None:
    """It is on disk before it counts."""
    await room.heard()
    await room.alerts.hold(DOWN.id, "ops")
    await room.again()
    assert room.alert.taken_by == "ops"
    await lasts(room, 30)
    assert await room.sayings() == [("ops", "page")]


async def test_with_a_failing_store_it_pages_and_is_taken_in_memory(room: Room) -> None:
    """And once the disk works again all of it is there for the next start."""
    disk = a_failing_disk(room)
    disk.fails()
    assert await room.heard() == 1
    disk.unreadable = True
    await lasts(room, 15)
    assert [each.contact for each in await room.store.due(room.clock.now())] == ["ops", "boss"]
    assert isinstance(await room.alerts.hold(DOWN.id, "ops"), StandingAlert)
    await lasts(room, 30)
    disk.works()
    assert await room.store.mend()
    await room.again()
    assert room.alert.taken_by == "ops"
    assert await room.sayings() == [("ops", "page"), ("boss", "page"), ("boss", "taken")]


async def test_what_alertmanager_went_silent_about_is_not_shown_as_firing(room: Room) -> None:
    """Under a silence it does not tell of the end; what is older than is kept is let go of."""
    await room.heard()
    assert [each.name for each in room.alerts.firing(room.clock.now())] == [DOWN.name]
    await room.clock.advance(SILENT)
    assert room.alerts.firing(room.clock.now()) == ()
    await room.alerts.prune(START + timedelta(seconds=1))
    await room.again()
    assert room.alerts.find(DOWN.id) is None


async def test_other_messages_are_never_out_of_date_here(room: Room) -> None:
    """A test page is about no alert."""
    await room.heard()
    (page,) = await room.told()
    other: Delivery = replace(page, key="another")
    assert not room.alerts.outdated(other)
