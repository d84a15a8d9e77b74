"""Everything that a hostile page, post, link or client tries: each is refused with the status that says why, and nothing has changed.

What strangers write is in ``test_hostile_words.py``; sessions and form keys are in ``test_sessions.py``.
"""

import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec
import pytest

from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident
from sentinel.web import live, server
from sentinel.web.body import read_body
from sentinel.web.server import build_web, serve
from tests.web.links import a_token, on_fire
from tests.web.raw import RawAnswer, a_request, send
from tests.web.stand import Stand

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
PLAIN = {"Content-Type": "text/plain"}
ACK = "/incidents/{id}/ack"
API = "/api/v1/incidents/{id}/ack"
DOOR = "/api/v1/mentions"
BY = b'{"by":"mallory"}'
MENTION = b'{"source":"x","id":"1","text":"acme","published_at":"2026-03-02T09:00:00Z"}'
CROSS = {"Sec-Fetch-Site": "cross-site"}
GZIP, CHUNKED = {"Content-Encoding": "gzip"}, {"Transfer-Encoding": "chunked"}
LOOKS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
BOMB = gzip.compress(b"\0" * 30_000_000, 9)


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One try. In ``path`` {id} is the incident, {token} a good link, {stale} one from before, {expired} one of yesterday."""

    name: str
    status: int
    method: str = "POST"
    path: str = ACK
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"by=mallory"
    tokens: bool = False
    """Whether web.tokens are configured, none of which the attacker knows."""


CSRF = (
    Attack(name="a foreign page's form", status=403, headers=FORM | CROSS),
    Attack(name="a sister site's form", status=403, headers=FORM | {"Sec-Fetch-Site": "same-site"}),
    Attack(name="a foreign page's form in an old browser", status=403, headers=FORM | {"Origin": "https://evil.example"}),
    Attack(name="a form from a sandboxed frame", status=403, headers=FORM | {"Origin": "null"}),
    Attack(name="an origin that begins like ours", status=403, headers=FORM | {"Origin": "http://127.0.0.1.evil.example"}),
    Attack(name="our origin on another port", status=403, headers=FORM | {"Origin": "http://127.0.0.1:1"}),
    Attack(name="JSON as plain text, which needs no preflight", status=403, path=API, headers=PLAIN | CROSS, body=BY),
    Attack(name="a mention from a foreign page", status=403, path=DOOR, headers=PLAIN | CROSS, body=MENTION),
    Attack(name="a reload from a foreign page", status=403, path="/-/reload", headers=CROSS, body=b""),
    Attack(name="a form without the token that is configured", status=401, headers=FORM, tokens=True),
    Attack(name="a form with a wrong token", status=401, headers=FORM, body=b"by=mallory&token=guess", tokens=True),
    Attack(name="a cookie that somebody made up", status=401, headers=FORM | {"Cookie": "sentinel_token=guess"}, tokens=True),
    Attack(name="JSON without the token", status=401, path=API, headers=JSON, body=BY, tokens=True),
    Attack(
        name="the right cookie where a bearer token is wanted", status=401, path=API,
        headers=JSON | {"Cookie": "sentinel_token=the-right-token"}, body=BY, tokens=True,
    ),
    Attack(name="a token in the query", status=401, path="/api/v1/incidents/{id}/ack?token=the-right-token", body=BY, tokens=True),
)  # fmt: skip
LINKS = (
    Attack(name="a link from before the incident moved on", status=409, path="/a/{stale}/ack", headers=FORM, body=b""),
    Attack(name="a button from before the incident moved on", status=409, path="/a/{stale_button}", body=b""),
    Attack(name="a link of yesterday", status=410, path="/a/{expired}/ack", headers=FORM, body=b""),
    Attack(name="a link cut short", status=404, path="/a/{cut}/ack", headers=FORM, body=b""),
    Attack(name="a link with one letter changed", status=404, path="/a/{bent}/ack", headers=FORM, body=b""),
    Attack(name="a link of another secret", status=404, path="/a/{foreign}/ack", headers=FORM, body=b""),
    Attack(name="a button used for something else", status=403, path="/a/{button}/resolve", headers=FORM, body=b""),
    Attack(
        name="a link used as a bearer token", status=401, path=API,
        headers=JSON | {"Authorization": "Bearer {token}"}, body=BY, tokens=True,
    ),
)  # fmt: skip
TRAVERSAL = tuple(
    Attack(name=f"{path}", status=status, method="GET", path=path, body=b"")
    for path, status in (
        ("/static/../server.py", 404), ("/static/..%2fserver.py", 404), ("/static/%2e%2e/%2e%2e/server.py", 404),
        ("/static/..%5cserver.py", 404), ("/static/....//server.py", 404), ("/static//etc/passwd", 404), ("/static/%2fetc%2fpasswd", 404),
        ("/static/sentinel.css%00.js", 404), ("/static/.%00./server.py", 404), ("/static/", 404), ("/static", 404),
        ("/incidents/..%2f..%2f..%2fetc%2fpasswd", 404), ("/incidents/%2e%2e", 404), ("/incidents/%00", 404),
        ("/fragments/..%2fincidents", 404), ("/a/..%2f..%2fmetrics", 404), ("/api/v1/schedules/..%2f..%2fetc%2fpasswd.ics", 404),
        ("//evil.example/static/sentinel.css", 404), ("/./metrics/../metrics/..", 404), ("/\\evil.example", 404),
    )
)  # fmt: skip
VERBS = (
    *(Attack(name=f"{verb} on a button", status=405, method=verb, body=b"") for verb in LOOKS),
    *(Attack(name=f"{verb} on a reload", status=405, method=verb, path="/-/reload", body=b"") for verb in ("GET", "HEAD", "PUT")),
    *(Attack(name=f"{verb} on a mention", status=405, method=verb, path=DOOR, headers=JSON, body=MENTION) for verb in ("GET", "PUT")),
    *(
        Attack(name=f"a GET that says it is a POST in {name}", status=405, method="GET", headers=FORM | {name: "POST"})
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
    ),
    Attack(name="a GET that says it is a POST in the query", status=405, method="GET", path=ACK + "?_method=POST"),
    Attack(name="a link looked at twice over", status=200, method="HEAD", path="/a/{token}", body=b""),
    Attack(name="a button's address looked at", status=200, method="GET", path="/a/{button}", body=b""),
    Attack(name="a page's button looked at", status=303, method="GET", path="/a/{token}/ack", body=b""),
    Attack(name="a verb that there is not", status=400, method="ACK", body=b""),
)  # fmt: skip
BODIES = (
    Attack(name="a form larger than any of ours, declared", status=413, headers=FORM, body=b"by=" + b"x" * 70_000),
    Attack(
        name="a form larger than any of ours, in chunks", status=413,
        headers=FORM | CHUNKED, body=b"11170\r\n" + b"x" * 70_000 + b"\r\n0\r\n\r\n",
    ),
    Attack(name="a length of nine exabytes", status=413, headers=FORM | {"Content-Length": "9" * 18}),
    Attack(name="a length below nothing", status=400, headers=FORM | {"Content-Length": "-1"}),
    Attack(
        name="a length and chunks", status=400,
        headers=FORM | {"Content-Length": "5", "transfer-encoding": "chunked"}, body=b"0\r\n\r\n",
    ),
    Attack(name="a bomb for the form", status=413, headers=FORM | GZIP, body=BOMB),
    Attack(name="a bomb for the API", status=413, path=API, headers=JSON | GZIP, body=BOMB),
    Attack(
        name="a bomb for the door", status=413, path=DOOR,
        headers=JSON | {"Content-Encoding": "deflate"}, body=zlib.compress(b"\0" * 30_000_000, 9),
    ),
    Attack(name="a bomb in a bomb", status=415, path=DOOR, headers=JSON | {"Content-Encoding": "gzip, gzip"}, body=gzip.compress(BOMB)),
    Attack(name="more fields than any form of ours", status=400, headers=FORM, body=b"&".join(b"f%d=1" % n for n in range(500))),
    Attack(name="brackets within brackets", status=400, path=API, headers=JSON, body=b"[" * 60_000),
    Attack(name="no UTF-8", status=400, path=API, headers=JSON, body=b'{"by":"\xff\xfe"}'),
    Attack(
        name="a number of sixty thousand digits", status=400, path="/api/v1/incidents/{id}/snooze",
        headers=JSON, body=b'{"by":"m","minutes":1' + b"0" * 60_000 + b"}",
    ),
    Attack(name="a header of twenty thousand letters", status=400, headers=FORM | {"X-Long": "x" * 20_000}),
    Attack(name="an address of twenty thousand letters", status=400, method="GET", path="/" + "x" * 20_000, body=b""),
)  # fmt: skip
NAMES = (
    *(
        Attack(name=f"asked as {host}", status=421, method="GET", path="/", headers={"Host": host}, body=b"")
        for host in ("evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "[::1", "169.254.169.254", "0.0.0.0")
    ),
    Attack(name="a press asked as evil.example", status=421, headers=FORM | {"Host": "evil.example"}),
    Attack(name="a link asked as evil.example", status=421, path="/a/{token}/ack", headers=FORM | {"Host": "evil.example"}, body=b""),
    Attack(
        name="a forwarded name is not believed", status=403,
        headers=FORM | {"X-Forwarded-Host": "evil.example", "Origin": "http://evil.example"},
    ),
)  # fmt: skip
ATTACKS = {each.name: each for each in (*CSRF, *LINKS, *TRAVERSAL, *VERBS, *BODIES, *NAMES)}


def what_is(stand: Stand) -> tuple[object, ...]:
    """Everything that an attack could change."""
    return (
        dict(stand.incidents), [*stand.bodies], [*stand.teachings], [*stand.alerts], stand.reloads,
        stand.silences.all(), stand.oncall.all(), len(stand.events), {name: len(lines) for name, lines in stand.lines.items()},
    )  # fmt: skip


def addresses(stand: Stand, incident: Incident) -> dict[str, str]:
    """What stands for the names in an attack's path."""
    token = a_token(stand, incident)
    other = Stand(links=type(stand.links)(bytes(32)))
    before = msgspec.structs.replace(incident, epoch=incident.epoch - 1)
    return {
        "id": incident.id, "token": token, "stale": a_token(stand, before),
        "stale_button": a_token(stand, before, action=Action.ACKNOWLEDGE),
        "expired": a_token(stand, incident, expires_at=stand.clock.now() - timedelta(days=1)), "cut": token[:-3],
        "bent": token[:20] + ("A" if token[20] != "A" else "B") + token[21:], "foreign": a_token(other, incident),
        "button": a_token(stand, incident, action=Action.ACKNOWLEDGE),
    }  # fmt: skip


@asynccontextmanager
async def served(stand: Stand) -> AsyncIterator[int]:
    async with serve(build_web(stand.ports()), "127.0.0.1", 0) as bound:
        yield bound.port


async def tried(attack: Attack) -> tuple[Stand, RawAnswer, bool]:
    """The stand after the attack, what was answered, and whether all is as it was."""
    stand, incident = on_fire(**({"tokens": ["the-right-token"]} if attack.tokens else {}))
    names, before = addresses(stand, incident), what_is(stand)
    headers = {name: value.format(**names) if "{token}" in value else value for name, value in attack.headers.items()}
    async with served(stand) as port:
        path = attack.path.format(**names) if "{" in attack.path else attack.path
        answer = await send(port, a_request(attack.method, path, headers, attack.body, port))
    return stand, answer, what_is(stand) == before


@pytest.mark.parametrize("name", ATTACKS)
async def test_it_is_refused_and_nothing_has_changed(name: str) -> None:
    """With the status that says why; the answer has its armour on, leads nowhere else, and repeats no secret."""
    attack = ATTACKS[name]
    _, answer, same = await tried(attack)
    assert answer.status == attack.status, answer.head
    assert same
    assert b"the-right-token" not in answer.body
    assert b"Traceback" not in answer.body
    assert urlsplit(answer.header("Location")).netloc == ""
    if "content-security-policy" in answer.names:
        assert answer.header("X-Frame-Options") == "DENY"
        assert "frame-ancestors 'none'" in answer.header("Content-Security-Policy")


async def test_the_same_without_the_attack_goes_through() -> None:
    """So that no row of the table is refused for another reason than its own."""
    for attack in (
        Attack(name="", status=303, headers=FORM | {"Sec-Fetch-Site": "same-origin"}),
        Attack(name="", status=303, headers=FORM, body=b"by=ana&token=the-right-token", tokens=True),
        Attack(name="", status=303, headers=FORM | {"Cookie": "sentinel_token=the-right-token"}, tokens=True),
        Attack(name="", status=200, path=API, headers=JSON, body=BY),
        Attack(name="", status=202, path=DOOR, headers=JSON, body=MENTION),
        Attack(name="", status=303, path="/a/{token}/ack", headers=FORM, body=b""),
        Attack(name="", status=200, path="/a/{button}", body=b""),
        Attack(name="", status=200, path="/-/reload", body=b""),
    ):
        _, answer, same = await tried(attack)
        assert answer.status == attack.status, (attack, answer)
        assert not same


async def test_every_route_that_changes_something_refuses_a_foreign_page() -> None:
    """Also one that is added tomorrow; only links need no such proof, for their address is the secret."""
    stand, incident = on_fire()
    before, asked = what_is(stand), 0
    async with served(stand) as port:
        for route in build_web(stand.ports()).router.routes():
            assert route.resource is not None
            path = route.resource.canonical
            if route.method in ("GET", "HEAD") or path.startswith("/a/"):
                continue
            path = path.replace("{action}", "ack").replace("{id}", incident.id).replace("{name}", "guardia")
            answer = await send(port, a_request(route.method, path, PLAIN | CROSS, b"{}", port))
            assert answer.status == 403, (route.method, path, answer.status)
            asked += 1
    assert asked > 10
    assert what_is(stand) == before


@pytest.mark.parametrize("sent", ["en%0d%0aSet-Cookie:%20a=b", "en\u2028a", "en%0aX-Evil:1", "%0d%0a%0d%0a<script>"])
async def test_no_header_is_smuggled_in(sent: str) -> None:
    """A language, a name, an address: whatever comes back in a header comes back in one line."""
    stand, incident = on_fire()
    async with served(stand) as port:
        answers = [
            await send(port, a_request("GET", f"/?lang={sent}", {}, b"", port)),
            await send(port, a_request("POST", f"/incidents/{incident.id}/ack", FORM, f"by={sent}".encode(), port)),
            await send(port, a_request("GET", f"/incidents/{sent}", {"Accept": "text/html"}, b"", port)),
            await send(port, a_request("GET", f"/a/{sent}/ack", {"Accept": "text/html"}, b"", port)),
        ]
    for answer in answers:
        assert not {"x-evil", "a"} & set(answer.names)
        assert "a=b" not in answer.header("Set-Cookie").replace("%20", " ")
        assert "\n" not in answer.head.replace("\r\n", "")


@pytest.mark.parametrize(
    "dripped", [b"POST / HT", b"POST /incidents/x/ack HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Never:"], ids=["first line", "headers"]
)
async def test_a_request_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch, dripped: bytes) -> None:
    """Whoever never ends their headers holds no connection for ever."""
    monkeypatch.setattr(server, "IDLE", 0.2)
    stand, _ = on_fire()
    async with served(stand) as port:
        assert (await send(port, dripped)).status == 0


async def test_a_body_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has its time to arrive; then the press is refused, although the connection is still open."""
    assert read_body.__kwdefaults__ is not None
    monkeypatch.setitem(read_body.__kwdefaults__, "deadline", 0.2)
    stand, incident = on_fire()
    before = what_is(stand)
    async with served(stand) as port:
        headers = FORM | {"Content-Length": "5000"}
        answer = await send(port, a_request("POST", f"/incidents/{incident.id}/ack", headers, b"by=mal", port))
    assert answer.status == 408
    assert what_is(stand) == before


async def test_what_is_no_request_does_not_reach_the_log(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    """Its words may be a token with a letter too many, and there may be a million of them."""
    stand, _ = on_fire()
    async with served(stand) as port:
        for bad in (
            b"GET /a/s3cret-token HTTP/9\r\n\r\n",
            b"GET / HTTP/1.1\r\nAuthorization Bearer s3cret-token\r\n\r\n",
            b"\x16\x03\x01s3cret-token\r\n\r\n",
        ):
            assert (await send(port, bad)).status == 400
    out = capsys.readouterr()
    assert "s3cret" not in caplog.text + out.out + out.err


async def test_no_more_pages_listen_than_are_borne(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one too many is told when to come back, the others go on, and a place that is left is free again."""
    monkeypatch.setattr(live, "MAX_VIEWERS", 3)
    stand, _ = on_fire()
    async with stand.client() as client:
        open_ = [await client.session.get("/api/v1/live") for _ in range(3)]
        refused = await client.get("/api/v1/live")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
        assert (await client.get("/")).status == 200
        stand.changes.bump()
        for each in open_:
            assert b"event: change" in await each.content.readuntil(b"\n\n")
        open_.pop().close()
        for _ in range(1000):
            stand.changes.bump()
            again = await client.session.get("/api/v1/live")
            if again.status == 200:
                break
            again.release()
        assert again.status == 200
        for each in [*open_, again]:
            each.close()
