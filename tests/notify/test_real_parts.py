"""E-mail and MQTT through what people really run: an SMTP server and Debian's mosquitto."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Mail
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import Feature, Message, MessageKind, SendReason, Status, Urgency
from sentinel.notify.chart import a_sample, draw
from sentinel.notify.enclosure import Attachment
from tests.fakes import START
from tests.forks.patience import HUNG, eventually
from tests.forks.programs import a_program
from tests.notify.providers import a_dead_port
from tests.stories.daemon import a_free_port

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
needs_mosquitto = pytest.mark.skipif(
    MOSQUITTO is None,
    reason="mosquitto is not installed: sudo apt-get install mosquitto, or packaging/install-test-parts.sh",
)
PAGE = Message(
    kind=MessageKind.PAGE,
    urgency=Urgency.CRISIS,
    language="es",
    title="🔴 CRISIS · Ñandú · 92",
    body="Ñandú: CRISIS, 92 de 100.\nPor qué:\n· «¡tercer día sin servicio!» — 日本",
    link="http://x.example/i/1",
)
NEWS = Message(
    kind=MessageKind.DIGEST,
    urgency=Urgency.QUIET,
    language="es",
    title="📊 Informe de Ñandú",
    body="Se habló de Ñandú 3 veces.",
    link="http://x.example/reports",
)


class Postbox:
    """Takes mail; ``answer`` is what it says to each."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.mails: list[Mail] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # aiosmtpd's name
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content))
        return self.answer


@contextmanager
def a_mail_server(answer: str = "250 OK", largest: int = 2**25) -> Iterator[tuple[Postbox, str]]:
    postbox, port = Postbox(answer), a_free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port, data_size_limit=largest)
    controller.start()
    try:
        yield postbox, f"mailto://127.0.0.1:{port}?from=sentinel@example.org&to=ana@example.org&mode=insecure"
    finally:
        controller.stop()


def files(mail: Mail) -> dict[str, tuple[str, bytes]]:
    """What a reader can open or keep, by name."""
    found = {}
    for part in mail.walk():
        if (name := part.get_filename()) is not None:
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found[str(make_header(decode_header(name)))] = (part.get_content_type(), content)
    return found


def parts(mail: Mail) -> dict[str, bytes]:
    return {part.get_content_type(): part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()}


@pytest.mark.parametrize("chart", [None, draw(a_sample("Ñandú", "es", START))], ids=["words", "picture"])
def test_a_page_by_mail(chart: bytes | None) -> None:
    """Subject and text in every letter, and the chart as a picture that opens."""
    with a_mail_server() as (postbox, url):
        notifier = AppriseNotifier()
        assert notifier.features(url) == {Feature.CHART, Feature.FILE}
        assert notifier.send(url, replace(PAGE, chart=chart), timeout=60.0).status is Status.ACCEPTED
    (mail,) = postbox.mails
    assert str(make_header(decode_header(mail["Subject"]))) == PAGE.title
    assert mail["To"].endswith("<ana@example.org>") or mail["To"] == "ana@example.org"
    found = parts(mail)
    assert found["text/plain"].decode().strip().splitlines() == [*PAGE.body.splitlines(), PAGE.link]
    assert found.get("image/png") == chart


def test_news_by_mail_with_a_file() -> None:
    """It arrives as a file under its own name, letter for letter; the text says that it is there, before the link."""
    file = Attachment(
        name="acme-2026-W11.html",
        type="text/html",
        body="<!doctype html><p>Ñandú — 日本".encode(),
        said="El informe va adjunto.",
    )
    with a_mail_server() as (postbox, url):
        assert AppriseNotifier().send(url, replace(NEWS, attachment=file), timeout=60.0).status is Status.ACCEPTED
    (mail,) = postbox.mails
    assert files(mail) == {file.name: ("text/html", file.body)}
    assert parts(mail)["text/plain"].decode().strip().splitlines() == [NEWS.body, file.said, NEWS.link]


def test_a_mail_server_that_finds_it_too_large() -> None:
    """The words arrive without it, and do not claim that it is there."""
    file = Attachment(name="acme-2026-W11.html", type="text/html", body=b"<p>" * 10_000, said="El informe va adjunto.")
    with a_mail_server(largest=10_000) as (postbox, url):
        assert AppriseNotifier().send(url, replace(NEWS, attachment=file), timeout=60.0).status is Status.ACCEPTED
    (mail,) = postbox.mails
    assert files(mail) == {}
    assert parts(mail)["text/plain"].decode().strip().splitlines() == [NEWS.body, NEWS.link]


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        ("451 try later", Status.RETRY, SendReason.SERVER_ERROR),
        ("554 go away", Status.FAILED, SendReason.REFUSED),
    ],
)
def test_a_mail_server_that_refuses(answer: str, status: Status, reason: SendReason) -> None:
    """For now: the page is tried again.

    For good: it goes over another channel. It certainly did not arrive, so neither is marked.
    """
    with a_mail_server(answer) as (postbox, url):
        outcome = AppriseNotifier().send(url, PAGE, timeout=60.0)
    assert (outcome.status, outcome.reason, outcome.detail) == (status, reason, answer[:3])
    assert postbox.mails == []


def test_no_mail_server() -> None:
    """Nobody listens: nothing left."""
    with a_dead_port() as port:
        url = f"mailto://127.0.0.1:{port}?from=a@example.org&to=b@example.org"
        outcome = AppriseNotifier().send(url, PAGE, timeout=60.0)
    assert (outcome.status, outcome.reason) == (Status.RETRY, SendReason.UNREACHABLE)


@contextmanager
def a_broker(folder: Path) -> Iterator[int]:
    port = a_free_port()
    settings = folder / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n", encoding="utf-8")
    assert MOSQUITTO is not None
    with a_program([MOSQUITTO, "-c", str(settings)]):
        yield port


@contextmanager
def a_wall(port: int, topic: str) -> Iterator[list[bytes]]:
    """Somebody who subscribes, once the broker is up."""
    heard: list[bytes] = []
    ready = threading.Event()
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.reconnect_delay_set(min_delay=1, max_delay=1)
    client.on_connect = lambda *_: client.subscribe(topic, qos=1)
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = lambda _client, _data, message: heard.append(message.payload)
    client.connect_async("127.0.0.1", port)
    client.loop_start()
    try:
        assert ready.wait(HUNG), "mosquitto did not come up"
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()


@needs_mosquitto
def test_a_page_by_mqtt(tmp_path: Path) -> None:
    """Title, text and link to whoever subscribes; a broker takes no pictures."""
    with a_broker(tmp_path) as port, a_wall(port, "alarms/crisis") as heard:
        url = f"mqtt://127.0.0.1:{port}/alarms/crisis?qos=1"
        assert AppriseNotifier().features(url) == frozenset()
        assert AppriseNotifier().send(url, PAGE, timeout=60.0).status is Status.ACCEPTED
        eventually(lambda: heard, "it arrives")
    assert [each.decode().split() for each in heard] == [f"{PAGE.title} {PAGE.body} {PAGE.link}".split()]


@needs_mosquitto
def test_no_broker() -> None:
    """Nobody listens: nothing left."""
    with a_dead_port() as port:
        outcome = AppriseNotifier().send(f"mqtt://127.0.0.1:{port}/a", PAGE, timeout=60.0)
    assert (outcome.status, outcome.reason) == (Status.RETRY, SendReason.UNREACHABLE)
