"""Everything that a hostile page, post, link or client tries: each is refused with the status that says why, and
nothing has changed.

What strangers write is in ``test_hostile_words.py``.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import quote, urlsplit

import msgspec
import pytest

from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident
from sentinel.web import live, server
from sentinel.web.access.sessions import digest_of
from sentinel.web.http.body import read_body
from sentinel.web.server import build_web, serve
from tests.web.attacks import API, ATTACKS, BY, CROSS, DOOR, FORM, JSON, MENTION, PLAIN, SESSIONS, Attack
from tests.web.links import a_token, on_fire
from tests.web.people import BROWSER, PASSWORD, USERS, a_closed_stand, cookie_in, key_in, sign_in
from tests.web.raw import RawAnswer, a_request, send
from tests.web.stand import Client, Stand


def what_is(stand: Stand) -> tuple[object, ...]:
    """Everything that an attack could change."""
    return (
        dict(stand.incidents),
        [*stand.bodies],
        [*stand.teachings],
        [*stand.alerts],
        stand.reloads,
        stand.silences.all(),
        stand.oncall.all(),
        len(stand.events),
        {name: len(lines) for name, lines in stand.lines.items()},
    )


def addresses(stand: Stand, incident: Incident) -> dict[str, str]:
    """What stands for the names in an attack's path."""
    token = a_token(stand, incident)
    other = Stand(links=type(stand.links)(bytes(32)))
    before = msgspec.structs.replace(incident, epoch=incident.epoch - 1)
    return {
        "id": incident.id,
        "token": token,
        "stale": a_token(stand, before),
        "stale_button": a_token(stand, before, action=Action.ACKNOWLEDGE),
        "expired": a_token(stand, incident, expires_at=stand.clock.now() - timedelta(days=1)),
        "cut": token[:-3],
        "bent": token[:20] + ("A" if token[20] != "A" else "B") + token[21:],
        "foreign": a_token(other, incident),
        "button": a_token(stand, incident, action=Action.ACKNOWLEDGE),
    }


async def sessions_of(client: Client) -> dict[str, str]:
    """Sessions and their keys: of Ana, Vero and Boss, one that is over, one that was there before somebody signed
    in.
    """
    names = {"password": quote(PASSWORD)}
    for name, account in (("over", "ana"), ("planted", "vero"), ("boss", "boss"), ("vero", "vero"), ("ana", "ana")):
        if name != "boss":  # whoever signs in over the planted session ends it
            client.session.cookie_jar.clear()
        names[name] = cookie_in(await sign_in(client, account))
        names[f"{name}_key"] = key_in(await client.get("/", headers=BROWSER))
        if name == "over":
            assert (await client.post("/logout", data={"form_key": names["over_key"]})).status == 303
    return names | {"stored": digest_of(names["ana"])}


@asynccontextmanager
async def served(stand: Stand) -> AsyncIterator[int]:
    async with serve(build_web(stand.ports()), "127.0.0.1", 0) as bound:
        yield bound.port


async def tried(attack: Attack, brands: tuple[str, ...] = ()) -> tuple[RawAnswer, bool]:
    """What was answered, and whether all is as it was; where people are known, they have these brands."""
    if attack in SESSIONS:
        stand, name = a_closed_stand(users={name: {**each, "brands": brands} for name, each in USERS.items()})
        incident = stand.incidents[name]
    else:
        stand, incident = on_fire(**({"tokens": ["the-right-token"]} if attack.tokens else {}))
    names, before = addresses(stand, incident), what_is(stand)
    async with stand.client() as client:
        if attack in SESSIONS:
            names |= await sessions_of(client)
        port = int(client.url.rpartition(":")[2])
        headers = {name: with_names(value, names) for name, value in attack.headers.items()}
        body = with_names(attack.body.decode(), names).encode() if attack in SESSIONS else attack.body
        answer = await send(port, a_request(attack.method, with_names(attack.path, names), headers, body, port))
    return answer, what_is(stand) == before


def with_names(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@pytest.mark.parametrize(
    ("name", "brands"), [*((name, ()) for name in ATTACKS), *((each.name, ("Acme",)) for each in SESSIONS)]
)
async def test_it_is_refused_and_nothing_has_changed(name: str, brands: tuple[str, ...]) -> None:
    """With the status that says why; the answer has its armour on, leads nowhere else, and repeats no secret. Whoever
    has some brands gets no further than whoever has all.
    """
    attack = ATTACKS[name]
    answer, same = await tried(attack, brands)
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
        answer, same = await tried(attack)
        assert answer.status == attack.status, (attack, answer)
        assert not same


async def test_every_route_that_changes_something_refuses_a_foreign_page() -> None:
    """Also one that is added tomorrow; only links, whose address is the secret, and what networks and chats sign need
    no such proof.
    """
    stand, incident = on_fire()
    before, asked = what_is(stand), 0
    standing = {"action": "ack", "what": "note", "id": incident.id, "name": "guardia", "token": "a-link", "number": "7"}
    standing["doing"] = "add"
    async with served(stand) as port:
        for route in build_web(stand.ports()).router.routes():
            assert route.resource is not None
            path = route.resource.canonical
            if route.method in ("GET", "HEAD") or path.startswith(("/a/", "/chat/", "/ingest/")):
                continue
            path = re.sub(r"\{(\w+)\}", lambda name: standing[name[1]], path)
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
    "dripped",
    [b"POST / HT", b"POST /incidents/x/ack HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Never:"],
    ids=["first line", "headers"],
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


async def test_what_is_no_request_does_not_reach_the_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
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
    monkeypatch.setattr(live, "PACE", 0.0)
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
