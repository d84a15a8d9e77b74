"""The API's description: complete, well formed, and true of what is really served."""

import re

import pytest
from jsonschema import Draft202012Validator

from sentinel.web.api.openapi import document
from sentinel.web.endpoints import ENDPOINTS
from sentinel.web.server import build_web
from tests.web.stand import Answer, Stand, a_config, a_crisis, a_quiet_morning

DOCUMENT = document(ENDPOINTS)


def on_fire() -> Stand:
    stand = Stand()
    a_crisis(stand)
    a_quiet_morning(stand)
    return stand


def references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [each for value in node.values() for each in references(value)]
    return [each for value in node for each in references(value)] if isinstance(node, list) else []


def conforms(method: str, path: str, answer: Answer) -> None:
    """The answer is one that the document promises for this operation."""
    promised = DOCUMENT["paths"][path][method]["responses"][str(answer.status)]["content"]["application/json"]["schema"]
    Draft202012Validator({**promised, "components": DOCUMENT["components"]}).validate(answer.json)


def test_every_route_of_the_api_is_described_and_nothing_else() -> None:
    """A route without a description, or the other way round, fails here."""
    served = set()
    for route in build_web(Stand().ports()).router.routes():
        assert route.resource is not None
        path = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.resource.canonical)
        if path.startswith("/api/") and route.method != "HEAD":
            served.add((route.method.lower(), path))
    described = {(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert described == served


def test_every_schema_is_one_and_every_reference_leads_somewhere() -> None:
    """JSON Schema 2020-12 throughout, as OpenAPI 3.1 wants."""
    assert DOCUMENT["openapi"].startswith("3.1")
    for name, schema in DOCUMENT["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert re.fullmatch(r"[\w.-]+", name)
    for reference in references(DOCUMENT):
        assert reference.removeprefix("#/components/schemas/") in DOCUMENT["components"]["schemas"]


def test_operations_have_names_of_their_own_and_their_path_parameters() -> None:
    """What generators of clients need."""
    ids = []
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            ids.append(operation["operationId"])
            in_path = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
            assert in_path == set(re.findall(r"\{(\w+)\}", path))
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/brands",
        "/api/v1/sources",
        "/api/v1/incidents",
        "/api/v1/schedules",
        "/api/v1/events",
        "/api/v1/openapi.json",
    ],
)
async def test_what_is_read_is_what_was_promised(path: str) -> None:
    """Real answers validate against the document."""
    async with on_fire().client() as client:
        answer = await client.get(path)
    assert answer.status == 200
    conforms("get", path, answer)


async def test_what_is_asked_is_answered_as_promised() -> None:
    """Incidents, refusals and faults too."""
    stand = on_fire()
    name = next(iter(stand.incidents))
    action = "/api/v1/incidents/{id}/{action}"
    async with stand.client() as client:
        conforms("get", "/api/v1/incidents/{id}", await client.get(f"/api/v1/incidents/{name}"))
        conforms("get", "/api/v1/incidents/{id}", await client.get("/api/v1/incidents/nope"))
        for body in ({"by": "ana"}, {"by": "luis"}, {}):
            conforms("post", action, await client.post(f"/api/v1/incidents/{name}/ack", json=body))
        conforms("post", "/api/v1/mentions", await client.post("/api/v1/mentions", data=b"{}"))
        stand.config = a_config(tokens=["t"])
        conforms("post", "/api/v1/mentions", await client.post("/api/v1/mentions", data=b"{}"))
        conforms("get", "/api/v1/brands", await client.get("/api/v1/brands", headers={"Host": "127.0.0.1"}))
