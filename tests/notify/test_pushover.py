"""Pushover: what arrives, what rings on, how it is told to stop, and which addresses are understood."""

import logging
from dataclasses import replace

import pytest

from sentinel.notify.base import Feature, Message, MessageKind, Ringing, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.pushover import PushoverNotifier
from tests.notify.providers import a_dead_port
from tests.notify.pushover_server import TOKEN, USER, a_pushover, url_of
from tests.notify.receiver import Receiver

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 90
PAGE = Message(
    kind=MessageKind.PAGE,
    urgency=Urgency.CRISIS,
    language="es",
    title="🔴 CRISIS · Ñandú · 92",
    body="Por qué:\n· <b>41</b> & más",
    link="http://x.example/i/1",
)


def send(receiver: Receiver, message: Message = PAGE, more: str = "", timeout: float = 5.0) -> SendOutcome:
    return PushoverNotifier().send(url_of(receiver, more), message, timeout=timeout)


@pytest.mark.parametrize("chart", [None, PNG], ids=["words", "picture"])
def test_a_crisis_rings_until_acknowledged(chart: bytes | None) -> None:
    """Priority 2, each minute for an hour, with a receipt to stop it by; words, link and picture arrive as they are."""
    with a_pushover() as (pushover, receiver):
        outcome = send(receiver, replace(PAGE, chart=chart), "/phone/tablet?sound=siren")
    assert (outcome.status, outcome.receipt) == (Status.ACCEPTED, f"r{1:029d}")
    (taken,) = pushover.taken
    assert taken.picture == chart
    assert taken.fields == {
        "token": TOKEN,
        "user": USER,
        "title": PAGE.title,
        "message": PAGE.body,
        "priority": "2",
        "retry": "60",
        "expire": "3600",
        "device": "phone,tablet",
        "sound": "siren",
        "url": "http://x.example/i/1",
        "url_title": "Abrir el incidente",
    }


def test_how_loud() -> None:
    """Alerts and tests high, news ordinary or quiet; a hand-written priority is for pages; only what rings on has a
    receipt.
    """
    alert, news = replace(PAGE, urgency=Urgency.ALERT), replace(PAGE, kind=MessageKind.UPDATE, urgency=Urgency.QUIET)
    with a_pushover() as (pushover, receiver):
        receipts = [
            send(receiver, message, more).receipt
            for message, more in (
                (alert, ""),
                (replace(alert, kind=MessageKind.TEST), ""),
                (replace(alert, kind=MessageKind.UPDATE), ""),
                (news, ""),
                (replace(news, kind=MessageKind.RESOLVED), ""),
                (PAGE, "?priority=normal"),
                (news, "?priority=emergency"),
            )
        ]
    assert [each.fields["priority"] for each in pushover.taken] == ["1", "1", "0", "-1", "0", "0", "-1"]
    assert receipts == [None] * 7


def test_too_long_is_cut_and_a_long_link_left_out() -> None:
    """Pushover would refuse the page."""
    with a_pushover() as (pushover, receiver):
        assert (
            send(receiver, replace(PAGE, title="ñ" * 400, body="🔥" * 2000, link="http://x/" + "a" * 600)).status
            is Status.ACCEPTED
        )
    fields = pushover.taken[0].fields
    assert (len(fields["title"]), len(fields["message"]), "url" in fields) == (250, 1024, False)


def test_a_picture_it_does_not_want_costs_no_page() -> None:
    """The words go alone, at once."""
    with a_pushover(pictures=False) as (pushover, receiver):
        assert send(receiver, replace(PAGE, chart=PNG)).status is Status.ACCEPTED
    assert [each.picture for each in pushover.taken] == [None]


@pytest.mark.parametrize(
    ("mode", "status", "reason"),
    [
        ("500", Status.RETRY, SendReason.SERVER_ERROR),
        ("429", Status.RETRY, SendReason.RATE_LIMITED),
        ("400", Status.FAILED, SendReason.REFUSED),
        ("drop", Status.UNKNOWN, SendReason.TIMEOUT),
        ("silent", Status.UNKNOWN, SendReason.TIMEOUT),
        ("drip", Status.UNKNOWN, SendReason.TIMEOUT),
        ("late", Status.UNKNOWN, SendReason.TIMEOUT),
    ],
)
def test_outcomes(mode: str, status: Status, reason: SendReason, caplog: pytest.LogCaptureFixture) -> None:
    """Each way a provider can behave has its outcome, and neither key shows in it or in the logs."""
    caplog.set_level(logging.DEBUG)
    with a_pushover() as (_, receiver):
        receiver.mode = mode
        outcome = send(receiver, timeout=1.0 if status is Status.UNKNOWN else 5.0)
        assert PushoverNotifier().watch(url_of(receiver), "r" + "1" * 29, timeout=1.0) is not Ringing.ON
    assert (outcome.status, outcome.reason) == (status, reason)
    for text in (outcome.detail, caplog.text):
        assert TOKEN not in text
        assert USER not in text


def test_a_receipt_that_does_not_come_in_time() -> None:
    """Pushover has the page, so it is not sent again; only the receipt is lost."""
    with a_pushover() as (pushover, receiver):
        receiver.mode = "trickle"
        outcome = send(receiver, timeout=1.0)
        assert (outcome.status, outcome.receipt, len(pushover.taken)) == (Status.ACCEPTED, None, 1)


def test_what_is_said_of_a_receipt() -> None:
    """It rings, somebody acknowledged it, it is none; nobody knows while the provider is away, and it can be told to
    stop.
    """
    notifier, receipt = PushoverNotifier(), f"r{7:029d}"
    with a_pushover() as (pushover, receiver):
        url = url_of(receiver)
        assert notifier.watch(url, receipt, timeout=5.0) is Ringing.ON
        pushover.acknowledged.add(receipt)
        assert notifier.watch(url, receipt, timeout=5.0) is Ringing.ACKNOWLEDGED
        assert notifier.watch(url, "../messages", timeout=5.0) is Ringing.OVER
        assert notifier.cancel(url, receipt, timeout=5.0)
        assert (pushover.cancelled, receiver.wrong) == ([receipt], [])
        receiver.mode = "503"
        assert notifier.watch(url, receipt, timeout=5.0) is Ringing.UNKNOWN
        assert not notifier.cancel(url, receipt, timeout=5.0)
        receiver.mode = "404"
        assert notifier.watch(url, receipt, timeout=5.0) is Ringing.OVER
        assert notifier.cancel(url, receipt, timeout=5.0)
    with a_dead_port() as port:
        away = f"pover://{USER}@{TOKEN}?gateway=http://127.0.0.1:{port}"
        assert notifier.watch(away, receipt, timeout=5.0) is Ringing.UNKNOWN
        assert not notifier.cancel(away, receipt, timeout=5.0)


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ("/dev ice", "a device"),
        ("?priority=loud", "priority 'loud' is none of"),
        ("?expire=10", "knows no 'expire'"),
        ("?sound=a%20b", "sound"),
        ("?gateway=http://pushover.example", "gateway"),
        ("?gateway=https://u:p@pushover.example", "gateway"),
        ("?gateway=https://pushover.example/x?y", "gateway"),
        ("?gateway=ftp://127.0.0.1", "gateway"),
        ("?gateway=", "gateway"),
    ],
)
def test_addresses_that_are_none(more: str, wrong: str) -> None:
    """What would be ignored, refused, or carry keys in the clear is a mistake of the configuration; no key is
    repeated.
    """
    url = f"pover://{USER}@{TOKEN}{more}"
    complaint = PushoverNotifier().complaint(url) or ""
    assert wrong in complaint
    assert USER not in complaint
    outcome = PushoverNotifier().send(url, PAGE, timeout=1.0)
    assert (outcome.status, outcome.reason) == (Status.FAILED, SendReason.BAD_CHANNEL)


def test_addresses() -> None:
    """Keys of thirty letters, devices, a gateway of one's own."""
    notifier = PushoverNotifier()
    for url in (
        f"pover://{USER}@{TOKEN}",
        f"pover://{USER}@{TOKEN}/phone",
        f"pover://{USER}@{TOKEN}?gateway=https://push.example:8443",
    ):
        assert notifier.complaint(url) is None
        assert notifier.features(url) == {Feature.CHART, Feature.RECEIPTS}
    for url in ("pover://", f"pover://{USER}", f"pover://{USER}@short", f"pover://{USER[:-1]}-@{TOKEN}"):
        assert "30 letters" in (notifier.complaint(url) or "")
