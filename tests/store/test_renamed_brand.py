"""A brand's new name reaches every table; where both names have something, the present one's stays."""

from datetime import date, timedelta

import msgspec

from sentinel.daemon.late_requests import ToldRequests
from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Event, EventName
from sentinel.reports.day import BrandDay
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.facts import LATE_REQUESTS, fact, put_fact
from sentinel.store.incidents import IncidentStore
from sentinel.store.renamed_brand import rename_brands
from sentinel.store.rollups import Counted, RollupStore
from sentinel.store.saved_views import EVERYBODY, SavedViewStore
from sentinel.store.scores import ScoreStore
from sentinel.store.silences import SilenceStore
from tests.fakes import START
from tests.incidents.story import Story

SLOT = timedelta(minutes=5)


async def test_history_goes_on_under_the_new_name(store_url: str) -> None:
    """The open incident, its events, the scores, the days, a silence; done twice it changes nothing more."""
    database = await Database.open(store_url)
    incidents, scores, silences = IncidentStore(database), ScoreStore(database), SilenceStore(database)
    incident = Story().score(Level.ALERT).incident
    assert incident is not None
    event = Event(
        event=EventName.INCIDENT_OPENED,
        at=START,
        brand="Acme",
        incident=incident.id,
        level=Level.ALERT,
        score=65.0,
        contributions={},
    )
    async with database.write() as connection:
        await incidents.save(connection, incident)
        await incidents.publish(connection, [event])
    await scores.write([("Acme", (START, 40.0)), ("Acme", (START + SLOT, 50.0)), ("Acme Plus", (START + SLOT, 60.0))])
    await silences.save(
        Silence(
            id="s-1",
            brands=("Acme", "Zeta"),
            starts_at=START,
            ends_at=START + timedelta(hours=1),
            by="ana",
            reason=None,
            made_at=START,
        )
    )
    days, monday = RollupStore(database), date(2026, 3, 2)
    await days.add(
        [
            BrandDay(brand="Acme", day=monday - timedelta(days=1), negative=5),
            BrandDay(brand="Acme", day=monday, negative=3),
            BrandDay(brand="Acme Plus", day=monday, negative=7),
        ],
        Counted(),
    )
    views = SavedViewStore(database)
    await views.save(EVERYBODY, "Averías", {"brand": "Acme", "text": "avería"}, START)
    await views.save(EVERYBODY, "Zeta", {"brand": "Zeta"}, START)
    async with database.write() as connection:
        told = ToldRequests(requests=(("Acme", 7, 1_000), ("Zeta", 8, 1_000)), brands={"Acme": START, "Zeta": START})
        await put_fact(connection, LATE_REQUESTS, msgspec.json.encode(told).decode())
    for _ in range(2):
        await rename_brands(database, {"Acme": "Acme Plus"})
        (kept,) = await incidents.find(brand="Acme Plus")
        assert kept == msgspec.structs.replace(incident, brand="Acme Plus")
        assert await incidents.find(brand="Acme") == []
        ((_, body),) = await incidents.events_after()
        assert await incidents.events_after(brands={"Acme"}) == []
        assert await incidents.events_after(brands=("Acme Plus", "Zeta")) == await incidents.events_after()
        assert msgspec.json.decode(body, type=Event) == msgspec.structs.replace(event, brand="Acme Plus")
        points = await scores.between("Acme Plus", START, START + timedelta(hours=1))
        assert points == [(START, 40.0), (START + SLOT, 60.0)]
        assert await scores.between("Acme", START, START + timedelta(hours=1)) == []
        kept_days = await days.days(monday - timedelta(days=7), monday)
        assert [(each.brand, each.negative) for each in kept_days] == [("Acme Plus", 5), ("Acme Plus", 7)]
        async with database.read() as connection:
            late = msgspec.json.decode(await fact(connection, LATE_REQUESTS) or "", type=ToldRequests)
        assert late.requests == (("Acme Plus", 7, 1_000), ("Zeta", 8, 1_000))
        assert late.brands == {"Acme Plus": START, "Zeta": START}
        (silence,) = await silences.prune(START)
        assert silence.brands == ("Acme Plus", "Zeta")
        assert [each.query for each in await views.all(EVERYBODY)] == [
            {"brand": "Acme Plus", "text": "avería"},
            {"brand": "Zeta"},
        ]
    await database.close()
