"""Schemathesis asks a real daemon whatever its own description allows, and much that it does not; every answer is one
that is promised.

It asks each operation the same questions on every run. `SENTINEL_API_EXAMPLES` makes it ask more of them, and so does
`SENTINEL_EVERY_CASE`.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, HookContext
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from sentinel.web.api.events import NDJSON
from sentinel.web.api.openapi import document
from sentinel.web.endpoints import ENDPOINTS
from tests.cases import how_many
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for

EXAMPLES = how_many("SENTINEL_API_EXAMPLES", 25, 60)
CHOOSY = {
    "postMentions": "a mention's years are bounded",
    "postSilence": "brands are those of the configuration",
    "getWho": "brands are those of the configuration",
    "postDrill": "brands are those of the configuration",
    "postIgnore": "brands and sources are those of the configuration",
    "postOverride": "contacts are those of the configuration, and an end comes after its beginning",
    "postSwap": "contacts are those of the configuration, and an end comes after its beginning",
    "getSchedule": "an end comes after its beginning",
    "postAction": "a snooze wants its minutes",
    "postTick": "items are those of the incident's checklist",
    "postReply": "a link is a web address",
    "getPeriodicReport": "a week is a week, a month is a month",
    "getMentions": "a text can be searched for, an instant is one",
    "getMentionExport": "a text can be searched for, an instant is one",
    "postRollBack": "JSON Schema calls 1.0 an integer, we do not",
}
"""Operations that rightly refuse (400) some of what their schema allows, and why."""
ENDLESS = "getLive"
SCHEDULE = {"timezone": "Europe/Madrid", "layers": [{"people": ["ana", "boss"]}]}
KNOWN: dict[str, str] = {"name": "guardia", "brand": "Acme"}
"""Names that there are: strings made at random would meet none of them."""

api = schemathesis.openapi.from_dict(document(ENDPOINTS))
api.config.checks.negative_data_rejection.expected_statuses = [
    *api.config.checks.negative_data_rejection.expected_statuses,
    "413",
]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDaemon]:
    """One with an incident and a schedule, that stops in good order after all it was asked."""
    more: dict[str, Any] = {"web": {"rate_limit": 100_000}, "schedules": {"guardia": SCHEDULE}}
    with RunningDaemon(tmp_path_factory.mktemp("api"), settings_for("log://", "log://", **more)) as running:
        running.send(a_crisis())
        KNOWN["id"] = eventually(lambda: running.json("/api/v1/incidents")["incidents"], "Acme burns")[0]["id"]
        yield running
        assert running.stop() == 0, running.log[-3000:]
        assert "Traceback" not in running.log


def known(said: Any) -> Any:
    """Every other name is replaced by one that there is."""
    if isinstance(said, dict):
        for key in said.keys() & KNOWN.keys():
            if isinstance(said[key], str) and sum(map(ord, said[key])) % 2:
                said[key] = KNOWN[key]
    return said


@schemathesis.serializer(NDJSON)
def lines(context: Any, value: Any) -> bytes:
    return str(value).encode("utf-8", "replace")


@api.hook
def map_path_parameters(context: HookContext, path_parameters: Any) -> Any:
    return known(path_parameters)


@api.hook
def map_query(context: HookContext, query: Any) -> Any:
    return known(query)


@api.hook
def map_body(context: HookContext, body: Any) -> Any:
    return known(body) if context.operation.path != "/api/v1/mentions" else body


@api.exclude(operation_id=ENDLESS).parametrize()
@settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_is_promised(case: Case, daemon: RunningDaemon) -> None:
    """No fault of ours (5xx); status, content type, headers and body as described; what is not described is refused."""
    excluded = [positive_data_acceptance] if case.operation.definition.raw["operationId"] in CHOOSY else []
    if case.media_type == NDJSON:  # to its schema every text is right, so none is wrong
        excluded.append(negative_data_rejection)
    case.call_and_validate(base_url=f"http://127.0.0.1:{daemon.port}", excluded_checks=excluded)


def test_what_is_described_is_what_is_served(daemon: RunningDaemon) -> None:
    """The questions above were made from the very document that clients read."""
    assert daemon.get("/api/v1/openapi.json")[1] == msgspec.json.encode(document(ENDPOINTS))
