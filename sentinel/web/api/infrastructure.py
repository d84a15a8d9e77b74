"""``GET /api/v1/infrastructure``: which alerts about what Sentinel runs on are firing, who was told, and who has
them.
"""

from datetime import datetime

import msgspec
from aiohttp import web

from sentinel.incidents.infrastructure_alert import AlertSeverity, StandingAlert
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json
from sentinel.web.endpoint import get


class AlertNow(msgspec.Struct, frozen=True, kw_only=True):
    """One alert.

    ``heard_at`` is when Alertmanager last spoke of it; ``told`` are contacts, in the order in which they were.
    """

    id: str
    name: str
    severity: AlertSeverity
    summary: str
    runbook: str
    started_at: datetime
    heard_at: datetime
    told: tuple[str, ...]
    taken_by: str | None
    taken_at: datetime | None

    @classmethod
    def of(cls, alert: StandingAlert) -> "AlertNow":
        """As programs read it."""
        return msgspec.convert({**msgspec.structs.asdict(alert), "told": tuple(alert.told)}, cls)


class AlertList(msgspec.Struct, frozen=True, kw_only=True):
    """What fires now: critical alerts first, then the oldest."""

    at: datetime
    alerts: tuple[AlertNow, ...]


@get(
    "/api/v1/infrastructure",
    "Alerts about Sentinel's machinery, and who has them",
    (200, "Those that fire, critical ones first.", AlertList),
)
async def get_infrastructure(request: web.Request) -> web.Response:
    """What fires, as far as Alertmanager has told."""
    ports = ports_of(request)
    now = ports.clock.now()
    return as_json(AlertList(at=now, alerts=tuple(AlertNow.of(each) for each in ports.infrastructure.firing(now))))
