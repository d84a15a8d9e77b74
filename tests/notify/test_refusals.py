"""Answers that are refusals, whatever they look like; and how long a provider wants to be left alone."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller

from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import SendOutcome, SendReason, Status
from sentinel.notify.installed import by_scheme
from tests.notify.receiver import Receiver, Wrong, serving
from tests.notify.test_apprise import PAGE
from tests.notify.test_real_parts import Postbox, a_mail_server
from tests.stories.daemon import a_free_port

SERVICES = [
    "json://127.0.0.1:{port}/x",
    "json://127.0.0.1:{port}/x?redirect=yes",
    "form://127.0.0.1:{port}/x",
    "xml://127.0.0.1:{port}/x",
    "gotify://127.0.0.1:{port}/ttttttttttttttt",
    "mmost://127.0.0.1:{port}/aaabbbcccdddeeefffggghhh12",
    "apprise://127.0.0.1:{port}/topic",
    "ntfy://127.0.0.1:{port}/topic",
    f"pover://{'u' * 30}@{'t' * 30}?gateway=http://127.0.0.1:{{port}}",
]


def send(url: str, timeout: float = 5.0) -> SendOutcome:
    notifiers = by_scheme()
    return (notifiers.get(url.partition(":")[0]) or notifiers[""]).send(url, PAGE, timeout=timeout)


@pytest.mark.parametrize("url", SERVICES)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_refusal(url: str, status: int) -> None:
    """The address it leads to is never asked: a POST that is sent on arrives as a GET without the page."""
    with serving(Receiver(take=lambda _: {}, mode=str(status), location="/elsewhere")) as receiver:
        outcome = send(url.format(port=receiver.port))
        assert {request.path for request in receiver.asked} - {"/elsewhere"}
        assert "/elsewhere" not in {request.path for request in receiver.asked}
    assert (outcome.status, outcome.reason) == (Status.FAILED, SendReason.REFUSED)
    assert outcome.detail == f"{status}, a redirect, which is not followed"


@pytest.mark.parametrize("url", SERVICES)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_of_any_channel_is_read(url: str, status: int) -> None:
    """Whichever library sends it."""
    with serving(Receiver(take=lambda _: {}, mode=str(status), retry_after="17")) as receiver:
        outcome = send(url.format(port=receiver.port))
    assert (outcome.status, outcome.retry_after) == (Status.RETRY, 17.0)


def test_a_wait_that_stands_in_the_body() -> None:
    """Telegram says there how long, and not in a header."""

    def busy(_: object) -> object:
        raise Wrong("busy", 429)

    with serving(Receiver(take=busy)) as receiver:
        assert send(f"json://127.0.0.1:{receiver.port}/x").retry_after == 60.0
        receiver.body = {"ok": False, "error_code": 429, "parameters": {"retry_after": 35}}
        assert send(f"json://127.0.0.1:{receiver.port}/x").retry_after == 35.0


def mail(url: str) -> SendOutcome:
    return AppriseNotifier().send(url, PAGE, timeout=5.0)


def test_a_mail_server_without_sign_in() -> None:
    """A user and a password for a server that takes none: it is refused with that reason, and no mail is begun."""
    with a_mail_server() as (postbox, url):
        outcome = mail(url.replace("mailto://", "mailto://ana:secret@"))
        assert postbox.mails == []
    assert (outcome.status, outcome.reason) == (Status.FAILED, SendReason.REFUSED)
    assert outcome.detail.startswith("the mail server takes no sign-in")


def test_a_mail_server_without_starttls() -> None:
    """It offers no encryption: refused with that reason, never sent in the clear."""
    with a_mail_server() as (postbox, url):
        outcome = mail(url.replace("mailto://", "mailtos://").replace("mode=insecure", "mode=starttls"))
        assert postbox.mails == []
    assert (outcome.status, outcome.reason) == (Status.FAILED, SendReason.REFUSED)
    assert outcome.detail.startswith("the mail server offers no STARTTLS")


def test_a_mail_server_that_knows_the_password_to_be_wrong() -> None:
    """Its own no."""
    port = a_free_port()
    controller = Controller(
        Postbox(), hostname="127.0.0.1", port=port, auth_require_tls=False, authenticator=lambda *_: _no()
    )
    controller.start()
    try:
        outcome = mail(f"mailto://ana:secret@127.0.0.1:{port}?from=s@example.org&to=ana@example.org&mode=insecure")
    finally:
        controller.stop()
    assert (outcome.status, outcome.reason, outcome.detail) == (Status.FAILED, SendReason.REFUSED, "535")


def _no() -> object:
    from aiosmtpd.smtp import AuthResult

    return AuthResult(success=False, handled=False)


@contextmanager
def a_door(greeting: bytes) -> Iterator[int]:
    """A server that says one thing and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return
                with caller:
                    caller.sendall(greeting)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_a_mail_server_that_hangs_up_before_any_mail_has_none() -> None:
    """No message was begun: it goes elsewhere at once and needs no mark."""
    with a_door(b"") as port:
        outcome = mail(f"mailto://127.0.0.1:{port}?from=s@example.org&to=ana@example.org&mode=insecure")
    assert (outcome.status, outcome.reason) == (Status.RETRY, SendReason.UNREACHABLE)


def test_a_mail_server_that_is_too_busy() -> None:
    """It says so instead of a greeting."""
    with a_door(b"421 too many connections\r\n") as port:
        outcome = mail(f"mailto://127.0.0.1:{port}?from=s@example.org&to=ana@example.org&mode=insecure")
    assert (outcome.status, outcome.reason) == (Status.RETRY, SendReason.SERVER_ERROR)
