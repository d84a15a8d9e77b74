"""The report itself, by mail: a real server gets it with the message, or the message alone and the log says why; never
twice.
"""

import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from email.message import Message as Mail
from pathlib import Path

import pytest
import structlog

from sentinel.config.loader import load
from sentinel.daemon.mail.report_files import FRESH, LARGEST, Bind, ReportFiles
from sentinel.notify.base import Delivery, Feature
from sentinel.notify.enclosure import Enclosed
from sentinel.notify.fit import MOST
from sentinel.phrases.phrases import say
from sentinel.reports.letter import LEFT
from sentinel.reports.sheet import Sheet
from sentinel.store.database import Database
from sentinel.store.outbox import RowState
from sentinel.web.pages.words import Words
from sentinel.web.report_answer import in_one_file
from tests.builders import a_mention
from tests.daemon.mail.test_report_mail import BEGUN, CONFIG, DUE, PostOffice
from tests.notify.providers import a_provider
from tests.notify.test_dispatcher import Office
from tests.notify.test_real_parts import a_mail_server, files, parts
from tests.reports.archive import EVIL
from tests.store.failing import FailingDisk

ACME = Enclosed(brands=("Acme",), every="week", period="2026-W10")
SAID = say("es", "attached.said_many")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[PostOffice]:
    """A week in which people spoke of Acme, one of them with a name that means harm; its reports are in the outbox."""
    path = tmp_path / "s.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    database = await Database.open(f"sqlite:///{tmp_path / 'r.db'}")
    office = PostOffice(database, load(path))
    await office.at(BEGUN)
    await office.journal.append([a_mention("acme otra avería", at=timedelta(minutes=n)) for n in range(7)])
    await office.journal.append([a_mention("acme otra avería", at=timedelta(hours=1), author=EVIL, followers=10**6)])
    await office.at(DUE)
    yield office
    await database.close()


def bind(office: PostOffice) -> Bind:
    return lambda title, language, sheets: in_one_file(
        title, Words(language, office.config.zone, office.clock.now()), sheets
    )


def dispatching(office: PostOffice, bind: Bind, **people: str) -> Office:
    """Whoever sends, over these channels; everybody else's are silent."""
    files = ReportFiles(office.desk, bind, office.clock, patience=10.0)
    others = {"ana": ("test://ana",), "boss": ("test://boss",)}
    return Office(
        office.database,
        clock=office.clock,
        enclosures=files,
        people=others | {who: (url,) for who, url in people.items()},
    )


def words(mail: Mail) -> str:
    return parts(mail)["text/plain"].decode()


async def hers(office: PostOffice) -> Delivery:
    return next(row for row in await office.outbox.due(office.clock.now()) if row.contact == "ana")


async def test_the_report_arrives_with_its_message(office: PostOffice) -> None:
    """One file with its style inside that asks for nothing and runs nothing; what a stranger called themselves is only
    text in it.
    """
    with a_mail_server() as (postbox, url):
        await dispatching(office, bind(office), ana=url).until(2)
    (mail,) = postbox.mails
    (name, (kind, content)) = next(iter(files(mail).items()))
    html = content.decode()
    assert (name, kind) == ("informes-2026-W10.html", "text/html")
    assert "Se habló de Acme 8 veces" in words(mail)
    assert words(mail).strip().splitlines()[-2:] == [SAID, "http://s.example/reports"]
    assert "<title>Informes: semana del 2 al 8 de marzo de 2026 · Sentinel</title>" in html
    assert "Se habló de Acme 8 veces" in html
    assert "No se habló de Zeta" in html
    assert "@media print" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    for harmful in ("<script", "<img", 'href="javascript', "\u202e", "@import", "url(", "<link"):
        assert harmful not in html
    assert html.count("http-equiv") == 1
    assert "default-src 'none'" in html


@pytest.mark.parametrize(
    ("language", "title"), [("es", "Acme: semana del 2 al 8 de marzo de 2026"), ("en", "Acme: week of 2–8 March 2026")]
)
async def test_one_brand_gives_its_file_its_name(office: PostOffice, language: str, title: str) -> None:
    """In the language that is wanted."""
    made = await ReportFiles(office.desk, bind(office), office.clock).of(ACME, language)
    assert made is not None
    assert made.name == "acme-2026-W10.html"
    assert f"<title>{title} · Sentinel</title>" in made.body.decode()
    assert made.said == say(language, "attached.said_one")


async def test_a_brand_that_ascii_cannot_write(office: PostOffice) -> None:
    """Its file is found in the mail all the same."""
    row = await hers(office)
    message = replace(row.message, encloses=Enclosed(brands=("Ñandú & Café",), every="month", period="2026-02"))
    with a_mail_server() as (postbox, url):
        sending = dispatching(office, bind(office), ana="test://ana", luis=url)
        await sending.post(replace(row, key="another", contact="luis", message=message))
        await sending.until(3)
    (mail,) = postbox.mails
    assert list(files(mail)) == ["nandu-cafe-2026-02.html"]
    assert "<h1>Ñandú &amp; Café: febrero de 2026</h1>" in files(mail)["nandu-cafe-2026-02.html"][1].decode()


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_text_has_room_for_what_it_says_of_the_file(language: str) -> None:
    """Text and sentence together are as long as any message may be, and no longer."""
    for key in ("attached.said_one", "attached.said_many"):
        assert len(f"\n{say(language, key)}".encode()) <= MOST - LEFT


async def test_a_channel_that_takes_no_files(office: PostOffice) -> None:
    """Gets the words as they were decided; nothing is made for it."""
    row, made = await hers(office), []

    def counted(title: str, language: str, sheets: Sequence[Sheet]) -> str:
        made.append(title)
        return ""

    sending = dispatching(office, counted)
    await sending.until(2)
    assert ("test://ana", row.message.title) in sending.notifier.sent
    assert Feature.FILE not in sending.notifier.features("test://ana")
    assert made == []
    assert SAID not in row.message.body


async def test_a_program_gets_it_as_well(office: PostOffice) -> None:
    """A webhook takes files like mail does."""
    with a_provider() as provider:
        await dispatching(office, bind(office), ana=provider.url("ok")).until(2)
        ((_, _, body),) = provider.sent
    assert SAID in body


def raises(title: str, language: str, sheets: Sequence[Sheet]) -> str:
    raise RuntimeError("a text that may hold a name")


def fills_the_disk(title: str, language: str, sheets: Sequence[Sheet]) -> str:
    return "x" * (LARGEST + 1)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(raises, "RuntimeError"), (fills_the_disk, f"{LARGEST + 1} bytes, more than {LARGEST}")],
    ids=["bug", "large"],
)
async def test_a_report_that_cannot_be_made(office: PostOffice, broken: Bind, reason: str) -> None:
    """The words go without it and do not claim it; the log says why, without a word of anybody's."""
    with a_mail_server() as (postbox, url), structlog.testing.capture_logs() as logs:
        await dispatching(office, broken, ana=url).until(2)
    (mail,) = postbox.mails
    assert files(mail) == {}
    assert "Se habló de Acme 8 veces" in words(mail)
    assert SAID not in words(mail)
    assert [
        (each["period"], each["brands"], each["reason"]) for each in logs if each["event"] == "report_not_attached"
    ] == [("2026-W10", 2, reason)]


async def test_a_report_that_takes_too_long(office: PostOffice) -> None:
    """It is left behind, and the message does not wait for it."""
    gate = threading.Event()

    def slow(title: str, language: str, sheets: Sequence[Sheet]) -> str:
        gate.wait(20)
        return ""

    made = ReportFiles(office.desk, slow, office.clock, patience=0.2)
    with structlog.testing.capture_logs() as logs:
        assert await made.of(ACME, "es") is None
    assert [each["reason"] for each in logs] == ["slow"]
    assert not gate.is_set()
    gate.set()


async def test_a_store_that_cannot_be_read(office: PostOffice) -> None:
    """Nor is there a report of what cannot be read; once it can, there is."""
    disk, made = FailingDisk(office.database), ReportFiles(office.desk, bind(office), office.clock)
    disk.unreadable = True
    with structlog.testing.capture_logs() as logs:
        assert await made.of(ACME, "es") is None
    assert [each["reason"] for each in logs if each["event"] == "report_not_attached"] == ["store: broken"]
    disk.works()
    assert await made.of(ACME, "es") is not None


async def test_the_same_file_for_everybody_of_a_plan(office: PostOffice) -> None:
    """Made once for those who get it together, and anew for who comes later."""
    made: list[str] = []

    def counted(title: str, language: str, sheets: Sequence[Sheet]) -> str:
        made.append(language)
        return title

    files = ReportFiles(office.desk, counted, office.clock)
    for language in ("es", "es", "en", "es"):
        await files.of(ACME, language)
    assert made == ["es", "en"]
    await office.clock.advance(FRESH + timedelta(seconds=1))
    await files.of(ACME, "es")
    assert made == ["es", "en", "es"]


async def test_killed_while_it_is_made_it_goes_once(office: PostOffice) -> None:
    """Nothing had left: the next process sends it with its report, and there is nothing to mark."""
    gate, begun = threading.Event(), threading.Event()

    def hangs(title: str, language: str, sheets: Sequence[Sheet]) -> str:
        begun.set()
        gate.wait(20)
        return ""

    with a_mail_server() as (postbox, url):
        await dispatching(office, hangs, ana=url).while_not(begun.is_set)
        gate.set()
        await office.outbox.recover()
        row = await hers(office)
        assert not row.ambiguous
        sending = dispatching(office, bind(office), ana=url)
        await sending.while_not(lambda: any(each.delivery.contact == "ana" for each in sending.settled_))
    (mail,) = postbox.mails
    assert len(files(mail)) == 1
    assert await sending.state(row) is RowState.ACCEPTED


async def test_killed_while_it_leaves_it_does_not_come_twice(office: PostOffice) -> None:
    """It may have arrived: as all news it is not sent again, and the report is on its page."""
    row = await hers(office)
    with a_mail_server() as (postbox, url):
        await office.outbox.lease([row])
        assert await office.outbox.recover() == 1
        sending = dispatching(office, bind(office), ana=url)
        await sending.until(1)
    assert postbox.mails == []
    assert await sending.state(row) is RowState.UNKNOWN


async def test_a_server_that_is_busy(office: PostOffice) -> None:
    """Each try brings the report but the last: should it be the file that the server chokes on, the words arrive
    without it.
    """
    row = await hers(office)
    with a_mail_server("451 try later") as (postbox, url):
        sending = dispatching(office, bind(office), ana=url)
        await sending.until(2)
        await office.clock.advance(5)
        await sending.until(3)
        assert postbox.mails == []
        postbox.answer = "250 OK"
        await office.clock.advance(10)
        await sending.until(4)
        await sending.post(replace(row, key="again", created_at=office.clock.now()))
        await sending.until(5)
    last, first = postbox.mails
    assert (len(files(last)), SAID in words(last)) == (0, False)
    assert (len(files(first)), SAID in words(first)) == (1, True)
