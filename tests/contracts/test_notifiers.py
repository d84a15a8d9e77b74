"""What every notifier keeps to, whoever wrote it: the suite runs over whatever is found."""

import inspect
import logging
from time import monotonic

import pytest
from structlog.testing import capture_logs

from sentinel.notify.base import Message, MessageKind, Notifier, Ringing, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.channels import UNREADABLE, scheme_of
from sentinel.notify.installed import by_scheme
from sentinel.registry import discover
from tests.notify.providers import a_dead_port
from tests.notify.receiver import Receiver, serving

PLUGINS = discover("sentinel.notify", Notifier)
SECRET = "s3cretS3cretS3cretS3cretS3cret"
SOON = 0.4
"""Seconds given to a server that never answers, and how many times that is still its end on a busy machine."""
BUSY = 20
PAGE = Message(
    kind=MessageKind.PAGE,
    urgency=Urgency.CRISIS,
    language="es",
    title="Acme 82",
    body="sube",
    link="https://x.example/i/1",
)


@pytest.fixture(params=sorted(PLUGINS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=sorted(name for name in PLUGINS if "{host}" in PLUGINS[name].example))
def asking(request: pytest.FixtureRequest) -> str:
    """One that speaks to a server."""
    return str(request.param)


def channel(name: str, port: int = 1) -> str:
    return PLUGINS[name].example.format(host=f"127.0.0.1:{port}", secret=SECRET)


def send(name: str, url: str, caplog: pytest.LogCaptureFixture, timeout: float = 5.0) -> SendOutcome:
    """One send; neither its outcome nor any log holds the secret."""
    caplog.set_level(logging.DEBUG)
    with capture_logs() as said:
        outcome = PLUGINS[name]().send(url, PAGE, timeout=timeout)
    assert SECRET not in f"{outcome} {said} {caplog.text}"
    return outcome


def test_it_says_what_it_is(name: str) -> None:
    """For people who choose one: a sentence, its schemes, a channel as it is written, which it has nothing against."""
    plugin = PLUGINS[name]
    assert (inspect.getdoc(plugin) or "").partition("\n")[0]
    assert scheme_of(channel(name)) != UNREADABLE
    assert plugin.schemes == () or scheme_of(channel(name)) in plugin.schemes
    assert plugin().complaint(channel(name)) is None


def test_its_schemes_are_its_own(name: str) -> None:
    """What is written goes to it and to no other; only Apprise takes what nobody takes."""
    plugin = PLUGINS[name]
    assert all(type(by_scheme()[scheme]) is plugin for scheme in plugin.schemes or ("",))
    assert all(scheme == scheme.lower() for scheme in plugin.schemes)


@pytest.mark.parametrize("rest", ["", "x", "//", "[", "ñ ñ", f"{SECRET}", f"{SECRET}:{SECRET}@[::1", "h:99999999"])
def test_a_wrong_channel_is_an_outcome(name: str, rest: str, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is raised for what stands in a file, and what is wrong with it is said without the secret in it."""
    for scheme in PLUGINS[name].schemes:
        url = f"{scheme}://{rest}"
        complaint = PLUGINS[name]().complaint(url)
        assert complaint is None or (complaint and SECRET not in complaint)
        assert all(SECRET not in str(each) for each in PLUGINS[name]().features(url))
        if complaint is not None:
            assert send(name, url, caplog).status in (Status.FAILED, Status.RETRY, Status.ACCEPTED)


def test_taken(asking: str, caplog: pytest.LogCaptureFixture) -> None:
    """A server that says yes has the page, with its title."""
    with serving(Receiver(take=lambda _: {"status": 1})) as receiver:
        outcome = send(asking, channel(asking, receiver.port), caplog)
        assert (outcome.status, outcome.reason) == (Status.ACCEPTED, SendReason.OK)
        assert any(PAGE.title.encode().split()[0] in request.body for request in receiver.asked)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, (Status.FAILED, SendReason.REFUSED)),
        (404, (Status.FAILED, SendReason.REFUSED)),
        (429, (Status.RETRY, SendReason.RATE_LIMITED)),
        (500, (Status.RETRY, SendReason.SERVER_ERROR)),
        (503, (Status.RETRY, SendReason.SERVER_ERROR)),
    ],
)
def test_a_refusal_is_told_from_trouble(
    asking: str, status: int, said: tuple[Status, SendReason], caplog: pytest.LogCaptureFixture
) -> None:
    """A no is final, trouble passes, and too many means later: when, is the server's to say."""
    with serving(Receiver(take=lambda _: {}, mode=str(status), retry_after="17")) as receiver:
        outcome = send(asking, channel(asking, receiver.port), caplog)
    assert (outcome.status, outcome.reason) == said
    assert status != 429 or outcome.retry_after == 17.0


@pytest.mark.parametrize("status", [301, 302, 307])
def test_no_redirect_is_followed(asking: str, status: int, caplog: pytest.LogCaptureFixture) -> None:
    """The page and its token go where the configuration says."""
    with serving(Receiver(take=lambda _: {}, mode=str(status), location="/elsewhere")) as receiver:
        assert send(asking, channel(asking, receiver.port), caplog).status is Status.FAILED
        assert all(request.path != "/elsewhere" for request in receiver.asked)


def test_nobody_there(asking: str, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing has left: it may be tried again without doubt."""
    with a_dead_port() as port:
        outcome = send(asking, channel(asking, port), caplog)
    assert (outcome.status, outcome.reason) == (Status.RETRY, SendReason.UNREACHABLE)


@pytest.mark.parametrize("mode", ["silent", "drip", "drop"])
def test_its_time_has_an_end(asking: str, mode: str, caplog: pytest.LogCaptureFixture) -> None:
    """A server that says nothing, or a byte at a time, or hangs up: nobody knows whether the page arrived, also where
    200 was the first thing said.
    """
    with serving(Receiver(take=lambda _: {}, mode=mode)) as receiver:
        began = monotonic()
        outcome = send(asking, channel(asking, receiver.port), caplog, timeout=SOON)
        assert monotonic() - began < SOON * BUSY
    assert outcome.status is Status.UNKNOWN


def test_ringing_is_asked_after_without_a_fault(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the server does."""
    with serving(Receiver(take=lambda _: {}, mode="500")) as receiver:
        url, notifier = channel(name, receiver.port), PLUGINS[name]()
        assert notifier.watch(url, "r3ceipt", timeout=5.0) in Ringing
        assert isinstance(notifier.cancel(url, "r3ceipt", timeout=5.0), bool)
    assert SECRET not in caplog.text
