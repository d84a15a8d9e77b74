"""Web Push: to every device of a contact, readable for it alone, and to no address inside."""

from contextlib import ExitStack
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sentinel import http_session
from sentinel.notify.base import Button, Message, MessageKind, SendReason, Status, Urgency
from sentinel.notify.push_devices import DeviceNews, PushDevice, PushDevices, endpoint_flaw
from sentinel.notify.push_message import content_of, keys_flaw, public_key, signing_key
from sentinel.notify.webpush import WebPushNotifier
from tests.fakes import START
from tests.notify.browsers import SECRET, PushBrowser, PushService, plain, raw
from tests.notify.providers import a_dead_port
from tests.notify.receiver import serving

PAGE = Message(
    kind=MessageKind.PAGE,
    urgency=Urgency.CRISIS,
    language="es",
    title="🔴 Acme 82",
    body="Sube desde las 10:02.",
    link="https://sentinel.example/a/PAGE",
    buttons=(
        Button(label="Lo tengo yo", url="https://sentinel.example/a/TAKE", acts=True),
        Button(label="Abrir", url="https://sentinel.example/a/PAGE", acts=False),
    ),
    key="i1-1-ana-1",
)
PUBLIC = "https://push.example.org/send/abc"


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Push services on this machine are allowed."""
    monkeypatch.setattr(http_session, "_private_allowed", True)


class Told:
    """A notifier with devices, and what it told of them."""

    def __init__(self, *devices: PushDevice, subject: str = "https://sentinel.example") -> None:
        self.news: list[tuple[str, DeviceNews]] = []
        self.notifier = WebPushNotifier()
        self.notifier.devices = PushDevices(
            lambda: SECRET, lambda: subject, lambda *news: self.news.append(news), devices, lambda: START
        )

    def send(self, message: Message = PAGE, contact: str = "ana", timeout: float = 5.0):  # type: ignore[no-untyped-def]
        return self.notifier.send(f"webpush://{contact}", message, timeout=timeout)


def test_a_browser_reads_the_example_of_the_standard() -> None:
    """The message of RFC 8291, section 5: our browser of the tests is one."""
    secret = int.from_bytes(raw("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
    browser = PushBrowser(ec.derive_private_key(secret, ec.SECP256R1()), raw("BTBZMqHH6r4Tts7J_aSIgg"))
    assert plain(browser.point) == (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    body = raw(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert browser.read(body) == b"When I grow up, I want to be a watermelon"


@pytest.mark.usefixtures("inside")
def test_a_page_reaches_every_device_and_nobody_else_reads_it() -> None:
    """Two devices of Ana's, each with keys of its own; words, two paths, no address and no secret of ours."""
    first, second = PushService(), PushService()
    with ExitStack() as stack:
        ports = [stack.enter_context(serving(each.receiver())).port for each in (first, second)]
        devices = [
            service.browser.device(f"http://127.0.0.1:{port}/send/abc")
            for service, port in zip((first, second), ports, strict=True)
        ]
        told = Told(*devices)
        outcome = told.send()
    assert (outcome.status, outcome.reason) == (Status.ACCEPTED, SendReason.OK)
    assert sorted(told.news) == sorted((each.id, DeviceNews.TOOK) for each in devices)
    shown = first.shown[0]
    assert shown == second.shown[0]
    assert (shown["title"], shown["body"], shown["lang"]) == (PAGE.title, PAGE.body, "es")
    assert (shown["path"], shown["post"], shown["take"], shown["open"]) == (
        *("/a/PAGE", "/a/TAKE"),
        *("Lo tengo yo", "Abrir"),
    )
    assert shown["stays"] is True
    claims = first.claims[0]
    assert claims["aud"] == f"http://127.0.0.1:{ports[0]}"
    assert claims["sub"] == "https://sentinel.example"
    assert 0 < claims["exp"] - START.timestamp() <= 24 * 3600


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("message", "urgency", "lasts"),
    [
        (PAGE, "high", "14400"),
        (replace(PAGE, kind=MessageKind.UPDATE, urgency=Urgency.QUIET), "normal", "43200"),
    ],
    ids=["page", "news"],
)
def test_how_loud_and_how_long(message: Message, urgency: str, lasts: str) -> None:
    """A page wakes a sleeping phone; a repeat takes the place of what it repeats, under a word that says nothing."""
    service = PushService()
    with serving(service.receiver()) as receiver:
        told = Told(service.browser.device(f"http://127.0.0.1:{receiver.port}/x"))
        for _ in range(2):
            assert told.send(message).status is Status.ACCEPTED
    headers = [each.headers for each in receiver.asked]
    assert [(each["Urgency"], each["TTL"]) for each in headers] == [(urgency, lasts)] * 2
    assert headers[0]["Topic"] == headers[1]["Topic"]
    assert "i1" not in headers[0]["Topic"]
    assert service.claims[0]["sub"].startswith("https://")


@pytest.mark.usefixtures("inside")
def test_a_push_service_gets_an_address_that_means_something() -> None:
    """Where Sentinel is reached on this machine alone there is none, and no push service is told a wrong one."""
    service = PushService()
    with serving(service.receiver()) as receiver:
        device = service.browser.device(f"http://127.0.0.1:{receiver.port}/x")
        Told(device, subject="http://127.0.0.1:8080").send()
    assert service.claims[0]["sub"] == "mailto:sentinel@localhost"


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("status", ["404", "410"])
def test_a_browser_that_wants_no_more_is_told_of_and_the_next_channel_follows(status: str) -> None:
    """Refused for good: the contact's next channel has it at once."""
    service = PushService()
    with serving(service.receiver(status)) as receiver:
        told = Told(device := service.browser.device(f"http://127.0.0.1:{receiver.port}/x"))
        outcome = told.send()
    assert outcome.status is Status.FAILED
    assert "the device was removed" in outcome.detail
    assert told.news == [(device.id, DeviceNews.GONE)]


@pytest.mark.usefixtures("inside")
def test_one_device_that_takes_it_is_enough() -> None:
    """A tablet in a drawer, and a phone: the page is taken, and is not sent again for the tablet's sake."""
    phone, tablet = PushService(), PushService()
    with serving(phone.receiver()) as well, serving(tablet.receiver("503")) as ill, a_dead_port() as nobody:
        told = Told(
            tablet.browser.device(f"http://127.0.0.1:{ill.port}/x"),
            PushBrowser().device(f"http://127.0.0.1:{nobody}/x"),
            phone.browser.device(f"http://127.0.0.1:{well.port}/x"),
        )
        assert told.send().status is Status.ACCEPTED


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("401", (Status.FAILED, SendReason.REFUSED)),
        ("413", (Status.FAILED, SendReason.REFUSED)),
        ("429", (Status.RETRY, SendReason.RATE_LIMITED)),
        ("500", (Status.RETRY, SendReason.SERVER_ERROR)),
        ("302", (Status.FAILED, SendReason.REFUSED)),
        ("drop", (Status.UNKNOWN, SendReason.TIMEOUT)),
    ],
)
def test_what_a_push_service_says_is_heard(mode: str, said: tuple[Status, SendReason]) -> None:
    """As of any provider; a redirect is not followed."""
    service = PushService()
    with serving(service.receiver(mode, location="/elsewhere")) as receiver:
        told = Told(service.browser.device(f"http://127.0.0.1:{receiver.port}/x"))
        outcome = told.send()
    assert (outcome.status, outcome.reason) == said
    assert [each.path for each in receiver.asked] == ["/x"]


def test_without_a_device_the_next_channel_follows_and_says_what_to_do() -> None:
    """Nobody turned one on; or only somebody else did; or the key was changed since; or it is gone."""
    browser = PushBrowser()
    for device in (
        browser.device(PUBLIC, contact="boss"),
        browser.device(PUBLIC, key=public_key(bytes(32))),
        browser.device(PUBLIC, gone_at=START),
    ):
        outcome = Told(device).send()
        assert (outcome.status, outcome.reason) == (Status.FAILED, SendReason.BAD_CHANNEL)
        assert "/account/devices" in outcome.detail
    assert WebPushNotifier().send("webpush://ana", PAGE, timeout=1).status is Status.FAILED


@pytest.mark.parametrize(
    "endpoint",
    [
        *("http://push.example.org/x", "https://127.0.0.1/x", "https://localhost/x", "https://10.1.2.3/x"),
        *("https://169.254.169.254/latest/meta-data", "https://[::1]/x", "https://[::ffff:10.0.0.1]/x"),
        *("https://ana:secret@push.example.org/x", "ftp://push.example.org/x", "https:///x", "javascript:alert(1)"),
        *("https://push.example.org/x y", "https://push.example.org/ñ", "https://push.example.org/#x", ""),
        *("https://push.example.org:99999/x", "https://push.example.org/" + "x" * 2000),
    ],
)
def test_an_endpoint_that_leads_nowhere_good_is_none(endpoint: str) -> None:
    """Whoever makes a subscription up names its address: neither inside, nor without TLS, nor with a password."""
    assert endpoint_flaw(endpoint) is not None
    outcome = Told(PushBrowser().device(endpoint)).send()
    assert (outcome.status, outcome.reason) == (Status.FAILED, SendReason.BAD_CHANNEL)


def test_a_name_that_leads_inside_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public name whose owner points it at 127.0.0.1: looked up once, refused, and nothing of it is asked."""
    looked: list[str] = []

    def look(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        looked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr("sentinel.http_session.socket.getaddrinfo", look)
    service = PushService()
    with serving(service.receiver()) as receiver:
        outcome = Told(service.browser.device(f"https://push.example.org:{receiver.port}/x")).send()
    assert (outcome.status, outcome.reason) == (Status.FAILED, SendReason.BAD_CHANNEL)
    assert "private network" in outcome.detail
    assert looked == ["push.example.org"]
    assert receiver.asked == []


@pytest.mark.usefixtures("inside")
def test_the_longest_message_fits() -> None:
    """Whatever the alphabet: the body is cut, title and links are whole."""
    service = PushService()
    with serving(service.receiver()) as receiver:
        told = Told(service.browser.device(f"http://127.0.0.1:{receiver.port}/x"))
        for letter in ("a", "ñ", "🔥", '"', "x\n", "\\"):
            long = replace(PAGE, title=letter * 400, body=letter * 9000, link=f"https://x.example/a/{'T' * 300}")
            assert told.send(long).status is Status.ACCEPTED
            assert len(service.shown[-1]["body"]) > 500
            assert service.shown[-1]["path"] == f"/a/{'T' * 300}"
    assert max(len(each.body) for each in receiver.asked) <= 4096


def test_an_address_in_a_message_is_a_path_of_ours() -> None:
    """Whatever stands in front of it: the worker opens nothing but its own pages."""
    odd = replace(PAGE, link="https://evil.example//evil.example/x", buttons=())
    assert b"https:" not in content_of(odd)
    assert b'"path":"/evil.example/x"' in content_of(odd)
    assert b'"path":"/"' in content_of(replace(PAGE, link=None, buttons=()))


def test_one_secret_is_one_key() -> None:
    """Also one that is larger than the order of the curve; another secret is another key."""
    assert public_key(SECRET) == public_key(SECRET) != public_key(bytes(32))
    assert len(raw(public_key(b"\xff" * 32))) == 65
    assert signing_key(bytes(32)).private_numbers().private_value == 1


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [("", ""), ("AAAA", plain(bytes(16))), (plain(b"\4" + bytes(64)), plain(bytes(16))), ("ñ", "ñ")],
)
def test_keys_that_are_none_are_refused(p256dh: str, auth: str) -> None:
    """A point that is on no curve among them."""
    assert keys_flaw(p256dh, auth) is not None
    assert keys_flaw(plain(PushBrowser().point), plain(bytes(15))) is not None
    assert keys_flaw(plain(PushBrowser().point), plain(bytes(16))) is None


def test_it_is_written_alone() -> None:
    """The contact's devices stand nowhere in the file."""
    notifier = WebPushNotifier()
    assert notifier.complaint("webpush://") is None
    for wrong in ("webpush://ana/x", "webpush://ana?x=1", "webpush://a@b", "webpush://[", "webpush://h:1"):
        assert notifier.complaint(wrong) is not None
