"""The whole way out, from the outbox to real sockets: charts, repeats that replace, one provider that drips while a
storm is on.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import Feature, MessageKind, Urgency
from sentinel.notify.dispatcher import Dispatcher
from sentinel.notify.ntfy import NtfyNotifier
from sentinel.notify.pushover import PushoverNotifier
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.outbox import RowState
from tests.incidents.story import Story
from tests.notify.ntfy_server import an_ntfy
from tests.notify.pushover_server import a_pushover, url_of
from tests.notify.test_dispatcher import Office, Scripted, a_delivery

PNG = b"\x89PNG\r\n\x1a\n chart"
STORM = 300


@dataclass
class Easel:
    """Draws at once; keeps for whom."""

    png: bytes | None = PNG
    drawn: list[tuple[str, str]] = field(default_factory=list)

    async def of(self, incident: str, language: str) -> bytes | None:
        self.drawn.append((incident, language))
        return self.png


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(f"sqlite:///{tmp_path / 'o.db'}")
    yield opened
    await opened.close()


def an_office(database: Database, easel: Easel | None = None, timeout: float = 5.0) -> Office:
    office = Office(database, timeout=timeout)
    notifiers = {"test": office.notifier, "ntfy": NtfyNotifier(), "pover": PushoverNotifier(), "": AppriseNotifier()}
    office.dispatcher = Dispatcher(
        office.outbox,
        office,
        notifiers,
        office,
        office.clock,
        per_destination=2,
        timeout=timeout,
        max_attempts=3,
        charts=easel,
    )
    return office


async def an_incident(office: Office, level: Level = Level.CRISIS) -> Story:
    story = Story().score(level)
    assert story.incident is not None
    async with office.database.write() as connection:
        await office.incidents.save(connection, story.incident)
    return story


async def test_one_provider_drips_while_three_hundred_incidents_are_open(database: Database) -> None:
    """Every page of the storm waits for a server that feeds its answer a byte at a time; a new crisis reaches another
    provider at once, while of the storm no more are under way than one provider may have, and none is lost.
    """
    office = an_office(database, timeout=60.0)
    with an_ntfy() as (_, slow), an_ntfy() as (ntfy, quick):
        slow.mode = "drip"
        office.people = {"storm": (f"ntfy://127.0.0.1:{slow.port}/t",), "boss": (f"ntfy://127.0.0.1:{quick.port}/t",)}
        story = await an_incident(office)
        assert story.incident is not None
        others = [msgspec.structs.replace(story.incident, id=f"storm-{n}", brand=f"B{n}") for n in range(STORM)]
        async with office.database.write() as connection:
            for incident in others:
                await office.incidents.save(connection, incident)
            storm = [
                a_delivery("storm", key=f"s{n}", urgency=Urgency.CRISIS, incident=each.id, epoch=each.epoch)
                for n, each in enumerate(others)
            ]
            await office.outbox.enqueue(connection, storm)
        crisis = a_delivery(
            "boss", key="crisis", urgency=Urgency.CRISIS, incident=story.incident.id, epoch=story.incident.epoch
        )

        async def break_out() -> None:
            """Once the storm has filled its provider."""
            while len(slow.asked) < 2:
                await office.clock.sleep(0)
            await office.post(crisis)

        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            tasks.create_task(break_out(), name="a new crisis")
            settled = await office.until(1)
        assert [(each.delivery.contact, each.state) for each in settled] == [("boss", "accepted")]
        assert ([each.title for each in ntfy.published], len(slow.asked)) == (["title"], 2)
        assert await office.state(crisis) is RowState.ACCEPTED
        states = [await office.state(each) for each in storm]
        assert (states.count(RowState.LEASED), states.count(RowState.QUEUED)) == (2, STORM - 2)


async def test_a_page_takes_its_chart_along(database: Database) -> None:
    """To channels that take one, drawn in the reader's language; news, and pages about no incident, have none."""
    easel = Easel()
    office = an_office(database, easel)
    story = await an_incident(office)
    assert story.incident is not None
    with an_ntfy() as (ntfy, receiver), a_pushover() as (pushover, push):
        office.people = {
            "ana": (f"ntfy://127.0.0.1:{receiver.port}/t",),
            "boss": (url_of(push),),
            "luis": ("test://luis",),
        }
        here = {"incident": story.incident.id, "epoch": story.incident.epoch}
        await office.post(
            a_delivery("ana", **here),
            a_delivery("boss", urgency=Urgency.CRISIS, **here),
            a_delivery("luis", **here),
            a_delivery("ana", title="news", kind=MessageKind.UPDATE, **here),
            a_delivery("ana", title="blind"),
        )
        await office.until(5)
    assert {each.title: each.picture for each in ntfy.published} == {"title": PNG, "news": None, "blind": None}
    assert [each.picture for each in pushover.taken] == [PNG]
    assert easel.drawn == [(story.incident.id, "es")] * 2
    assert [each.receipt for each in await office.outbox.ringing()] == [f"r{1:029d}"]


async def test_a_page_without_its_chart_is_a_page(database: Database) -> None:
    """It could not be drawn in time."""
    office = an_office(database, Easel(png=None))
    story = await an_incident(office)
    assert story.incident is not None
    with an_ntfy() as (ntfy, receiver):
        office.people = {"ana": (f"ntfy://127.0.0.1:{receiver.port}/t",)}
        await office.post(a_delivery(incident=story.incident.id, epoch=story.incident.epoch))
        assert [each.state for each in await office.until(1)] == ["accepted"]
    assert [each.picture for each in ntfy.published] == [None]


async def test_what_chokes_on_a_chart_gets_the_next_try_without(database: Database) -> None:
    """The provider took the page and answered too late: it comes again, marked, under the same name, without the
    picture.
    """
    office = an_office(database, Easel(), timeout=1.0)
    story = await an_incident(office)
    assert story.incident is not None
    with an_ntfy() as (ntfy, receiver):
        receiver.mode = "late"
        office.people = {"ana": (f"ntfy://127.0.0.1:{receiver.port}/t",)}
        await office.post(a_delivery(key="a" * 32, incident=story.incident.id, epoch=story.incident.epoch))
        assert (await office.until(1))[0].state == "queued"
        receiver.mode = "ok"
        await office.clock.advance(5)
        await office.until(2)
    assert [(each.title, each.picture, each.sequence) for each in ntfy.published] == [
        ("title", PNG, "a" * 32),
        ("title (repetición)", None, "a" * 32),
    ]


async def test_an_acknowledgement_while_the_chart_is_drawn(database: Database) -> None:
    """It is looked at once more after the drawing: the page is not sent."""
    easel = Easel()
    office = an_office(database, easel)
    story = await an_incident(office)
    assert story.incident is not None
    page = a_delivery(incident=story.incident.id, epoch=story.incident.epoch)

    async def of(incident: str, language: str) -> bytes | None:
        from sentinel.incidents.command import Action

        story.ask(Action.ACKNOWLEDGE)
        assert story.incident is not None
        async with office.database.write() as connection:
            await office.incidents.save(connection, story.incident)
        return PNG

    easel.of = of  # type: ignore[method-assign]
    with an_ntfy() as (ntfy, receiver):
        office.people = {"ana": (f"ntfy://127.0.0.1:{receiver.port}/t",)}
        await office.post(page)
        assert [each.state for each in await office.until(1)] == ["dropped"]
    assert ntfy.published == []


async def test_a_plugin_that_cannot_say_what_it_carries(database: Database) -> None:
    """It gets the page without a chart; nothing else stops for it."""

    class Odd(Scripted):
        def features(self, url: str) -> frozenset[Feature]:
            raise KeyError(url)

    office = an_office(database, Easel())
    office.notifier.__class__ = Odd
    story = await an_incident(office)
    assert story.incident is not None
    await office.post(a_delivery(incident=story.incident.id, epoch=story.incident.epoch))
    assert [each.state for each in await office.until(1)] == ["accepted"]
