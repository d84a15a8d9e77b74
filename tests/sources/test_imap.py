"""A mailbox: alerts and clippings become articles as they come, and nothing is read twice."""

from email.message import EmailMessage

import pytest

from sentinel.errors import SourceError
from sentinel.mention import Mention
from sentinel.sources.imap import ImapSettings, ImapSource
from sentinel.sources.mail_articles import read_mail
from tests.fakes import START, FakeClock
from tests.sources.inlet import KeepingInlet
from tests.sources.mail_server import MailServer
from tests.sources.tasks import running

GOOGLE = "https://www.google.com"
ALERT = f"""<html><head><style>a{{}}</style></head><body><table><tr><td><a href="{GOOGLE}/alerts">Google</a></td></tr>
<tr><td><a href="{GOOGLE}/url?rct=j&amp;url=https://a.example/1&amp;ct=ga"><b>Acme</b> retira sus tostadoras</a>
<div>El Diario</div><div>La empresa <b>Acme</b> reconoce que arden &amp; calla</div>
<a href="{GOOGLE}/alerts/share?x=1">Facebook</a></td></tr>
<tr><td><a href="{GOOGLE}/url?url=https://b.example/2">Otra cosa que pasa en el mundo</a><div>x</div></td></tr>
<tr><td><a href="{GOOGLE}/alerts/remove?x">Unsubscribe from this alert, please</a></td></tr></table></body></html>"""


def a_mail(
    number: int = 1, html: str = "", text: str = "hola Acme", sender: str = "Alerts <alerts@google.com>"
) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Alerta: Acme ñ"
    mail["From"] = sender
    mail["Date"] = "Mon, 02 Mar 2026 09:55:00 +0100"
    mail["Message-ID"] = f"<{number}@google.com>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def a_source(server: MailServer, clock: FakeClock, **settings: object) -> ImapSource:
    known = {"type": "imap", "host": "127.0.0.1", "port": server.port, "tls": False, "user": "x", "password": "s3cret"}
    return ImapSource("mail", ImapSettings.model_validate(known | settings), clock, user_agent="test")


def wants(mention: Mention) -> bool:
    return "Acme" in f"{mention.title} {mention.text}"


async def test_an_alert_becomes_the_articles_it_tells_of(clock: FakeClock) -> None:
    """Each with its own address, its headline and its words; buttons are none."""
    async with MailServer({4: a_mail(html=ALERT)}) as server:
        inlet = KeepingInlet(wants)
        async with running(a_source(server, clock), inlet):
            await inlet.until(lambda inlet: inlet.lives > 0)
        (mention,) = inlet.mentions
        assert mention.id == mention.url == "https://a.example/1"
        assert mention.title == "Acme retira sus tostadoras"
        assert mention.text == "El Diario La empresa Acme reconoce que arden & calla"
        assert mention.published_at == START.replace(hour=8, minute=55)
        assert not any("STORE" in command for command in server.commands)


@pytest.mark.parametrize("idle", [True, False])
async def test_new_mails_are_read_as_they_come_and_once(clock: FakeClock, idle: bool) -> None:
    """Over a restart too; where the server does not tell of them they are looked for."""
    async with MailServer({4: a_mail(4)}, idle=idle) as server:
        inlet = KeepingInlet(wants)
        async with running(a_source(server, clock), inlet):
            await inlet.until(lambda inlet: inlet.lives > 0)
            await server.deliver(5, a_mail(5))
            if not idle:
                await clock.advance(600)
            await inlet.until(lambda inlet: len(inlet.ids) == 2)
        again = KeepingInlet(wants)
        async with running(a_source(server, clock), again, inlet.cursor):
            await again.until(lambda inlet: inlet.lives > 0)
        assert (inlet.ids, again.ids) == (["4@google.com", "5@google.com"], [])
        server.validity = 8
        anew = KeepingInlet(wants)
        async with running(a_source(server, clock), anew, inlet.cursor):
            await anew.until(lambda inlet: inlet.lives > 0)
        assert anew.ids == inlet.ids


async def test_a_password_that_is_refused_says_what_to_renew(clock: FakeClock, inlet: KeepingInlet) -> None:
    """And is not tried again at once; neither is a folder that there is not."""
    async with MailServer(password="another") as server:
        with pytest.raises(SourceError, match="make a new one for Sentinel") as raised:
            await a_source(server, clock).run(inlet, None)
        assert raised.value.permanent
        assert "s3cret" not in str(raised.value)
    async with MailServer() as server:
        with pytest.raises(SourceError, match="check `folder`"):
            await a_source(server, clock, folder="nofolder").run(inlet, None)


@pytest.mark.parametrize("greeting", [b"* BYE too many connections\r\n", b"* BYE\r\n", b"* NO busy\r\n"])
async def test_a_server_that_says_goodbye_is_tried_again(
    clock: FakeClock, inlet: KeepingInlet, greeting: bytes
) -> None:
    """In its own words; it is no question of the password."""
    async with MailServer({4: a_mail(4)}, greeting=greeting) as server:
        with pytest.raises(SourceError, match="BYE|closed the connection|busy") as raised:
            await a_source(server, clock).run(inlet, None)
        assert not raised.value.permanent
        assert "password" not in str(raised.value)
        assert server.commands == []


async def test_a_server_that_goes_in_the_middle_is_tried_again(clock: FakeClock) -> None:
    """What was read before is committed, the rest is read by the next life."""
    async with MailServer({4: a_mail(4), 5: a_mail(5)}, leaves_at="UID FETCH 5") as server:
        inlet = KeepingInlet(wants)
        with pytest.raises(SourceError, match="BYE shutting down|closed the connection") as raised:
            await a_source(server, clock).run(inlet, None)
        assert not raised.value.permanent
        assert inlet.ids == ["4@google.com"]
        server.leaves_at = None
        async with running(a_source(server, clock), inlet, inlet.cursor):
            await inlet.until(lambda inlet: len(inlet.ids) == 2)
        assert inlet.ids == ["4@google.com", "5@google.com"]


async def test_many_mails_at_once_come_one_by_one(clock: FakeClock) -> None:
    """Others get their turn after each: no batch holds more than a mail's articles."""
    async with MailServer({uid: a_mail(uid) for uid in range(1, 151)}) as server:
        inlet = KeepingInlet(wants)
        async with running(a_source(server, clock), inlet):
            await inlet.until(lambda inlet: inlet.lives > 0)
        assert len(inlet.ids) == 150
        assert max(len(batch.mentions) for batch in inlet.batches) == 1


async def test_only_the_senders_that_are_named(clock: FakeClock) -> None:
    """By address or by domain."""
    mails = {1: a_mail(1), 2: a_mail(2, sender="x@mail.google.com"), 3: a_mail(3, sender="spam@notgoogle.com")}
    async with MailServer(mails) as server:
        inlet = KeepingInlet(wants)
        async with running(a_source(server, clock, senders=["google.com"]), inlet):
            await inlet.until(lambda inlet: inlet.lives > 0)
        assert inlet.ids == ["1@google.com", "2@google.com"]


async def test_a_mail_that_cannot_be_read_costs_only_itself(clock: FakeClock) -> None:
    """It is counted."""
    async with MailServer({1: b"\xff\xfe", 2: b"\n\nno headers", 3: a_mail(3)}) as server:
        inlet = KeepingInlet(wants)
        async with running(a_source(server, clock), inlet):
            await inlet.until(lambda inlet: inlet.lives > 0)
        assert inlet.ids == ["3@google.com"]
        assert len(inlet.refusals) >= 1


@pytest.mark.parametrize("said", [b"", b"x" * 200_000, b"* OK\r\ns1 OK\r\n* CAPABILITY\r\n* 1 FETCH {99999999999}\r\n"])
async def test_what_is_no_mail_server_is_said(clock: FakeClock, inlet: KeepingInlet, said: bytes) -> None:
    """Whatever it sends."""
    import asyncio

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    fake = MailServer(port=server.sockets[0].getsockname()[1])
    with pytest.raises(SourceError):
        await a_source(fake, clock).run(inlet, None)
    server.close()


async def test_a_server_that_is_not_there_is_said(clock: FakeClock, inlet: KeepingInlet) -> None:
    """By its name."""
    with pytest.raises(SourceError, match="127.0.0.1:1 cannot be reached"):
        await a_source(MailServer(port=1), clock).run(inlet, None)


def test_a_plain_mail_is_one_article() -> None:
    """With its only link, where it has one."""
    mail = read_mail(a_mail(text="Mirad https://a.example/x?utm_source=mail ya"))
    (article,) = mail.articles
    assert (article.title, article.link) == ("Alerta: Acme ñ", "https://a.example/x")
