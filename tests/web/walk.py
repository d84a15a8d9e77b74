"""A walk over every route of the server, by somebody who is signed in or shows a token, with names of whose things they
like.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import get_args, get_origin

import msgspec

from sentinel.web.endpoints import ENDPOINTS
from sentinel.web.narrowed.steady_changes import SteadyChanges
from sentinel.web.server import build_web
from tests.web.links import a_token
from tests.web.people import key_in, sign_in
from tests.web.stand import Answer, Client
from tests.web.tenants import CANARY, OTHER, THEIRS, Agency

NOBODY = "siskinxx"
"""As long as the canary's word, and nobody's."""
PEOPLE, PROGRAMS = ("looks", "acts", "rules"), ("reads", "does")
FREE = {
    "/logout": "ends the session",
    "/account/sessions/end-all": "ends it too",
    "/static/{name}": "is the same for everybody",
    "/manifest.webmanifest": "is too",
    "/sw.js": "is too",
    "/offline": "is too",
}
OURS = {
    "name": "guardia",
    "brand": "Acme",
    "action": "ack",
    "what": "note",
    "doing": "ring",
    "every": "weekly",
    "of": "2026-W08",
    "number": "7",
}
SPECIAL = {"/playbooks/{name}": {"name": "nuestro"}, "/api/v1/sources/{name}/reset": {"name": "bluesky"}}
"""Names of what is theirs too, where a schedule's will not do."""
QUERY = {
    "brand": "Acme",
    "q": "a",
    "text": "responde",
    "schedule": "guardia",
    "format": "md",
    "state": "all",
    "limit": "100",
}


BRACES = str.maketrans({"{": "%(", "}": ")s"})


@dataclass(frozen=True)
class Asking:
    """One question: of whom it is about, the canary's word stands in it."""

    method: str
    pattern: str
    path: str
    query: str = ""

    def of(self, word: str) -> str:
        return f"{self.path}{self.query}".replace(CANARY, word)


def questions(agency: Agency, names: dict[str, str], query: str) -> Iterable[Asking]:
    """Every route of the server, with these names in its path."""
    for route in build_web(agency.ports()).router.routes():
        assert route.resource is not None
        pattern = route.resource.canonical
        if pattern in FREE or route.method == "HEAD":
            continue
        these = names | SPECIAL.get(pattern, {}) if names["name"] == OURS["name"] else names
        path = pattern.translate(BRACES) % these
        yield Asking(route.method, pattern, path, query)


def bodies(pattern: str, method: str, words: dict[str, str]) -> dict[str, object]:
    """JSON for an endpoint, a form for a page; of every field that there is, with these words."""
    endpoint = next((each for each in ENDPOINTS if (each.path, each.method.upper()) == (pattern, method)), None)
    if endpoint is None:
        return {"data": {name: words.get(name, text) for name, text in FORM.items()}}
    shape = endpoint.body.shapes[0] if endpoint.body and endpoint.body.shapes else None
    if shape is None:
        return {"data": b"{}"}
    return {"json": {each.encode_name: a_value(each, words) for each in msgspec.structs.fields(shape)}}


def a_value(asked: msgspec.structs.FieldInfo, words: dict[str, str]) -> object:
    text = words.get(asked.name, JSON.get(asked.name, "x"))
    kind = get_args(asked.type)[0] if get_origin(asked.type) else asked.type
    return [text] if "tuple" in str(asked.type) and isinstance(text, str) and kind is not None else text


FORM = {
    "by": "Eva",
    "text": "mira",
    "verdict": "real",
    "tick": "x",
    "label": "negative",
    "voice": "x",
    "brands": "Acme",
    "lasts": "1h",
    "begin": "2026-03-09T10:00",
    "end": "2026-03-10T10:00",
    "schedule": "guardia",
    "who": "ana",
    "one": "ana",
    "other": "boss",
    "version": "0",
    "brand": "Acme",
    "span": "1",
    "minutes": "30",
    "author": "@candela",
    "source": "bluesky",
    "sure": "yes",
}
JSON: dict[str, object] = {
    "author": "@candela",
    "secrets": ["links"],
    "by": "Eva",
    "minutes": 30,
    "reason": "x",
    "text": "mira",
    "label": "negative",
    "lang": "es",
    "verdict": "real",
    "link": "https://example.org/1",
    "done": True,
    "version": 0,
    "level": "alert",
    "brand": "Acme",
    "brands": ["Acme"],
    "contacts": ["ana"],
    "between": ["ana", "boss"],
    "starts_at": "2026-03-09T10:00:00Z",
    "ends_at": "2026-03-10T10:00:00Z",
    "url": None,
}
THEIR_WORDS = {
    "brands": OTHER.replace("K", "k"),
    "brand": OTHER.replace("K", "k"),
    "schedule": f"{CANARY}_wacht",
    "who": f"{CANARY}_tante",
    "one": f"{CANARY}_tante",
    "contacts": f"{CANARY}_tante",
}


@asynccontextmanager
async def known(who: str) -> AsyncIterator[tuple[Agency, Client, dict[str, str]]]:
    """The house with somebody in it: signed in, or with a token; and the key of their forms."""
    agency = Agency()
    await agency.furnish()
    agency.changes.version = SteadyChanges(agency.changes, agency.clock).version  # what is drawn once is at hand
    headers = {"Authorization": f"Bearer t-{who}"} if who in (*PROGRAMS, "house") else {"Accept": "text/html"}
    async with agency.client(**headers) as client:
        if "Authorization" in headers:
            yield agency, client, {}
            return
        assert (await sign_in(client, "agency")).status == 303
        for path in ("/", "/wall", "/fragments/status", "/fragments/wall", f"/fragments/incidents/{THEIRS}"):
            assert (await client.get(path)).status == 200  # what is drawn for one is kept for others
        assert (await sign_in(client, who)).status == 303
        yield agency, client, {"form_key": key_in(await client.get("/"))}


async def asked(client: Client, asking: Asking, word: str, key: dict[str, str], words: dict[str, str]) -> Answer:
    """The whole answer; of one that does not end, its beginning."""
    rest: dict[str, object] = {}
    if asking.method != "GET":
        rest = bodies(asking.pattern, asking.method, {name: text.replace(CANARY, word) for name, text in words.items()})
        if isinstance(form := rest.get("data"), dict):
            rest["data"] = form | key
        elif key:
            rest["headers"] = {"Sentinel-Form-Key": key["form_key"]}
    if asking.pattern != "/api/v1/live":
        return await client.ask(asking.method, asking.of(word), **rest)
    async with client.session.get(asking.of(word)) as response:
        first = await response.content.readany()
        return Answer(response.status, dict(response.headers), first.decode(), {})


def names_of(agency: Agency, incident: str) -> dict[str, str]:
    return OURS | {"id": incident, "token": a_token(agency, agency.incidents[agency.ours])}
