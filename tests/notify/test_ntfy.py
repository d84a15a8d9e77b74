"""ntfy: what arrives, what happens when it does not, and which addresses are understood."""

import logging
import socket
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.notify.base import Button, Feature, Message, MessageKind, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.ntfy import NtfyNotifier, read_address
from tests.notify.ntfy_server import an_ntfy, basic
from tests.notify.providers import a_dead_port
from tests.notify.receiver import Receiver

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 90
SECRET = "hunter2secret"
PAGE = Message(
    kind=MessageKind.PAGE,
    urgency=Urgency.CRISIS,
    language="es",
    title="🔴 CRISIS · Ñandú · 92",
    body="Por qué:\n· 41 puntos: «¡años así!»\n日本 %C3 =?x?",
    link="http://x.example/i/1?a=%20b",
    key="a" * 32,
    buttons=(
        Button(label="Lo tengo yo ✋", url="http://x.example/a/tok%2Ben?ñ=1", acts=True),
        Button(label="Abrir", url="http://x.example/i/1", acts=False),
        Button(label="Posponer", url="http://x.example/s", acts=True),
        Button(label="Cuarto", url="http://x.example/4", acts=True),
    ),
)


def send(
    receiver: Receiver, message: Message = PAGE, *, login: str = "", more: str = "", timeout: float = 5.0
) -> SendOutcome:
    return NtfyNotifier().send(f"ntfy://{login}127.0.0.1:{receiver.port}/Topic-1{more}", message, timeout=timeout)


@pytest.mark.parametrize("chart", [None, PNG], ids=["words", "picture"])
def test_a_page_arrives_whole(chart: bytes | None) -> None:
    """Every letter, the link, three buttons of which some act, loud, and named so that a repeat replaces it; with a
    chart or without.
    """
    with an_ntfy() as (ntfy, receiver):
        assert send(receiver, replace(PAGE, chart=chart)) == SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)
    assert receiver.wrong == []
    (got,) = ntfy.published
    assert (got.topic, got.title, got.message, got.click) == ("Topic-1", PAGE.title, PAGE.body, PAGE.link)
    assert (got.priority, got.tags, got.sequence, got.picture) == (5, ["page", "crisis"], PAGE.key, chart)
    assert [(each["action"], each["label"], each["url"], each.get("method")) for each in got.actions] == [
        ("http", "Lo tengo yo ✋", "http://x.example/a/tok%2Ben?ñ=1", "POST"),
        ("view", "Abrir", "http://x.example/i/1", None),
        ("http", "Posponer", "http://x.example/s", "POST"),
    ]


def test_how_loud() -> None:
    """A crisis is ntfy's loudest, an alert and a test less so, news is ordinary; a hand-written priority is for
    pages.
    """
    alert, news = replace(PAGE, urgency=Urgency.ALERT), replace(PAGE, kind=MessageKind.UPDATE, urgency=Urgency.QUIET)
    with an_ntfy() as (ntfy, receiver):
        for message in (
            PAGE,
            alert,
            replace(alert, kind=MessageKind.TEST),
            news,
            replace(alert, kind=MessageKind.UPDATE),
        ):
            send(receiver, message)
        send(receiver, PAGE, more="?priority=low&tags=warning,skull")
        send(receiver, news, more="?priority=max")
    assert [each.priority for each in ntfy.published] == [5, 4, 4, 3, 3, 2, 3]
    assert ntfy.published[-2].tags == ["warning", "skull"]


def test_a_server_that_keeps_no_pictures_gets_the_words() -> None:
    """The page does not fail for its chart; nor does it when the server trips over the picture."""
    with an_ntfy(keeps=False) as (ntfy, receiver):
        assert send(receiver, replace(PAGE, chart=PNG)).status is Status.ACCEPTED
        assert [(each.title, each.picture) for each in ntfy.published] == [(PAGE.title, None)]
        assert [each.method for each in receiver.asked] == ["PUT", "POST"]


@pytest.mark.parametrize(
    ("mode", "status", "reason"),
    [
        ("500", Status.RETRY, SendReason.SERVER_ERROR),
        ("429", Status.RETRY, SendReason.RATE_LIMITED),
        ("403", Status.FAILED, SendReason.REFUSED),
        ("302", Status.FAILED, SendReason.REFUSED),
        ("drop", Status.UNKNOWN, SendReason.TIMEOUT),
        ("silent", Status.UNKNOWN, SendReason.TIMEOUT),
        ("drip", Status.UNKNOWN, SendReason.TIMEOUT),
        ("late", Status.UNKNOWN, SendReason.TIMEOUT),
    ],
)
def test_outcomes(mode: str, status: Status, reason: SendReason, caplog: pytest.LogCaptureFixture) -> None:
    """Each way a server can behave has its outcome, and neither token nor words show in it or in the logs."""
    caplog.set_level(logging.DEBUG)
    with an_ntfy() as (_, receiver):
        receiver.mode = mode
        outcome = send(receiver, login=f"u:{SECRET}@", timeout=1.0 if status is Status.UNKNOWN else 5.0)
    assert (outcome.status, outcome.reason) == (status, reason)
    for text in (outcome.detail, caplog.text):
        assert SECRET not in text
        assert "años" not in text


def test_what_is_said_after_yes_is_not_waited_for() -> None:
    """The status is the server's word; the rest of its answer may never end."""
    with an_ntfy() as (ntfy, receiver):
        receiver.mode = "trickle"
        assert send(receiver, timeout=60.0).status is Status.ACCEPTED
        assert len(ntfy.published) == 1


def test_a_server_that_says_when_is_heard() -> None:
    """Retry-After counts, within reason, in seconds or as a date; one in the past, or nonsense, leaves it to our own
    patience.
    """
    waits = []
    with an_ntfy() as (_, receiver):
        receiver.mode = "429"
        for said in (
            "17",
            "999999",
            "Wed, 21 Oct 2015 07:28:00 GMT",
            "Wed, 21 Oct 2115 07:28:00 GMT",
            "-5",
            "soon",
            None,
        ):
            receiver.retry_after = said
            waits.append(send(receiver).retry_after)
    assert waits == [17.0, 3600.0, 60.0, 3600.0, 60.0, 60.0, 60.0]


def test_nothing_is_sent_where_a_server_points() -> None:
    """A redirect is refused: the token would go to another host."""
    with an_ntfy() as (other, elsewhere), an_ntfy() as (_, receiver):
        receiver.mode, receiver.location = "307", f"http://127.0.0.1:{elsewhere.port}/"
        assert send(receiver, login="tk_secret@").status is Status.FAILED
        assert elsewhere.asked == other.published == []


def test_a_refused_connection_never_left() -> None:
    """Nobody listens, or not with TLS: nothing was sent, so trying again is safe and needs no mark."""
    with a_dead_port() as port:
        outcome = NtfyNotifier().send(f"ntfy://127.0.0.1:{port}/t", PAGE, timeout=5.0)
    assert (outcome.status, outcome.reason) == (Status.RETRY, SendReason.UNREACHABLE)
    with an_ntfy() as (_, receiver):
        outcome = NtfyNotifier().send(f"ntfys://127.0.0.1:{receiver.port}/t", PAGE, timeout=5.0)
    assert (outcome.status, outcome.reason) == (Status.RETRY, SendReason.UNREACHABLE)


def test_a_handshake_that_is_fed_a_byte_at_a_time() -> None:
    """It never comes to stand, and is given up when time is up: nothing of the page left."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def feed() -> None:
            taken, _ = server.accept()
            with taken, suppress(OSError):
                taken.recv(4096)
                for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 2000:
                    if over.wait(0.05):
                        return
                    taken.send(bytes((byte,)))

        feeder = threading.Thread(target=feed)
        feeder.start()
        outcome = NtfyNotifier().send(f"ntfys://127.0.0.1:{server.getsockname()[1]}/t", PAGE, timeout=1.0)
        over.set()
        feeder.join(10)
    assert (outcome.status, outcome.reason) == (Status.RETRY, SendReason.UNREACHABLE)


@pytest.mark.parametrize(
    ("login", "more", "header"),
    [
        ("ana:p%40ss@", "", basic("ana", "p@ss")),
        ("tk_abc@", "", "Bearer tk_abc"),
        ("", "?token=abc", "Bearer abc"),
        ("ana@", "", basic("ana", "")),
        ("", "", None),
    ],
)
def test_who_we_are(login: str, more: str, header: str | None) -> None:
    """A password, a token as user, a token apart, nobody."""
    with an_ntfy() as (ntfy, receiver):
        send(receiver, login=login, more=more)
    assert ntfy.published[0].authorization == header


def test_a_netrc_of_the_account_is_nobody_s_business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The HTTP library would read it by itself."""

    netrc = tmp_path / "netrc"
    netrc.write_text("default login root password toor\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with an_ntfy() as (ntfy, receiver):
        send(receiver)
    assert ntfy.published[0].authorization is None


@pytest.mark.parametrize(
    ("url", "server", "topic"),
    [
        ("ntfys://MyTopic", "https://ntfy.sh", "MyTopic"),
        ("ntfy://MyTopic", "https://ntfy.sh", "MyTopic"),
        ("ntfys://MyTopic/", "https://ntfy.sh", "MyTopic"),
        ("ntfys://ntfy.sh/My_Topic-1", "https://ntfy.sh", "My_Topic-1"),
        ("ntfy://ntfy.sh/a", "https://ntfy.sh", "a"),
        ("ntfy://host/a", "http://host", "a"),
        ("ntfys://u:p@host:8443/a", "https://host:8443", "a"),
        ("ntfy://[::1]:80/a", "http://[::1]:80", "a"),
    ],
)
def test_addresses(url: str, server: str, topic: str) -> None:
    """The forms Apprise has; letters of a topic keep their case."""
    address = read_address(url)
    assert not isinstance(address, str)
    assert (address.server, address.topic) == (server, topic)


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("ntfys://", "one topic"),
        ("ntfys://host:8080", "one topic"),
        ("ntfys://host/a/b", "one topic"),
        ("ntfys://host/a b", "one topic"),
        ("ntfys://host:port/a", "no ntfy URL"),
        ("ntfys://host/a?delay=1h", "knows no 'delay'"),
        ("ntfys://host/a?attach=http://x", "knows no 'attach'"),
        ("ntfys://host/a?priority=loud", "priority 'loud' is none of"),
        ("ntfys://host/a?tags=ñu", "ASCII"),
        ("ntfys://host/a?token=a%0ab", "ASCII"),
    ],
)
def test_addresses_that_are_none(url: str, wrong: str) -> None:
    """What would be ignored, or go astray, is a mistake of the configuration; and sending there fails for good."""
    assert wrong in (NtfyNotifier().complaint(url) or "")
    outcome = NtfyNotifier().send(url, PAGE, timeout=1.0)
    assert (outcome.status, outcome.reason) == (Status.FAILED, SendReason.BAD_CHANNEL)


def test_a_complaint_holds_no_secret() -> None:
    """Neither login nor token nor topic is repeated."""
    for url in (
        f"ntfys://u:{SECRET}@host/a?x=1",
        f"ntfys://host/{SECRET}/b",
        f"ntfys://host/a?token={SECRET}&token2=",
        f"ntfys://{SECRET}:1",
    ):
        assert SECRET not in (NtfyNotifier().complaint(url) or SECRET)


def test_what_it_carries() -> None:
    """Buttons and a chart."""

    assert NtfyNotifier().features("ntfys://t") == {Feature.BUTTONS, Feature.CHART}
