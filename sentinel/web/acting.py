"""Asks something of an incident on behalf of a program or a person, and puts a refusal into facts; shared by API and
pages.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sentinel.errors import NoSuchIncident
from sentinel.incidents.command import Action, Command, Refusal
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.infrastructure_alert import StandingAlert
from sentinel.web.api.shapes import Ask
from sentinel.web.ports.ports import Ports

ENDS = (Action.RESOLVE, Action.FALSE_ALARM)


ALERT_ACTIONS = (Action.ACKNOWLEDGE, Action.UNACKNOWLEDGE)
"""What can be asked of an alert about what Sentinel runs on."""
ALERTMANAGER = "Alertmanager"
"""Who says that such an alert is over."""
Asked = TypeVar("Asked", Incident, StandingAlert)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Generic[Asked]):
    """Why nothing changed; ``by`` and ``at`` say who was there before and when, where somebody was."""

    refusal: Refusal
    incident: Asked
    by: str | None = None
    at: datetime | None = None


async def act(
    ports: Ports, incident_id: str, action: Action, ask: Ask, *, epoch: int | None = None
) -> Incident | Declined[Incident]:
    """Returns after the commit; ``epoch`` is that of the link which asks.

    Raises
    ------
    NoSuchIncident
        For an id that the store does not know.
    """
    found = await ports.incidents.get(incident_id)
    if found is None:
        raise NoSuchIncident(incident_id)
    span = timedelta(minutes=ask.minutes) if ask.minutes is not None else None
    reason = (ask.reason or "").strip() or None
    answer = await ports.command(
        Command(incident=incident_id, action=action, by=ask.by.strip(), reason=reason, snooze=span, epoch=epoch)
    )
    if not isinstance(answer, Refusal):
        if action in ENDS and answer.incident.verdict is not None and not answer.incident.drill:
            ports.metrics.verdict(answer.incident.brand, answer.incident.verdict)
        return answer.incident
    # The core knows each brand's latest incident alone: one that only the store has is over.
    refusal = Refusal.CLOSED if answer is Refusal.UNKNOWN else answer
    now = await ports.incidents.get(incident_id) or found
    by, at = _who(refusal, now)
    return Declined(refusal=refusal, incident=now, by=by, at=at)


async def act_on_alert(
    ports: Ports, alert: StandingAlert, action: Action, by: str, *, epoch: int
) -> StandingAlert | Declined[StandingAlert]:
    """Take an alert, or give it back; returns after the commit."""
    desk = ports.infrastructure
    taking = action is Action.ACKNOWLEDGE
    answer = await (desk.hold(alert.id, by) if taking else desk.give_back(alert.id, by, epoch))
    if not isinstance(answer, Refusal):
        return answer
    now = desk.find(alert.id) or alert
    over = answer is Refusal.ALREADY_RESOLVED
    who, at = (ALERTMANAGER, now.ended_at) if over else (now.taken_by, now.taken_at)
    return Declined(refusal=answer, incident=now, by=who, at=at)


def _who(refusal: Refusal, incident: Incident) -> tuple[str | None, datetime | None]:
    taken, over = incident.acknowledgement, incident.resolution
    if refusal is Refusal.ALREADY_ACKNOWLEDGED:
        return (taken.by, taken.at) if taken else (None, None)
    if incident.state in (State.RESOLVED, State.CLOSED) and over is not None:
        return over.by, over.at
    return None, None
