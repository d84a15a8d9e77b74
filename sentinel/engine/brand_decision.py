"""Brand decision: what an assessment does to the brand's incident, and when the brand is to be looked at next."""

from collections.abc import Iterator
from datetime import datetime

from sentinel.engine.absence import Absence
from sentinel.engine.brand_state import BrandState
from sentinel.engine.calendar import Calendar
from sentinel.incidents.change import Change
from sentinel.incidents.lifecycle import assessed
from sentinel.incidents.rules import Rules
from sentinel.scoring.assessment import Assessment


def decisions(
    state: BrandState, assessment: Assessment, rules: Rules, calendar: Calendar, absence: Absence, now: datetime
) -> Iterator[Change]:
    """What follows from an assessment for the brand's incident, and then from what the brand itself said in public."""
    if change := _decided(state, assessment, rules, calendar, absence, now):
        state.incident = change.incident
        yield change
    if state.incident is not None and (noted := state.own.replied(state.incident, now)):
        state.incident = noted.incident
        yield noted


def _decided(
    state: BrandState, assessment: Assessment, rules: Rules, calendar: Calendar, absence: Absence, now: datetime
) -> Change | None:
    """After an absence the incident may be left alone at first."""
    incident, unseen = state.incident, assessment.score is None and bool(assessment.unseen)
    runs = incident is not None and incident.live and (unseen or assessment.score is not None)
    leaves_at = state.watch.leaves_at(now, unseen=unseen) if runs else None
    held = absence.holds(state.name, incident, leaves_at, now, seen=not unseen)
    if isinstance(held, Change) or held:
        return held if isinstance(held, Change) else None
    known = incident if assessment.score is None else None
    silence = calendar.silence(state.name, now, known.contributions if known else assessment.contributions)
    return assessed(incident, assessment, rules, state.policy, state.observed_at, silence=silence)


def looks_again(state: BrandState, calendar: Calendar, now: datetime) -> Iterator[datetime | None]:
    """When a brand wants to be looked at next: for what it heard, for its incident, for what calendars have."""
    watch = state.watch
    yield watch.due(now)
    yield watch.events.next_edge(now)
    incident, assessment = state.incident, state.assessment
    if incident is not None:
        yield incident.next_at
    if (incident is not None and incident.live) or (assessment is not None and assessment.campaign):
        yield calendar.next_edge(state.name, now)
