"""Removed brands: incidents whose brand the configuration no longer has climb on until somebody takes or ends them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.lifecycle import assessed
from sentinel.incidents.rules import Rules
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level


@dataclass(slots=True)
class RemovedBrands:
    """Their incidents by id, each with the policy that was copied into it. Owned by the engine alone.

    Nobody scores such a brand any more: its level stays what it was, and no incident ends by itself.
    """

    incidents: dict[str, Incident]

    @classmethod
    def none(cls) -> "RemovedBrands":
        """Every brand that has an incident is in the configuration."""
        return cls(incidents={})

    def keep(self, incidents: Iterable[Incident]) -> None:
        """Their brands are gone; what is closed needs nothing more."""
        self.incidents |= {each.id: each for each in incidents if each.state is not State.CLOSED}

    def returned(self, brand: str) -> Incident | None:
        """The brand is in the configuration again: its newest incident is its own once more."""
        own = [each for each in self.incidents.values() if each.brand == brand]
        for each in own:
            del self.incidents[each.id]
        return max(own, key=lambda each: each.opened_at, default=None)

    def assess(self, rules: Rules, silence: Callable[[str, datetime], Silence | None], now: datetime) -> list[Change]:
        """Go on with those that are due."""
        changes = []
        for incident in list(self.incidents.values()):
            if (due := _due(incident)) is None or due > now:
                continue
            held_back = silence(incident.brand, now)
            change = assessed(
                incident, _unwatched(incident, now), rules, incident.policy, incident.tipped_at, silence=held_back
            )
            if change is not None:
                changes.append(self.took(change))
        return changes

    def took(self, change: Change) -> Change:
        """Keep the incident as it is now; one that is closed is let go."""
        incident = change.incident
        if incident.state is State.CLOSED:
            self.incidents.pop(incident.id, None)
        else:
            self.incidents[incident.id] = incident
        return change

    def due(self) -> datetime | None:
        """When the next of them wants to be looked at; asked for each mention, and mostly of none."""
        if not self.incidents:
            return None
        times = map(_due, self.incidents.values())
        return min((at for at in times if at is not None), default=None)


def _due(incident: Incident) -> datetime | None:
    """When it wants to be looked at; a manual resolve at once, since no calm will be seen that ends its holding."""
    held = incident.state is State.RESOLVED and incident.next_at is None
    return incident.updated_at if held else incident.next_at


def _unwatched(incident: Incident, at: datetime) -> Assessment:
    """What was known last; of one that is resolved, the calm that lets it close."""
    return Assessment(
        brand=incident.brand,
        at=at,
        score=incident.score,
        contributions=incident.contributions,
        level=incident.level if incident.live else Level.CALM,
        evidence=incident.evidence,
        gates=incident.gates,
        warming=incident.warming,
        samples=incident.samples,
        mentions=incident.mentions,
        negatives=incident.negatives,
        authors=incident.authors,
        campaign=incident.campaign,
        unseen=incident.unseen,
    )
