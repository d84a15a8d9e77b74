"""The round: a store that fails is noticed, told once and mended; a self-test goes out at its pace and its silence is
heard.
"""

import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sentinel.config.loader import load
from sentinel.config.watch import SelfTestSettings as Settings
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.selfcheck.auditor import Auditor
from sentinel.daemon.selfcheck.maintenance import Maintenance
from sentinel.daemon.selfcheck.self_test import SelfTest
from sentinel.daemon.selfcheck.store_alarm import LASTING, StoreAlarm
from sentinel.notify.base import Delivery, SendOutcome, SendReason, Status
from sentinel.notify.retry import after_send
from sentinel.playbooks.reader import read_playbooks
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreHealth
from sentinel.store.holder import Unshared
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import Outbox
from tests.fakes import START, FakeClock
from tests.store.failing import FailingDisk

CONFIG = """language: es
timezone: Europe/Madrid
brands: [{name: Acme}]
contacts:
  ana: {name: Ana, channels: ["json://127.0.0.1:9/ana"]}
  bob: {name: Bob, language: en, channels: ["json://127.0.0.1:9/bob", "log://"]}
operators: [ana, bob]
"""


@dataclass
class Beat:
    """A patrol on its round, and the store it walks past."""

    folder: Path
    database: Database
    clock: FakeClock
    settings: Settings

    def __post_init__(self) -> None:
        (self.folder / "c.yaml").write_text(CONFIG, encoding="utf-8")
        config = load(self.folder / "c.yaml", {})
        briefing = MessageBuilder(config, read_playbooks(None), "http://x")
        self.disk = FailingDisk(self.database)
        self.outbox = Outbox(self.database)
        self.store = FailoverStore(self.database, IncidentStore(self.database), self.outbox)
        operators = OperatorNotices(lambda _: config.operators, lambda: briefing)
        channels = {name: len(contact.channels) for name, contact in config.contacts.items()}
        self.self_test = SelfTest(
            self.store,
            operators,
            lambda: self.settings,
            lambda: ZoneInfo("Europe/Madrid"),
            briefing.name_of,
            channels.__getitem__,
        )
        self.ticked_at: datetime | None = None
        self.auditor = Auditor(
            clock=self.clock,
            started_at=START,
            tick=lambda: timedelta(seconds=5),
            ticked_at=lambda: self.ticked_at or self.clock.now(),
            overdue_since=lambda: None,
            oldest_waiting=lambda: self.patrol.oldest_waiting,
            checkpointed_at=self.clock.now,
            checkpoint_every=lambda: timedelta(minutes=1),
            looked_at=self.clock.now,
            ailments=lambda: [test] if (test := self.self_test.complaint()) else [],
        )
        self.patrol = Maintenance(
            self.store,
            Unshared(),
            (self.outbox.prune,),
            StoreAlarm(self.store, operators, lambda: LASTING, _nothing),
            self.self_test,
            self.auditor,
            lambda: timedelta(days=30),
            _nothing,
            self.clock,
        )

    async def walk(self, seconds: float) -> None:
        """Rounds, every two seconds."""
        for _ in range(round(seconds / 2)):
            await self.clock.advance(2)
            await self.patrol.go_round()

    async def rows(self) -> list[Delivery]:
        return sorted(await self.store.due(self.clock.now()), key=lambda row: (row.created_at, row.contact))

    async def ends(self, row: Delivery, status: Status, reason: SendReason) -> None:
        """The provider answers a send so."""
        outcome = SendOutcome(status=status, reason=reason)
        await self.store.record(row, after_send(row, outcome, self.clock.now(), channels=1, max_attempts=3))

    async def accept_all(self) -> list[str]:
        """The dispatcher sends what is due, the providers take it; gives the titles."""
        rows = await self.rows()
        for row in rows:
            await self.ends(row, Status.ACCEPTED, SendReason.OK)
        return [row.message.title for row in rows]


@pytest.fixture
async def beat(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Beat]:
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    yield Beat(tmp_path, database, clock, Settings())
    await database.close()


async def test_a_disk_that_fails_is_told_once_and_so_is_its_end(beat: Beat) -> None:
    """Noticed by a probe before anybody needs it; after ten seconds both operators are paged, each in their language,
    once.
    """
    await beat.walk(4)
    beat.disk.fails()
    await beat.walk(60)
    assert beat.store.failing
    assert await beat.accept_all() == ["💾 Sentinel no puede guardar nada", "💾 Sentinel cannot write anything down"]
    beat.disk.works()
    await beat.walk(60)
    assert not beat.store.failing
    assert await beat.accept_all() == ["💾 Sentinel vuelve a guardar", "💾 Sentinel writes again"]
    await beat.walk(60)
    assert await beat.rows() == []


async def test_a_store_that_fails_and_comes_back_all_the_time(beat: Beat) -> None:
    """Half a minute of every forty seconds it takes nothing: nobody is paged twice a minute. Once told that it was
    mended and fails again, people hear of its end when it has been well for a minute.
    """
    titles = []
    for _ in range(10):
        beat.disk.fails()
        await beat.walk(30)
        titles += await beat.accept_all()
        beat.disk.works()
        await beat.walk(10)
        titles += await beat.accept_all()
    failing = ["💾 Sentinel no puede guardar nada", "💾 Sentinel cannot write anything down"]
    mended = ["💾 Sentinel vuelve a guardar", "💾 Sentinel writes again"]
    assert titles == [*failing, *mended, *failing]
    await beat.walk(60)
    assert await beat.accept_all() == mended


async def test_a_deleted_store_is_put_back_and_told_once(beat: Beat) -> None:
    """Within one round; each operator hears once, in their language, what happened and what to do."""
    await beat.walk(4)
    (beat.folder / "s.db").unlink()
    await beat.walk(2)
    assert (beat.store.failing, (beat.folder / "s.db").exists()) == (False, True)
    rows = await beat.rows()
    assert [row.message.title for row in rows] == [
        "💾 La base de datos de Sentinel está dañada, y Sentinel sigue",
        "💾 Sentinel's store is damaged, and Sentinel goes on",
    ]
    assert "find out who deletes files there" in rows[1].message.body
    await beat.accept_all()
    await beat.walk(60)
    assert await beat.rows() == []


async def test_a_moment_is_no_news(beat: Beat) -> None:
    """A backup held a lock for a few seconds: mended, and nobody is woken for it."""
    beat.disk.fails()
    await beat.walk(6)
    beat.disk.works()
    await beat.walk(60)
    assert await beat.rows() == []


async def test_what_waits_is_seen_and_what_ended_is_let_go(beat: Beat) -> None:
    """The oldest row that waits is known to the auditor; rows that ended a month ago are pruned within the hour."""
    beat.settings = Settings(contact="ana")
    await beat.walk(2)
    await beat.clock.advance(70)
    await beat.walk(2)
    (test,) = await beat.rows()
    assert any("waiting in the outbox" in text for text in beat.auditor.texts())
    assert not beat.auditor.stuck()
    await beat.accept_all()
    await beat.walk(2)
    assert beat.auditor.content()
    beat.settings = Settings()
    await beat.clock.advance(timedelta(days=29))
    await beat.walk(2)
    assert await beat.store.state_of(test.key) is not None
    await beat.clock.advance(timedelta(days=2))
    await beat.walk(2)
    assert await beat.store.state_of(test.key) is None


async def test_the_watchdog_bites_for_what_is_stuck_alone(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed self-test and a full disk leave systemd content; an engine that does not tick lets it restart us."""
    monkeypatch.setenv("WATCHDOG_USEC", "60000000")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)
        database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
        beat = Beat(tmp_path, database, clock, Settings(contact="ana"))
        beat.disk.fails()
        assert await _fed(beat, systemd) == 12
        assert beat.store.failing
        assert beat.auditor.texts()
        beat.ticked_at = clock.now()
        assert await _fed(beat, systemd) == 7, "for the patience of a minute, then no more"
        await database.close()


async def test_a_self_test_goes_out_every_day_and_is_accepted(beat: Beat) -> None:
    """The first one at once, then one a day; it says that it is a test; accepted, nobody else hears of it."""
    beat.settings = Settings(contact="bob")
    await beat.walk(4)
    assert await beat.accept_all() == ["🔔 Sentinel's own test: nothing is wrong"]
    await beat.walk(4)
    assert beat.self_test.accepted_at is not None
    await beat.clock.advance(timedelta(hours=23))
    await beat.walk(2)
    assert await beat.rows() == []
    await beat.clock.advance(timedelta(hours=1))
    await beat.walk(2)
    assert await beat.accept_all() == ["🔔 Sentinel's own test: nothing is wrong"]
    assert beat.auditor.content()


async def test_a_test_that_is_not_accepted_is_an_alarm(beat: Beat) -> None:
    """Five minutes unaccepted: the operators are paged, the tested one over the next channel; accepted late, they are
    told.
    """
    beat.settings = Settings(contact="bob")
    await beat.walk(2)
    await beat.clock.advance(296)
    await beat.walk(6)
    (test, *told) = await beat.rows()
    assert [(row.contact, row.channel) for row in told] == [("ana", 0), ("bob", 1)]
    assert told[0].message.title == "🔕 Los avisos no llegan a Bob"
    assert "5 min" in told[0].message.body
    assert beat.self_test.complaint() is not None
    assert not beat.auditor.content()
    await beat.walk(20)
    assert len(await beat.rows()) == 3
    await beat.ends(test, Status.ACCEPTED, SendReason.OK)
    await beat.walk(2)
    assert [row.message.title for row in await beat.rows()][-1] == "🔔 Pages reach Bob again"
    assert beat.self_test.complaint() is None


async def test_a_test_that_is_refused_is_an_alarm_at_once_and_each_day(beat: Beat) -> None:
    """The provider refuses for good; so it does the next day; the complaint lasts until one is accepted."""
    beat.settings = Settings(contact="ana")
    for day in (1, 2):
        await beat.walk(4)
        for row in await beat.rows():
            await beat.ends(row, Status.FAILED, SendReason.REFUSED)
        await beat.walk(2)
        assert [row.message.title for row in await beat.rows()] == [
            "🔕 Los avisos no llegan a Ana",
            "🔕 Pages do not reach Ana",
        ]
        await beat.accept_all()
        complaint = beat.self_test.complaint()
        assert complaint is not None, day
        assert "the self-test to ana" in complaint.said("en"), day
        await beat.clock.advance(timedelta(days=1))
    await beat.walk(2)
    assert await beat.accept_all() == ["🔔 Prueba automática de Sentinel: no pasa nada"]
    await beat.walk(2)
    assert beat.self_test.complaint() is None


async def test_a_restart_does_not_test_again(beat: Beat) -> None:
    """The last test is remembered; one under way is judged by the next run."""
    beat.settings = Settings(contact="ana")
    await beat.walk(2)
    again = Beat(beat.folder, beat.database, beat.clock, beat.settings)
    await again.self_test.load()
    await again.walk(4)
    assert len(await again.rows()) == 1
    await again.accept_all()
    await again.walk(2)
    assert again.self_test.accepted_at is not None


@pytest.mark.parametrize(
    ("last", "every", "following"),
    [
        ("2026-03-02T09:00+00:00", 1, "2026-03-03T09:00+00:00"),
        ("2026-03-02T18:00+00:00", 1, "2026-03-03T09:00+00:00"),
        ("2026-03-02T22:00+00:00", 1, "2026-03-04T09:00+00:00"),
        ("2026-03-28T09:00+00:00", 1, "2026-03-29T08:00+00:00"),
        ("2026-03-02T09:00+00:00", 7, "2026-03-09T09:00+00:00"),
    ],
)
def test_at_a_time_of_day(beat: Beat, last: str, every: int, following: str) -> None:
    """Ten in the morning in Madrid, summer time or not, on the day nearest to the pace."""
    settings = Settings(contact="ana", every=timedelta(days=every), at="10:00")
    assert beat.self_test._next(settings, datetime.fromisoformat(last)) == datetime.fromisoformat(following)


def _nothing() -> None: ...


async def _fed(beat: Beat, systemd: socket.socket) -> int:
    """How often the watchdog was fed in two minutes."""
    heard: list[bytes] = []
    for _ in range(60):
        await beat.walk(2)
        with suppress(BlockingIOError):
            heard.append(systemd.recv(100))
    return heard.count(b"WATCHDOG=1")
