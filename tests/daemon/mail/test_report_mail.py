"""Reports through the store: one a period, plan and person, over restarts, downtime and a failing disk."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.assembly.build import contacts, report_plans, roster
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.daemon.mail.report_mail import ReportMail
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.daemon.rollups import Rollups
from sentinel.daemon.stored_reports import StoredReports
from sentinel.matching.brand import Brand
from sentinel.notify.base import Delivery
from sentinel.playbooks.reader import read_playbooks
from sentinel.reports.day import BrandDay
from sentinel.reports.period import Every
from sentinel.reports.plan import ReportPlan
from sentinel.sentiment.seed import load_seed
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.latest import LatestIncidents
from sentinel.store.outbox import Outbox
from sentinel.store.reports import ReportStore
from sentinel.store.rollups import RollupStore
from tests.builders import a_mention
from tests.fakes import START, FakeClock
from tests.reports.archive import a_told

CONFIG = """
timezone: Europe/Madrid
brands: [{name: Acme}, {name: Zeta}]
contacts: {ana: {name: Ana, channels: ["log://"], language: es}, boss: {channels: ["log://"]},
  mute: {channels: ["log://"], use: {news: []}}}
roles: {bosses: [boss]}
reports:
  - {every: week, on: tue, at: "09:00", to: [ana, bosses, mute]}
"""
BEGUN = START + timedelta(days=2)
"""A Wednesday: the report of the week before START has gone."""
DUE = datetime(2026, 3, 10, 8, tzinfo=UTC)
"""Nine on Tuesday in Madrid: the report of the week of START."""


@dataclass
class PostOffice:
    """A store, a clock, and reports that go when told."""

    database: Database
    config: Config
    clock: FakeClock = field(default_factory=FakeClock)
    plans: tuple[ReportPlan, ...] = ()
    pokes: int = 0
    apart: bool = False

    def __post_init__(self) -> None:
        self.plans = self.plans or report_plans(self.config)
        self.journal = Journal(self.database, self.clock)
        self.incidents, self.outbox = IncidentStore(self.database), Outbox(self.database)
        self.restart()

    def restart(self) -> None:
        """A new process on the same store."""
        self.steady = FailoverStore(self.database, self.incidents, self.outbox)
        days, store, briefing = (
            RollupStore(self.database),
            ReportStore(self.database),
            MessageBuilder(self.config, read_playbooks(None), "http://s.example"),
        )
        brands = [Brand(name="Acme", any=("acme",)), Brand(name="Zeta", any=("zeta",))]
        rollups = Rollups(
            self.journal, days, lambda: brands, lambda: self.config.zone, load_seed().twin, lambda: False, self.clock
        )
        self.desk = StoredReports(
            store,
            days,
            LatestIncidents(self.incidents, self.steady),
            brands=lambda: brands,
            zone=lambda: self.config.zone,
            briefing=lambda: briefing,
            counted_until=lambda: rollups.until,
            clock=self.clock,
            apart=lambda: self.apart,
        )
        self.mail = ReportMail(
            self.steady,
            store,
            self.desk,
            rollups,
            plans=lambda: self.plans,
            briefing=lambda: briefing,
            contacts=lambda: contacts(self.config),
            roster=lambda: roster(self.config),
            committed=self._committed,
            clock=self.clock,
        )

    def _committed(self) -> None:
        self.pokes += 1

    async def at(self, instant: datetime) -> list[Delivery]:
        """Time goes on to this instant, one look there; everything in the outbox so far."""
        await self.clock.advance(instant - self.clock.now())
        await self.mail.look()
        return sorted(await self.outbox.due(instant), key=lambda row: row.id)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[PostOffice]:
    path = tmp_path / "s.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    database = await Database.open(f"sqlite:///{tmp_path / 'r.db'}")
    yield PostOffice(database, load(path))
    await database.close()


async def test_once_a_week_to_everybody_who_is_named(office: PostOffice) -> None:
    """The first look begins the count; each in their language; whoever has no channel for news gets none."""
    assert await office.at(BEGUN) == []
    await office.journal.append([a_mention("acme", at=timedelta(minutes=n)) for n in range(3)])
    assert await office.at(DUE - timedelta(seconds=1)) == []
    hers, his = await office.at(DUE)
    assert (hers.contact, his.contact) == ("ana", "boss")
    assert hers.message.title == "📊 Informe de Acme, Zeta: semana del 2 al 8 de marzo de 2026"
    assert "Se habló de Acme 3 veces" in hers.message.body
    assert "Nobody spoke of Zeta." in his.message.body
    assert hers.message.link == "http://s.example/reports"
    assert office.pokes == 2
    assert len(await office.at(DUE + timedelta(days=1))) == 2
    assert len(await office.at(DUE + timedelta(days=7))) == 4


async def test_killed_after_it_is_sent_the_next_process_sends_nothing_again(office: PostOffice) -> None:
    """Message and memory of it are one transaction; killed before it, the next process sends it."""
    await office.at(BEGUN)
    office.restart()
    rows = await office.at(DUE)
    assert len(rows) == 2
    office.restart()
    assert await office.at(DUE + timedelta(minutes=1)) == rows


async def test_after_three_weeks_down_only_the_newest(office: PostOffice) -> None:
    """The others stand on the pages."""
    await office.at(BEGUN)
    rows = await office.at(DUE + timedelta(days=21, hours=3))
    assert [row.contact for row in rows] == ["ana", "boss"]
    assert "del 23 al 29 de marzo" in rows[0].message.title


async def test_everything_is_counted_before_it_is_told(office: PostOffice) -> None:
    """What came in just before the hour is in the report."""
    await office.at(BEGUN)
    await office.clock.advance(timedelta(minutes=1))
    await office.journal.append([a_mention("zeta", at=START)])
    hers, _ = await office.at(DUE)
    assert "Se habló de Zeta una vez" in hers.message.body


async def test_the_event_is_published(office: PostOffice) -> None:
    """A page of kind digest, as the outside reads it."""
    await office.at(BEGUN)
    await office.at(DUE)
    events = [msgspec.json.decode(body) for _, body in await office.incidents.events_after()]
    assert [(each["event"], each["contact"], each["kind"]) for each in events] == [
        ("page", "ana", "digest"),
        ("page", "boss", "digest"),
    ]


async def test_two_plans_do_not_share_their_memory(office: PostOffice) -> None:
    """A month's report goes beside the week's; the same of one brand alone as well."""
    office.plans = (
        *office.plans,
        ReportPlan(brands=("Acme",), every=Every.MONTH, at=time(9), zone="Europe/Madrid", to=("ana",)),
        ReportPlan(brands=("Acme",), every=Every.WEEK, at=time(9), zone="Europe/Madrid", to=("ana",), language="en"),
    )
    await office.at(BEGUN)
    rows = await office.at(datetime(2026, 4, 1, 7, tzinfo=UTC))
    assert sorted(row.message.title.removeprefix("📊 ") for row in rows if row.contact == "ana") == [
        "Informe de Acme, Zeta: semana del 23 al 29 de marzo de 2026",
        "Informe de Acme: marzo de 2026",
        "Report on Acme: week of 23–29 March 2026",
    ]


async def test_incidents_of_the_week_are_read_from_the_store(office: PostOffice) -> None:
    """With their timelines; a drill is none."""
    told = a_told(at=START + timedelta(hours=1))
    drill = a_told(at=START + timedelta(hours=2), name="i2")
    async with office.database.write() as connection:
        for each, is_drill in ((told, False), (drill, True)):
            await office.incidents.save(connection, msgspec.structs.replace(each.incident, drill=is_drill))
            await office.incidents.append(connection, each.incident.id, each.timeline)
    await office.at(BEGUN)
    hers, _ = await office.at(DUE)
    assert (
        "Hubo 1 incidente, que llegó a crisis (85 de 100). Alguien se hizo cargo en 3 min (mediana)."
        in hers.message.body
    )
    report = await office.desk.incident("i1")
    assert report is not None
    assert report.marks.to_resolve == timedelta(hours=1)
    assert await office.desk.incident("nope") is None


@pytest.mark.parametrize("apart", [False, True])
async def test_where_brands_are_kept_apart_mail_names_those_alone_that_it_is_about(
    office: PostOffice, apart: bool
) -> None:
    """Elsewhere each brand is compared with all that are watched."""
    office.apart = apart
    beside = office.desk.beside(("Acme",))
    period = office.plans[0].newest(DUE)
    days = RollupStore(office.database)
    counted = [BrandDay(brand=brand, day=period.first, negative=3) for brand in ("Acme", "Zeta")]
    await days.add(counted, await days.counted())
    (report,) = (await office.desk.gathered(("Acme",), period, beside))()
    assert [each.name for each in report.brands] == (["Acme"] if apart else ["Acme", "Zeta"])
