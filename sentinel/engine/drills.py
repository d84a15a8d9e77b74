"""Drills: a made-up crisis through the real chain, people and providers included, beside whatever the brand is really
going through.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from sentinel.escalation.policy import Policy
from sentinel.incidents.change import Change
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.lifecycle import assessed, opened
from sentinel.incidents.rules import Rules
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level

LONGEST = timedelta(hours=1)
"""A drill that nobody acknowledges ends after this."""
POINTS = {Level.ALERT: 70.0, Level.CRISIS: 90.0}


@dataclass(slots=True)
class Drills:
    """Running drills by incident id. Owned by the engine alone."""

    running: dict[str, Incident]

    @classmethod
    def none(cls) -> "Drills":
        """No drill is running."""
        return cls(running={})

    def begin(self, brand: str, level: Level, policy: Policy, rules: Rules, now: datetime) -> Change | Incident:
        """Open one: as a brand's incident would open, now, at this level; or the brand's drill that is running
        already.
        """
        if (running := next((each for each in self.running.values() if each.brand == brand), None)) is not None:
            return running
        return self.took(opened(_pretended(brand, level, now), rules, policy, now, drill=True))

    def rename(self, brand: str, name: str) -> None:
        """The brand is called so now."""
        renamed = {key: each for key, each in self.running.items() if each.brand == brand}
        self.running |= {key: msgspec.structs.replace(each, brand=name) for key, each in renamed.items()}

    def assess(self, policy_of: dict[str, Policy], rules: Rules, now: datetime) -> list[Change]:
        """Go on with those that are due. One that somebody acknowledged, or that lasted too long, ends."""
        changes = []
        for incident in list(self.running.values()):
            over = incident.state is not State.OPEN or now - incident.opened_at >= LONGEST
            if not over and (incident.next_at is None or incident.next_at > now):
                continue
            level = Level.CALM if over else incident.level
            policy = policy_of.get(incident.brand, incident.policy)
            if (change := assessed(incident, _pretended(incident.brand, level, now), rules, policy, now)) is not None:
                changes.append(self.took(change))
        return changes

    def took(self, change: Change) -> Change:
        """Keep the drill as it is now; one that is over is let go."""
        incident = change.incident
        if incident.live:
            self.running[incident.id] = incident
        else:
            self.running.pop(incident.id, None)
            change = Change(
                incident=msgspec.structs.replace(incident, next_at=None),
                timeline=change.timeline,
                events=change.events,
                notices=change.notices,
            )
        return change

    def due(self) -> datetime | None:
        """When the next of them wants to be looked at; asked for each mention, and mostly of none."""
        if not self.running:
            return None
        ends = (incident.opened_at + LONGEST for incident in self.running.values())
        wanted = (incident.next_at for incident in self.running.values() if incident.next_at is not None)
        answered = (incident.updated_at for incident in self.running.values() if incident.state is not State.OPEN)
        return min((*ends, *wanted, *answered), default=None)

    def adopt(self, incidents: Iterable[Incident]) -> None:
        """Take up those that the store holds, at a start."""
        self.running = {incident.id: incident for incident in incidents if incident.live}


def _pretended(brand: str, level: Level, at: datetime) -> Assessment:
    """An assessment that says in every way that it is none."""
    score = POINTS.get(level, 0.0)
    return Assessment(
        brand=brand,
        at=at,
        score=score,
        contributions={"drill": score},
        level=level,
        evidence=(),
        gates=(),
        warming=False,
        samples=(),
        mentions=0,
        negatives=0,
        authors=0,
    )
