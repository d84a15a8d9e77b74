"""Programs and their tokens: what each route wants, who lacks it, and how they are told."""

from base64 import b64encode
from hashlib import sha256
from importlib import import_module
from pkgutil import walk_packages

import pytest

import sentinel.web
from sentinel.config.access import AccessSettings, Role, Scope
from sentinel.web.access.guard import FREE
from sentinel.web.access.scopes import SCOPES, role_for, scope_of
from sentinel.web.endpoint import Endpoint
from sentinel.web.endpoints import ENDPOINTS
from sentinel.web.pages.rooms import PAGES
from sentinel.web.server import build_web
from tests.web.people import a_closed_stand, a_house
from tests.web.stand import Stand, a_config, a_crisis

TOKENS = [
    {"name": "shop", "token": "tok-mentions", "scopes": ["mentions:write"]},
    {"name": "grafana", "sha256": sha256(b"tok-read").hexdigest(), "scopes": ["read"]},
    {"name": "ops", "token": "tok-admin", "scopes": ["admin"]},
]
ROUTES = [
    ("POST", "/api/v1/mentions", Scope.MENTIONS),
    ("POST", "/api/v1/alertmanager", Scope.ALERTS),
    ("GET", "/api/v1/brands", Scope.READ),
    ("GET", "/api/v1/openapi.json", Scope.READ),
    ("GET", "/api/v1/audit", Scope.ADMIN),
    ("POST", "/-/reload", Scope.ADMIN),
    ("POST", "/api/v1/incidents/x/ack", Scope.INCIDENTS),
    ("POST", "/api/v1/silences", Scope.SILENCES),
    ("POST", "/api/v1/silences/x/end", Scope.SILENCES),
    ("POST", "/api/v1/schedules/x/overrides", Scope.ONCALL),
    ("POST", "/api/v1/schedules/x/swaps", Scope.ONCALL),
    ("POST", "/api/v1/oncall-changes/x/undo", Scope.ONCALL),
    ("POST", "/api/v1/drills", Scope.DRILLS),
    ("POST", "/api/v1/labels", Scope.LABELS),
    ("POST", "/api/v1/sources/x/reset", Scope.ADMIN),
    ("POST", "/api/v1/model/rollback", Scope.ADMIN),
]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(("method", "path", "scope"), ROUTES)
async def test_each_route_wants_its_scope(method: str, path: str, scope: Scope) -> None:
    """Nothing and a wrong token are 401, one without the scope is 403, one with it passes the door."""
    stand, _ = a_closed_stand(tokens=[{"name": each, "token": f"t-{each}", "scopes": [each]} for each in Scope])
    async with stand.client() as client:
        nothing, wrong = await client.ask(method, path), await client.ask(method, path, headers=bearer("guess"))
        lacking = next(each for each in Scope if each not in (scope, Scope.ADMIN))
        lacks = await client.ask(method, path, headers=bearer(f"t-{lacking}"))
        right = await client.ask(method, path, headers=bearer(f"t-{scope}"))
        admin = await client.ask(method, path, headers=bearer("t-admin"))
    assert (nothing.status, wrong.status, lacks.status) == (401, 401, 403)
    assert "invalid_token" in wrong.headers["WWW-Authenticate"]
    assert f'scope="{scope}"' in lacks.headers["WWW-Authenticate"]
    assert f"lacks the scope {scope}" in lacks.json["error"]
    assert right.status not in (401, 403)
    assert admin.status not in (401, 403)


def test_every_route_that_changes_something_says_what_it_wants_and_the_document_says_the_same() -> None:
    """A route that says nothing wants the most."""
    served, app = {}, build_web(Stand().ports())
    declared = app[SCOPES]
    for route in app.router.routes():
        assert route.resource is not None
        if route.resource.canonical.startswith(("/api/", "/-/reload")) and route.method != "HEAD":
            served[route.method.lower(), route.resource.canonical] = scope_of(declared, route.handler, route.method)
            assert route.method == "GET" or declared.get(route.handler), f"{route.resource.canonical}: say its scope"
    described = {(each.method, each.path): each.scope for each in ENDPOINTS if each.path.startswith("/api/")}
    assert {place: scope for place, scope in served.items() if place[1].startswith("/api/")} == described
    assert scope_of(declared, print, "POST") is Scope.ADMIN


def test_every_route_of_the_server_is_an_endpoint_of_the_list_or_a_page() -> None:
    """No function answers programs from outside the list, and each on it says its scope and its answers."""
    routes = build_web(Stand().ports()).router.routes()
    pages = {route.handler for route in PAGES}
    assert {route.handler for route in routes} == {each.answer for each in ENDPOINTS} | pages
    assert not [route.path for route in PAGES if route.path.startswith(("/api/", "/-/", "/metrics", "/ingest/"))]
    for endpoint in ENDPOINTS:
        assert endpoint.answers
        assert endpoint.scope is not None or endpoint.path.startswith(FREE)
        assert len({status for status, _, _ in endpoint.answers}) == len(endpoint.answers)


def test_an_endpoint_that_somebody_wrote_is_on_the_list() -> None:
    """One that is forgotten there would never answer."""
    names = [each.name for each in walk_packages(sentinel.web.__path__, "sentinel.web.")]
    written = {v for name in names for v in vars(import_module(name)).values() if isinstance(v, Endpoint)}
    assert written == set(ENDPOINTS)
    assert len({each.id for each in ENDPOINTS}) == len(ENDPOINTS)


async def test_where_only_tokens_are_configured_reading_is_free_and_acting_wants_one() -> None:
    """As it is with web.tokens."""
    stand = Stand(config=a_config().model_copy(update={"access": AccessSettings.model_validate({"tokens": TOKENS})}))
    name = a_crisis(stand).id
    async with stand.client() as client:
        assert (await client.get("/api/v1/brands")).status == 200
        assert (await client.get("/")).status == 200
        assert (await client.get("/api/v1/audit")).status == 401
        assert (await client.get("/api/v1/audit", headers=bearer("tok-admin"))).status == 200
        assert (await client.post("/api/v1/mentions", data=b"{}")).status == 401
        assert (await client.post("/api/v1/mentions", data=b"{}", headers=bearer("tok-mentions"))).status == 202
        browser = await client.post(f"/incidents/{name}/ack", data={"by": "ana"})
        weak = await client.post(f"/incidents/{name}/ack", data={"by": "ana", "token": "tok-mentions"})
        strong = await client.post(f"/incidents/{name}/ack", data={"by": "ana", "token": "tok-admin"})
    assert (browser.status, weak.status, strong.status) == (401, 401, 303)


async def test_a_digest_opens_what_its_token_would_and_does_not_open_it_itself() -> None:
    """Whoever reads the configuration cannot get in with what stands there."""
    stand, _ = a_closed_stand(tokens=TOKENS)
    async with stand.client() as client:
        assert (await client.get("/api/v1/brands", headers=bearer("tok-read"))).status == 200
        assert (await client.get("/api/v1/brands", headers=bearer(str(TOKENS[1]["sha256"])))).status == 401


async def test_the_tokens_that_were_there_before_keep_all_powers() -> None:
    """web.tokens beside people."""
    stand, _ = a_closed_stand(web={"tokens": ["old"]})
    async with stand.client(**bearer("old")) as client:
        assert (await client.get("/api/v1/audit")).status == 200
        assert (await client.post("/-/reload")).status == 200


async def test_a_calendar_reads_with_a_token_as_its_password_and_writes_nothing() -> None:
    """Basic, for looking alone: a browser would add it to another site's form."""
    stand, name = a_closed_stand(tokens=TOKENS)
    basic = {"Authorization": "Basic " + b64encode(b"anybody:tok-admin").decode()}
    async with stand.client(**basic) as client:
        assert (await client.get("/api/v1/schedules")).status == 200
        assert (await client.post(f"/api/v1/incidents/{name}/ack", json={"by": "x"})).status == 401
        assert (await client.get("/api/v1/schedules", headers={"Authorization": "Basic ÿ%%"})).status == 401


async def test_metrics_are_open_or_want_a_token() -> None:
    """As it is configured; a person's session is no use to Prometheus."""
    stand, _ = a_closed_stand(tokens=TOKENS, metrics="token")
    async with stand.client() as client:
        assert (await client.get("/metrics")).status == 401
        assert (await client.get("/metrics", headers=bearer("tok-mentions"))).status == 403
        assert (await client.get("/metrics", headers=bearer("tok-read"))).status == 200
        stand.config = a_house(tokens=TOKENS)
        assert (await client.get("/metrics")).status == 200


async def test_a_token_is_no_way_onto_the_pages() -> None:
    """They are for people."""
    stand, _ = a_closed_stand(tokens=TOKENS)
    async with stand.client(**bearer("tok-admin")) as client:
        assert (await client.get("/")).status == 401


def test_what_people_need_for_what_programs_need() -> None:
    """A responder acts; bringing mentions, and what cannot be taken back, is for admins."""
    assert {scope for scope in Scope if role_for(scope) is Role.RESPONDER} == {
        Scope.INCIDENTS,
        Scope.SILENCES,
        Scope.ONCALL,
        Scope.DRILLS,
        Scope.LABELS,
    }
    assert role_for(Scope.READ) is Role.VIEWER
