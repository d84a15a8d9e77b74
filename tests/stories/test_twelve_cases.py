"""The cases that break naive builds, one test each; the first, killed after the provider accepted, stands with the
crash tests.
"""

import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.clock import SystemClock
from sentinel.incidents.command import Action, Command, Refusal
from sentinel.incidents.incident import State
from sentinel.incidents.lifecycle import commanded
from sentinel.incidents.timeline import What, Why
from sentinel.notify.base import SendOutcome, SendReason, Status, Urgency
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.outbox import RowState
from tests.daemon.selfcheck.test_auditor import an_auditor
from tests.escalation.rotas import SUN, a_rotation, a_schedule, an_override, utc
from tests.escalation.test_schedule import told
from tests.fakes import FakeClock
from tests.incidents.story import Story, some_rules
from tests.notify.providers import a_provider
from tests.notify.test_dispatcher import Office, a_delivery
from tests.web.links import a_token, on_fire


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    database = await Database.open(f"sqlite:///{tmp_path / 'o.db'}")
    yield Office(database, timeout=0.5)
    await database.close()


async def test_case_02_the_provider_accepts_but_answers_too_late(office: Office) -> None:
    """Nobody knows whether Ana has it: it goes again, and says that it is a repeat."""
    with a_provider() as provider:
        office.people["ana"] = (provider.url("silent"),)
        page = a_delivery()
        await office.post(page)
        await office.until(1)
        assert await office.state(page) is RowState.QUEUED
        await office.while_not(lambda: len(provider.sent) == 1)  # a busy machine may hear of it later than we gave up
        office.people["ana"] = (provider.url("ok"),)
        await office.clock.advance(5)
        await office.until(2)
        assert [title for _, title, _ in provider.sent] == ["title", "title (repetición)"]
        assert await office.state(page) is RowState.ACCEPTED


async def test_case_03_acknowledged_while_one_page_is_leased_and_another_throttled(office: Office) -> None:
    """The call under way ends as it ends; the one that was to be tried again is not."""
    story = Story().score(Level.ALERT)
    assert story.incident is not None
    leased, throttled = (
        a_delivery(who, incident=story.incident.id, epoch=story.incident.epoch, title=who) for who in ("ana", "boss")
    )
    async with office.database.write() as connection:
        await office.incidents.save(connection, story.incident)
    office.notifier.answers["test://boss"] = [
        SendOutcome(status=Status.RETRY, reason=SendReason.RATE_LIMITED, retry_after=30)
    ]
    await office.post(throttled)
    await office.until(1)
    gate = threading.Event()
    office.notifier.held["test://ana"] = gate
    await office.post(leased)
    await office.while_not(lambda: len(office.notifier.sent) == 2)
    story.ask(Action.ACKNOWLEDGE, "luis")
    async with office.database.write() as connection:
        await office.incidents.save(connection, story.incident)
    gate.set()
    await office.clock.advance(30)
    await office.until(2)
    assert await office.outbox.state_of(throttled.key) == (RowState.DROPPED, "stale_epoch")
    assert [title for _, title in office.notifier.sent] == ["boss", "ana"]


def test_case_04_two_people_at_once_a_replay_after_reopening_an_old_link_on_a_new_incident() -> None:
    """One has it and the other hears so; what was promised before moves nothing later."""
    story = Story().score(Level.ALERT)
    first = story.incident
    assert first is not None
    press = Command(incident=first.id, action=Action.ACKNOWLEDGE, by="ana", epoch=first.epoch)
    assert story.ask(Action.ACKNOWLEDGE, "ana") is None
    assert story.ask(Action.ACKNOWLEDGE, "boss") is Refusal.ALREADY_ACKNOWLEDGED
    story.wait(5).score(Level.CALM).wait(30).score(Level.ALERT)
    assert story.incident is not None
    assert commanded(story.incident, press, story.rules, story.now) is Refusal.STALE_LINK
    story.score(Level.CALM).wait(130).score(Level.ALERT).score(Level.ALERT)
    assert story.incident.id != first.id
    assert story.incident.epoch == first.epoch, (
        "epochs of different incidents are no proof: the link names its incident"
    )
    assert story.state is State.OPEN


async def test_case_05_a_preview_bot_opens_the_acknowledge_link() -> None:
    """Whatever looks at a link moves nothing."""
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident, action=Action.ACKNOWLEDGE)}"
    async with stand.client() as client:
        for _ in range(3):
            assert (await client.get(address, headers={"User-Agent": "Slackbot-LinkExpanding 1.0"})).status == 200
    assert stand.commands == []
    assert stand.incidents[incident.id].state is State.OPEN


def test_case_06_acknowledged_at_alert_then_crisis() -> None:
    """Having an alert is not having a crisis: everybody is paged anew, faster."""
    story = Story().score(Level.ALERT).wait(1)
    story.ask(Action.ACKNOWLEDGE, "ana")
    story.wait(20).score(Level.CRISIS).wait(6)
    assert story.pages == [(0, "ana"), (21, "ana"), (26, "boss")]
    assert (What.LEVEL, Why.LEVEL_ROSE) in story.lines


def test_case_07_a_silence_made_after_the_page_and_an_end_under_it() -> None:
    """No further page, but who was woken hears of the end."""
    story = Story().score(Level.ALERT).wait(1).silenced(60).wait(30).score(Level.CALM)
    assert story.pages == [(0, "ana")]
    assert story.told[-1] == (31, "resolved", "ana")
    assert (What.SILENCED, Why.SILENCED) in story.lines


def test_case_08_a_weekly_handoff_at_half_past_two_on_both_days_and_an_override_across_one() -> None:
    """There is always somebody: at the first instant after the gap, twice in the doubled hour, and the override from
    instant to instant.
    """
    override = an_override("boss", "2026-10-25 00:00", "2026-10-25 01:15")
    plain = a_rotation("ana luis", handoff="02:30", weekday=SUN, starts="2026-01-04")
    spring = a_schedule(plain).shifts(utc("2026-03-28 12:00"), utc("2026-03-29 12:00"))
    autumn = a_schedule(plain, overrides=(override,)).shifts(utc("2026-10-24 12:00"), utc("2026-10-25 12:00"))
    assert told(spring) == [("03-28 12:00", "luis"), ("03-29 01:00", "ana"), ("03-29 12:00", "")]
    assert told(autumn) == [
        ("10-24 12:00", "luis"),
        ("10-25 00:00", "boss"),
        ("10-25 01:15", "luis+ana"),
        ("10-25 01:30", "ana"),
        ("10-25 12:00", ""),
    ]


async def test_case_09_down_for_two_hours_with_ten_timers_overdue(office: Office) -> None:
    """Each incident pages once, at its present step, and the page says that it is late; the watchdog had noticed."""
    stories = [Story().score(Level.ALERT).asleep(130) for _ in range(10)]
    assert {len(story.pages) for story in stories} == {2}
    assert {story.pages[1][0] for story in stories} == {130}
    assert all((What.NOT_SENT, Why.OVERDUE) in story.lines for story in stories)
    waited = -timedelta(hours=2, minutes=10)
    await office.post(*(a_delivery(f"c{n}", title=f"page {n}", at=waited) for n in range(10)))
    office.people = {f"c{n}": (f"test://c{n}",) for n in range(10)}
    await office.until(10)
    assert sorted(title for _, title in office.notifier.sent) == [
        f"page {n} (con retraso de 2 h 10 min)" for n in range(10)
    ]
    clock = FakeClock()
    assert an_auditor(clock, overdue_since=clock.now() + waited).complaints() != []


def test_case_10_the_wall_clock_steps_back_and_ahead_and_the_machine_was_suspended() -> None:
    """Back: time goes on from where it was, so no page waits an hour.

    Ahead, or asleep: one page at the present step, not a burst.
    """
    clock = SystemClock()
    clock._last += timedelta(hours=1)  # what it said before somebody set the machine's clock back
    before = clock.now()
    assert timedelta(0) <= clock.now() - before < timedelta(minutes=1)
    for ahead in (60, 600):
        story = Story().score(Level.ALERT).asleep(ahead)
        assert [at for at, _ in story.pages] == [0, ahead]
        assert story.incident is not None
        assert story.incident.next_at is not None
        assert story.now < story.incident.next_at <= story.now + timedelta(hours=1)


def test_case_11_a_reload_deletes_the_person_on_call_in_the_middle_of_a_climb() -> None:
    """The step that now has nobody in it advances at once, the catch-all hears of it, and the timeline says who is
    missing.
    """
    story = Story().score(Level.ALERT).wait(1)
    story.rules = some_rules("ana", "luis", "chief")
    story.wait(10)
    assert (What.NOT_SENT, Why.UNKNOWN_CONTACT) in story.lines
    assert story.pages[1] == (10, "chief")
    story.rules = some_rules("chief")
    story.wait(300)
    assert {who for at, who in story.pages if at > 10} == {"chief"}
    assert story.state is State.OPEN


async def test_case_12_a_provider_drips_while_three_hundred_incidents_are_open(office: Office) -> None:
    """A crisis for another provider goes out at once: no second passes."""
    with a_provider() as drips, a_provider() as healthy:
        office.people = {f"slow{n}": (drips.url("drip"),) for n in range(300)} | {"boss": (healthy.url("ok"),)}
        await office.post(*(a_delivery(f"slow{n}", title=f"slow {n}", urgency=Urgency.CRISIS) for n in range(300)))
        await office.while_not(lambda: len(drips.sent) == 2)
        before = office.clock.now()
        await office.post(a_delivery("boss", title="new crisis", urgency=Urgency.CRISIS))
        await office.while_not(lambda: bool(healthy.sent))
        drips.over.set()
        assert [title for _, title, _ in healthy.sent] == ["new crisis"]
        assert office.clock.now() == before
