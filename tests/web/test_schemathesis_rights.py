"""Schemathesis asks a real daemon in every role and with every right to brands: nobody gets further than their scopes,
and no byte of another client's reaches whoever has one brand alone.

`SENTINEL_API_EXAMPLES` makes it ask more. What the answers must look like is asked in ``test_schemathesis.py``.
"""

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case

from sentinel.config.access import Scope
from sentinel.mention import encode_mention
from sentinel.web.api.openapi import document
from sentinel.web.endpoints import ENDPOINTS
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.web.tenants import CANARY
from tests.web.test_schemathesis import ENDLESS

EXAMPLES = max(1, int(os.environ.get("SENTINEL_API_EXAMPLES", "60")) // 20)
ACTS = [scope.value for scope in Scope if scope is not Scope.ADMIN]
SCOPES = {"reads": ["read"], "acts": ACTS, "rules": ["admin"], "brings": ["mentions:write"]}
OF_BRANDS = {"reads": ["read"], "acts": ["read", "incidents:write", "silences:write", "drills:write"]}
"""What a token may be for that has some brands alone; the rest concerns all of them, and is a mistake in the file."""
SCOPE_OF = {(each.method.upper(), each.path): each.scope for each in ENDPOINTS}
TOKENS: list[dict[str, Any]] = [
    {"name": f"{role}-{of or 'all'}", "token": f"t-{role}-{of or 'all'}-0123456789abcdef", "scopes": scopes}
    | ({"brands": [of]} if of else {})
    for of, roles in (("", SCOPES), ("Acme", OF_BRANDS))
    for role, scopes in roles.items()
]
PROXY = {"header": "X-Forwarded-User", "trusted": ["192.0.2.1/32"]}
"""People sign in elsewhere: nobody looks without a token."""
SETTINGS: dict[str, Any] = {
    "brands": [{"name": "Acme", "match": {"any": ["acme"]}}, {"name": CANARY, "policy": f"{CANARY}_policy"}],
    "contacts": {f"{CANARY}_tante": {"name": f"Tante {CANARY}", "channels": ["log://"]}},
    "policies": {f"{CANARY}_policy": {"steps": [{"notify": [f"{CANARY}_tante"], "after": "0m"}]}},
    "schedules": {f"{CANARY}_wacht": {"layers": [{"people": [f"{CANARY}_tante"]}]}},
    "access": {"tokens": TOKENS, "proxy": PROXY, "metrics": "token"},
    "web": {"rate_limit": 100_000},
}
api = schemathesis.openapi.from_dict(document(ENDPOINTS))


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDaemon]:
    """Two clients, each with an incident."""
    own = settings_for("log://", "log://")
    more = {key: {**own[key], **SETTINGS[key]} for key in ("contacts", "policies")}
    folder = tmp_path_factory.mktemp("rights")
    with RunningDaemon(folder, own | SETTINGS | more) as running:
        house = {"Authorization": f"Bearer {token_of('rules-all')}"}
        for brand in ("Acme", CANARY):
            lines = b"\n".join(encode(brand))
            assert running.post("/api/v1/mentions", lines, **house)[0] == 202
        eventually(lambda: len(open_incidents(running, house)) >= 2, "both burn")
        yield running
        assert running.stop() == 0, running.log[-3000:]
        assert "Traceback" not in running.log


def encode(brand: str) -> list[bytes]:
    return [encode_mention(each) for each in a_crisis(brand=brand, seed=len(brand))]


def open_incidents(running: RunningDaemon, headers: dict[str, str]) -> list[Any]:
    with urlopen(Request(f"http://127.0.0.1:{running.port}/api/v1/incidents", headers=headers), timeout=30) as answer:
        return list(json.loads(answer.read())["incidents"])


def token_of(name: str) -> str:
    return next(str(each["token"]) for each in TOKENS if each["name"] == name)


@api.exclude(operation_id=ENDLESS).parametrize()
@settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
def test_nobody_gets_further_than_their_rights(case: Case, agency: RunningDaemon) -> None:
    """No fault of ours; what a token's scopes do not hold is refused; a client's token never sees the canary's word."""
    wanted = SCOPE_OF[case.operation.method.upper(), case.operation.path]
    for token in TOKENS:
        answer = case.call(
            base_url=f"http://127.0.0.1:{agency.port}", headers={"Authorization": f"Bearer {token['token']}"}
        )
        who = (token["name"], case.operation.method, case.operation.path, answer.status_code)
        assert answer.status_code < 500 or case.operation.path == "/-/healthy", (who, answer.text[:300])
        held = {"admin"} & set(token["scopes"]) or (wanted is None or wanted.value in token["scopes"])
        assert held or answer.status_code >= 400, who
        if "brands" in token and CANARY not in f"{case.path_parameters}{case.query}{case.body}".casefold():
            assert CANARY not in f"{answer.headers}{answer.text}".casefold(), who


def test_the_word_is_there_to_be_found(agency: RunningDaemon) -> None:
    """Whoever has every brand sees it; the client with the same scopes sees an incident of their own alone."""
    seen = {}
    for name in ("reads-all", "reads-Acme"):
        found = open_incidents(agency, {"Authorization": f"Bearer {token_of(name)}"})
        seen[name] = {each["brand"] for each in found}
    assert seen == {"reads-all": {"Acme", CANARY}, "reads-Acme": {"Acme"}}
