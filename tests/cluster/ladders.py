"""What must hold of ladders under faults: every due step is in the outbox, once; who acknowledged is waited for by
nobody.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sentinel.escalation.ladder import Climb, climb_on
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.timeline import What

LATE = timedelta(seconds=30)
"""What was due so shortly before somebody acknowledged, or before the end, may not have been decided yet."""


@dataclass(frozen=True, slots=True)
class Page:
    """A row of the outbox that pages somebody."""

    incident: str
    round: int
    step: int
    contact: str

    @property
    def place(self) -> tuple[int, int, str]:
        """On its ladder."""
        return self.round, self.step, self.contact


def due_pages(incident: Incident, until: datetime) -> dict[tuple[int, int, str], datetime]:
    """Of a drill: what its ladder must have paged by then, and when each was due."""
    climbed = climb_on(incident.policy, incident.peak_level, Climb(began_at=incident.opened_at), until)
    steps = (*climbed.missed, *climbed.fire)
    return {(each.round, each.step, who): each.due_at for each in steps for who in each.targets}


def judged_ladders(
    drills: Sequence[Incident],
    pages: Sequence[Page],
    acknowledged: Mapping[str, datetime],
    passed_over: Collection[tuple[str, int]],
    lines: Mapping[str, Sequence[What]],
    ended_at: datetime,
) -> list[str]:
    """What was not kept.

    Parameters
    ----------
    drills
        As they stand at the end.
    acknowledged
        Those of which somebody was told that they have it, and when that was.
    passed_over
        Incident and step of which a timeline says that it came too late to be paged.
    lines
        What each incident's timeline says happened, in the order in which it was committed.
    """
    wrong: list[str] = []
    known = {each.id for each in drills}
    wrong += [f"drill {each} was acknowledged and is not there" for each in sorted(set(acknowledged) - known)]
    for drill in drills:
        paged = [each for each in pages if each.incident == drill.id]
        times = Counter(each.place for each in paged)
        wrong += [f"drill {drill.id}: {place} was paged {many} times" for place, many in times.items() if many > 1]
        since = acknowledged.get(drill.id)
        if since is None and drill.acknowledgement is not None:
            since = drill.acknowledgement.at  # whoever asked was not told, and it was done
        for place, due in due_pages(drill, (since or ended_at) - LATE).items():
            if place not in times and (drill.id, place[1]) not in passed_over:
                wrong.append(f"drill {drill.id}: {place} was due at {due} and was never decided")
        if since is not None:
            if drill.state is State.OPEN or drill.acknowledgement is None:
                wrong.append(f"drill {drill.id} was acknowledged at {since} and is {drill.state.value}")
            elif drill.id in acknowledged and drill.acknowledgement.at != since:
                wrong.append(f"drill {drill.id}: acknowledged at {since}, now at {drill.acknowledgement.at}")
            told = list(lines.get(drill.id, ()))
            if (many := told.count(What.ACKNOWLEDGED)) != 1:
                wrong.append(f"drill {drill.id} was acknowledged {many} times by its timeline")
            elif What.PAGE in told[told.index(What.ACKNOWLEDGED) :]:
                wrong.append(f"drill {drill.id}: somebody was paged after it was acknowledged")
    return wrong
