"""What Apprise says of a send, turned into an outcome that decides what happens next."""

import logging
from dataclasses import replace

import pytest

from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import Message, MessageKind, Outcome, Reason, Status, Urgency
from sentinel.notify.channels import destination_of, scheme_of
from sentinel.notify.log import LogNotifier
from tests.notify.providers import a_dead_port, a_provider

SECRET = "hunter2secret"
PAGE = Message(
    kind=MessageKind.PAGE, urgency=Urgency.CRISIS, language="es", title="🔴 CRISIS · Acme · 92", body="Por qué", link="http://x/i/1"
)


def send(url: str, timeout: float = 5.0) -> Outcome:
    return AppriseNotifier().send(url, PAGE, timeout=timeout)


@pytest.mark.parametrize(
    ("mode", "status", "reason"),
    [
        ("ok", Status.ACCEPTED, Reason.OK),
        ("500", Status.RETRY, Reason.SERVER_ERROR),
        ("429", Status.RETRY, Reason.RATE_LIMITED),
        ("404", Status.FAILED, Reason.REFUSED),
        ("drop", Status.UNKNOWN, Reason.TIMEOUT),
        ("silent", Status.UNKNOWN, Reason.TIMEOUT),
    ],
)
def test_outcomes(mode: str, status: Status, reason: Reason, caplog: pytest.LogCaptureFixture) -> None:
    """Each way a provider can behave has its outcome, and no secret shows in it or in the logs."""
    caplog.set_level(logging.INFO)
    with a_provider() as provider:
        outcome = send(provider.url(mode, SECRET), timeout=2.0 if mode == "silent" else 5.0)
    assert (outcome.status, outcome.reason) == (status, reason)
    assert SECRET not in outcome.detail
    assert SECRET not in caplog.text
    assert "Por qué" not in caplog.text


def test_a_refused_connection_never_left() -> None:
    """Nobody listens: nothing was sent, so trying again is safe."""
    with a_dead_port() as port:
        outcome = send(f"json://127.0.0.1:{port}/x")
    assert (outcome.status, outcome.reason) == (Status.RETRY, Reason.UNREACHABLE)


def test_what_is_no_address_fails_for_good() -> None:
    """The next channel is used at once."""
    for url in ("nope://x", "not a url", "json://"):
        assert send(url).status is Status.FAILED


def test_what_arrives() -> None:
    """Title, body and the link."""
    with a_provider() as provider:
        send(provider.url("ok"))
        assert provider.sent == [("ok", PAGE.title, "Por qué\nhttp://x/i/1")]


@pytest.mark.parametrize(
    "url", ["ntfys://topic", "pover://user@token", "gotifys://host/token", "prowl://apikeyapikeyapikeyapikeyapikeyapikeyapi/"]
)
def test_loud_where_the_service_knows_loud(url: str) -> None:
    """A crisis is the service's loudest; a priority written by hand stays."""
    plugin = AppriseNotifier()._plugin(url, PAGE, 5.0)
    if plugin is not None:
        quiet = AppriseNotifier()._plugin(url + ("&" if "?" in url else "?") + "priority=low", PAGE, 5.0)
        assert plugin.priority != quiet.priority


def test_the_log_takes_everything() -> None:
    """The last resort cannot fail."""
    assert LogNotifier().send("log://", PAGE, timeout=1).status is Status.ACCEPTED


def test_destinations() -> None:
    """One pool a provider: hosts where one has a server of one's own, the service elsewhere; never a secret."""
    assert destination_of("json://u:p@one.example/x") == destination_of("json://one.example/y") != destination_of("json://two.example/x")
    assert destination_of("tgram://1:secret/2") == "tgram"
    assert destination_of("json://[broken") == "json"
    assert scheme_of("log://") == "log"


def test_a_url_cannot_make_a_failure_look_accepted_or_retry_by_itself() -> None:
    """Apprise's own `optional` and `retry` do not count here: a refused page is refused, and one send is one request."""
    with a_provider() as provider:
        assert send(provider.url("404") + "?optional=yes").status is Status.FAILED
        assert send(provider.url("500") + "?retry=3").status is Status.RETRY
        assert [mode for mode, _, _ in provider.sent] == ["404", "500"]


def test_a_failed_handshake_never_left() -> None:
    """TLS to a port that speaks plain HTTP: nothing of the message was sent, so no repeat is owed a mark."""
    with a_provider() as provider:
        outcome = send(provider.url("ok").replace("json://", "jsons://"))
    assert (outcome.status, outcome.reason) == (Status.RETRY, Reason.UNREACHABLE)


def test_the_loudest_of_opsgenie_is_its_p1() -> None:
    """Apprise calls P5 its emergency; Opsgenie calls it informational."""
    assert AppriseNotifier()._plugin("opsgenie://apikey-of-some-length", PAGE, 5.0).priority == 1


def test_a_link_that_would_be_quoted_twice_is_no_click() -> None:
    """It still stands in the body."""
    odd = replace(PAGE, link="http://x/i/a%20b")
    assert AppriseNotifier()._plugin("ntfys://topic", odd, 5.0).click is None
    assert AppriseNotifier()._plugin("ntfys://topic", PAGE, 5.0).click == PAGE.link
