"""The door for Alertmanager: its own format, a token where tokens are, and errors that say what is wrong."""

from datetime import timedelta

import pytest

from sentinel.incidents.infrastructure_alert import AlertSeverity
from sentinel.web.api.alertmanager import MOST
from tests.fakes import START
from tests.web.stand import Stand, a_config

PATH = "/api/v1/alertmanager"
ALERT = {
    "status": "firing",
    "labels": {"alertname": "SentinelOutboxAgeing", "severity": "critical", "instance": "sentinel:8080"},
    "annotations": {"summary": "A page waits.", "runbook": "docs/operations.md#pages-wait-in-the-outbox"},
    "startsAt": "2026-03-02T10:00:00.123+01:00",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://p/graph",
    "fingerprint": "a1b2",
}
NOTICE = {
    "version": "4",
    "groupKey": '{}:{alertname="SentinelOutboxAgeing"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "sentinel",
    "groupLabels": {},
    "commonLabels": {},
    "commonAnnotations": {},
    "externalURL": "http://a",
    "alerts": [ALERT],
}


async def test_a_notification_is_taken_as_alertmanager_sends_it() -> None:
    """Nothing it says beside is in the way; instants keep their zone."""
    stand = Stand()
    async with stand.client() as client:
        answer = await client.post(PATH, json=NOTICE)
    assert (answer.status, answer.json) == (200, {"new": 1, "known": 0})
    (alert,) = stand.alerts
    assert (alert.name, alert.severity, alert.firing, alert.summary) == (
        "SentinelOutboxAgeing",
        AlertSeverity.CRITICAL,
        True,
        "A page waits.",
    )
    assert alert.started_at == START + timedelta(milliseconds=123)
    assert alert.runbook == "docs/operations.md#pages-wait-in-the-outbox"


async def test_a_severity_of_ones_own_warns() -> None:
    """Only what calls itself critical rings; an alert without words has its name."""
    stand = Stand()
    bare = ALERT | {"labels": {"alertname": "Mine", "severity": "page"}, "annotations": {}}
    async with stand.client() as client:
        await client.post(PATH, json=NOTICE | {"alerts": [bare]})
    assert (stand.alerts[0].severity, stand.alerts[0].summary) == (AlertSeverity.WARNING, "Mine")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (NOTICE | {"version": "3"}, "version"),
        (NOTICE | {"alerts": [ALERT | {"status": "pending"}]}, "status"),
        (NOTICE | {"alerts": [ALERT | {"startsAt": "yesterday"}]}, "startsAt"),
        (NOTICE | {"alerts": [ALERT] * (MOST + 1)}, "alerts"),
        ({"version": "4"}, "groupKey"),
        ([], "object"),
    ],
)
async def test_what_is_no_notification_is_refused_with_the_field(body: object, words: str) -> None:
    """400, and nobody is told anything."""
    stand = Stand()
    async with stand.client() as client:
        answer = await client.post(PATH, json=body)
    assert answer.status == 400
    assert words in answer.json["error"]
    assert stand.alerts == []


async def test_it_wants_a_token_where_there_are_tokens() -> None:
    """As everything that makes phones ring."""
    stand = Stand(config=a_config(tokens=["geheim"]))
    async with stand.client() as client:
        barred = await client.post(PATH, json=NOTICE)
        taken = await client.post(PATH, json=NOTICE, headers={"Authorization": "Bearer geheim"})
    assert (barred.status, taken.status) == (401, 200)
