"""``POST /api/v1/alertmanager``: the endpoint for Alertmanager's webhook, so that Sentinel's own illness reaches those
who keep it running.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.incidents.infrastructure_alert import AlertSeverity, InfrastructureAlert
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, read_json
from sentinel.web.endpoint import BAD, post

LIMIT = 512 * 1024
"""Bytes of one notification."""
MOST = 100
"""Alerts in one; Alertmanager's ``max_alerts`` makes it send fewer."""
Words = dict[str, str]


class AlertmanagerAlert(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One alert of a notification; what else Alertmanager says of it is passed over."""

    status: Literal["firing", "resolved"]
    labels: Words
    annotations: Words = {}
    starts_at: Annotated[datetime, msgspec.Meta(tz=True)]
    fingerprint: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]

    def plain(self) -> InfrastructureAlert:
        """As the engine's side knows it."""
        name = self.labels.get("alertname", "alert")
        severity = (
            AlertSeverity.CRITICAL
            if self.labels.get("severity") == AlertSeverity.CRITICAL.value
            else AlertSeverity.WARNING
        )
        return InfrastructureAlert(
            fingerprint=self.fingerprint,
            name=name,
            severity=severity,
            firing=self.status == "firing",
            started_at=self.starts_at,
            summary=self.annotations.get("summary") or self.annotations.get("description") or name,
            runbook=self.annotations.get("runbook_url") or self.annotations.get("runbook", ""),
        )


class AlertmanagerNotice(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A notification as Alertmanager's webhook sends it, version 4."""

    version: Literal["4"]
    group_key: str
    alerts: Annotated[list[AlertmanagerAlert], msgspec.Meta(max_length=MOST)]


class AlertsTaken(msgspec.Struct, frozen=True, kw_only=True):
    """How many alerts said something new, and how many were known as they are."""

    new: int
    known: int


@post(
    "/api/v1/alertmanager",
    "Alertmanager's webhook: what ails Sentinel's machinery",
    (200, "Whoever must be told is on disk; nobody is told twice.", AlertsTaken),
    BAD,
    scope=Scope.ALERTS,
    body=AlertmanagerNotice,
)
async def post_alertmanager(request: web.Request) -> web.Response:
    """Answers once whoever must be told is on disk; a second notification of the same tells nobody twice."""
    ports = ports_of(request)
    notice = await read_json(request, AlertmanagerNotice, limit=LIMIT)
    new = await ports.infrastructure.take([alert.plain() for alert in notice.alerts], ports.clock.now())
    return as_json(AlertsTaken(new=new, known=len(notice.alerts) - new))
