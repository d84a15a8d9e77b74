"""Warnings about a configuration that takes the place of another: no mistakes, but whoever made the change should know.

A reload answers with them and writes them to the log; `sentinel check-config` asks the running daemon and says them
before.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sentinel.config.schema import Config
from sentinel.escalation.roster import Roster
from sentinel.incidents.incident import Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """As much of an incident that is not over as a warning says."""

    id: str
    brand: str
    level: str
    holder: str | None = None
    targets: tuple[str, ...] = ()
    """Whom the steps of its policy name, as far as that is known."""

    @classmethod
    def of(cls, incident: Incident) -> "OpenIncident":
        """Of one in memory."""
        ladder = incident.policy.ladder(incident.level)
        steps = ladder.steps if ladder else ()
        named = (*(target for step in steps for target in step.notify), *incident.policy.catch_all)
        return cls(
            id=incident.id,
            brand=incident.brand,
            level=incident.level.value,
            holder=incident.holder,
            targets=tuple(dict.fromkeys(named)),
        )


def on_call_now(roster: Roster, at: datetime) -> dict[str, tuple[str, ...]]:
    """Schedule to who is on call."""
    return {name: schedule.on_call(at) for name, schedule in roster.schedules.items()}


def pager_moves(before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Schedules whose pager goes to somebody else at this very moment."""
    for name, people in after.items():
        if name in before and before[name] != people:
            yield (
                f"schedules.{name}: on call now changes from {_people(before[name])} to {_people(people)}; "
                "to add a person without that, see docs/oncall.md"
            )


def left_behind(incidents: Iterable[OpenIncident], config: Config) -> Iterator[str]:
    """Open incidents whose brand, holder or people the configuration no longer has."""
    brands = {brand.name for brand in config.brands} | {old for brand in config.brands for old in brand.was}
    known = {*config.contacts, *config.schedules, *config.roles}
    for each in incidents:
        if each.brand not in brands:
            yield (
                f"brands: {each.brand!r} is no longer in the file and has the open incident {each.id} ({each.level}): "
                "it climbs on by the policy it opened with until somebody takes or resolves it; if the brand has a new "
                f"name, write `was: [{each.brand}]` under it"
            )
        if gone := [target for target in each.targets if target not in known]:
            yield (
                f"contacts: the open incident {each.id} of {each.brand!r} would page {', '.join(gone)}, who "
                "is no longer in the file: such a step passes on at once"
            )


def _people(people: tuple[str, ...]) -> str:
    return ", ".join(people) or "nobody"
