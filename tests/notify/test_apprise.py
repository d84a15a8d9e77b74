"""What Apprise says of a send, turned into an outcome that decides what happens next."""

import logging
from dataclasses import replace
from io import StringIO

import pytest

from sentinel.notify.apprise import AppriseNotifier, classify, telling
from sentinel.notify.base import Message, MessageKind, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.channels import destination_of, scheme_of
from sentinel.notify.log import LogNotifier
from tests.notify.providers import a_dead_port, a_provider

SECRET = "hunter2secret"
PAGE = Message(
    kind=MessageKind.PAGE,
    urgency=Urgency.CRISIS,
    language="es",
    title="🔴 CRISIS · Acme · 92",
    body="Por qué",
    link="http://x/i/1",
)


def send(url: str, timeout: float = 5.0) -> SendOutcome:
    return AppriseNotifier().send(url, PAGE, timeout=timeout)


@pytest.mark.parametrize(
    ("mode", "status", "reason"),
    [
        ("ok", Status.ACCEPTED, SendReason.OK),
        ("500", Status.RETRY, SendReason.SERVER_ERROR),
        ("429", Status.RETRY, SendReason.RATE_LIMITED),
        ("404", Status.FAILED, SendReason.REFUSED),
        ("drop", Status.UNKNOWN, SendReason.TIMEOUT),
        ("silent", Status.UNKNOWN, SendReason.TIMEOUT),
    ],
)
def test_outcomes(mode: str, status: Status, reason: SendReason, caplog: pytest.LogCaptureFixture) -> None:
    """Each way a provider can behave has its outcome, and no secret shows in it or in the logs."""
    caplog.set_level(logging.INFO)
    with a_provider() as provider:
        outcome = send(provider.url(mode, SECRET), timeout=2.0 if mode == "silent" else 5.0)
    assert (outcome.status, outcome.reason) == (status, reason)
    assert SECRET not in outcome.detail
    assert SECRET not in caplog.text
    assert "Por qué" not in caplog.text


@pytest.mark.parametrize(
    ("mode", "status"),
    [
        ("ok", Status.ACCEPTED),
        ("500", Status.RETRY),
        ("429", Status.RETRY),
        ("404", Status.FAILED),
        ("drop", Status.UNKNOWN),
    ],
)
def test_what_strangers_write_decides_nothing(mode: str, status: Status) -> None:
    """A mention that says what a failure would log is only text: it can neither end a page's tries nor have it sent
    again unmarked.
    """
    quoting = replace(
        PAGE, body="error=404 error=503 Socket Exception: NewConnectionError Connection refused, timed out"
    )
    with a_provider() as provider:
        assert AppriseNotifier().send(provider.url(mode), quoting, timeout=5.0).status is status
    with a_dead_port() as port:
        assert (
            AppriseNotifier().send(f"json://127.0.0.1:{port}/error=404", quoting, timeout=5.0).reason
            is SendReason.UNREACHABLE
        )


def test_an_address_that_quotes_the_message_decides_nothing() -> None:
    """Some services take the text in the address, which a broken connection repeats."""
    line = (
        "Socket Exception: Max retries exceeded with url: /send?text=error=404 "
        "(Caused by NewConnectionError('refused'))"
    )
    assert classify(" ".join(telling([("DEBUG", line)]))).status is Status.RETRY
    assert classify("the service says no").status is Status.FAILED


def test_nothing_is_printed_even_when_everything_is_logged(capfd: pytest.CaptureFixture[str]) -> None:
    """With the root logger at debug level, neither payload nor secret nor path leaves Apprise and the HTTP library
    under it.
    """
    root, written = logging.getLogger(), StringIO()
    listener, before = logging.StreamHandler(written), root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        with a_provider() as provider:
            for mode in ("ok", "500", "drop"):
                send(provider.url(f"{mode}/{SECRET}", SECRET))
    finally:
        root.setLevel(before)
        root.removeHandler(listener)
    for text in (written.getvalue(), *capfd.readouterr()):
        assert SECRET not in text
        assert PAGE.body not in text


def test_a_refused_connection_never_left() -> None:
    """Nobody listens: nothing was sent, so trying again is safe."""
    with a_dead_port() as port:
        outcome = send(f"json://127.0.0.1:{port}/x")
    assert (outcome.status, outcome.reason) == (Status.RETRY, SendReason.UNREACHABLE)


def test_what_is_no_address_fails_for_good() -> None:
    """The next channel is used at once."""
    for url in ("nope://x", SECRET, f"json://{SECRET}@", "json://"):
        outcome = send(url)
        assert (outcome.status, outcome.reason) == (Status.FAILED, SendReason.BAD_CHANNEL)
        assert SECRET not in outcome.detail


def test_what_arrives() -> None:
    """Title, body and the link."""
    with a_provider() as provider:
        send(provider.url("ok"))
        assert provider.sent == [("ok", PAGE.title, "Por qué\nhttp://x/i/1")]


@pytest.mark.parametrize(
    ("url", "loudest"),
    [
        ("ntfys://topic", "max"),
        (f"pover://{'u' * 30}@{'a' * 30}", 2),
        ("gotifys://host/ttttttttttttttt", 10),
        (f"prowl://{'a' * 40}", 2),
        ("opsgenie://1b0c9d3e-4f5a-4b6c-8d7e-9f0a1b2c3d4e", 1),
    ],
)
def test_loud_where_the_service_knows_loud(url: str, loudest: object) -> None:
    """A crisis is the service's loudest, an alert less so, news not at all; a priority written by hand stays."""
    notifier = AppriseNotifier()
    assert notifier._plugin(url, PAGE, 5.0).priority == loudest
    quieter = replace(PAGE, urgency=Urgency.ALERT), replace(PAGE, kind=MessageKind.UPDATE)
    assert all(notifier._plugin(url, each, 5.0).priority != loudest for each in quieter)
    assert notifier._plugin(f"{url}?priority=normal", PAGE, 5.0).priority != loudest


def test_pushover_repeats_each_minute_until_acknowledged() -> None:
    """Its emergencies ring again by themselves, within the bounds it allows."""
    plugin = AppriseNotifier()._plugin(f"pover://{'u' * 30}@{'a' * 30}", PAGE, 5.0)
    assert (plugin.interval, plugin.expire) == (60, 3600)


def test_the_log_takes_everything() -> None:
    """The last resort cannot fail."""
    assert LogNotifier().send("log://", PAGE, timeout=1).status is Status.ACCEPTED


def test_destinations() -> None:
    """One pool a provider: hosts where one has a server of one's own, the service elsewhere; never a secret."""
    assert (
        destination_of("json://u:p@one.example/x")
        == destination_of("json://one.example/y")
        != destination_of("json://two.example/x")
    )
    assert destination_of("tgram://1:secret/2") == "tgram"
    assert destination_of("json://[broken") == "json"
    assert destination_of("https://hooks.slack.com/services/T/B/x") != destination_of(
        "https://discord.com/api/webhooks/1/x"
    )
    assert scheme_of("log://") == "log"
    assert (scheme_of(SECRET), destination_of(SECRET)) == ("unreadable", "unreadable")


def test_a_url_cannot_make_a_failure_look_accepted_or_retry_by_itself() -> None:
    """Apprise's own `optional` and `retry` do not count here: a refused page is refused, and one send is one
    request.
    """
    with a_provider() as provider:
        assert send(provider.url("404") + "?optional=yes").status is Status.FAILED
        assert send(provider.url("500") + "?retry=3").status is Status.RETRY
        assert [mode for mode, _, _ in provider.sent] == ["404", "500"]


def test_a_failed_handshake_never_left() -> None:
    """TLS to a port that speaks plain HTTP: nothing of the message was sent, so no repeat is owed a mark."""
    with a_provider() as provider:
        outcome = send(provider.url("ok").replace("json://", "jsons://"))
    assert (outcome.status, outcome.reason) == (Status.RETRY, SendReason.UNREACHABLE)


def test_the_loudest_of_opsgenie_is_its_p1() -> None:
    """Apprise calls P5 its emergency; Opsgenie calls it informational."""
    assert AppriseNotifier()._plugin("opsgenie://apikey-of-some-length", PAGE, 5.0).priority == 1


def test_a_link_that_would_be_quoted_twice_is_no_click() -> None:
    """It still stands in the body."""
    odd = replace(PAGE, link="http://x/i/a%20b")
    assert AppriseNotifier()._plugin("ntfys://topic", odd, 5.0).click is None
    assert AppriseNotifier()._plugin("ntfys://topic", PAGE, 5.0).click == PAGE.link
