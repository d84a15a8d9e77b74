"""What was decided and sent while the store took no writes, in memory, until it does.

Bounded: nothing that pages is ever let go.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sentinel.incidents.change import Event
from sentinel.incidents.incident import Incident
from sentinel.incidents.infrastructure_alert import StandingAlert
from sentinel.incidents.timeline import TimelineEntry
from sentinel.notify.base import Delivery, MessageKind
from sentinel.notify.progress import Progress, RowState, queued
from sentinel.store.decision import Decision

LINES = 20_000
"""Lines of timelines, and as many events, that are kept; the oldest go first, and the log says how many."""
ROWS = 20_000
"""Rows of the outbox that are kept: beyond them those that ended go first, then news.

Pages that wait are kept whatever their number.
"""


@dataclass(slots=True)
class PendingWrites:
    """Owed to the store. Later decisions replace the incidents and alerts of earlier ones; lines and events stay in
    order; rows by key.

    ``lost`` counts what the bounds cost.
    """

    incidents: dict[str, Incident] = field(default_factory=dict)
    lines: deque[tuple[str, TimelineEntry]] = field(default_factory=deque)
    events: deque[Event] = field(default_factory=deque)
    rows: dict[str, tuple[Delivery, Progress]] = field(default_factory=dict)
    alerts: dict[str, StandingAlert] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    applied_at: datetime | None = None
    lost: int = 0

    def __bool__(self) -> bool:
        """Whether anything is owed."""
        return bool(
            self.incidents or self.lines or self.events or self.rows or self.alerts or self.facts or self.applied_at
        )

    def add(self, decision: Decision) -> None:
        """One more decision."""
        self.incidents |= {incident.id: incident for incident in decision.incidents}
        self.lines.extend(decision.lines)
        self.events.extend(decision.events)
        for delivery in decision.rows:
            self.rows.setdefault(delivery.key, (delivery, queued(delivery)))
        self.alerts |= {alert.id: alert for alert in decision.alerts}
        self.facts |= decision.facts
        self.applied_at = decision.applied_at or self.applied_at
        self._keep_bounds()

    def note(self, incident_id: str, line: TimelineEntry) -> None:
        """One more line."""
        self.lines.append((incident_id, line))
        self._keep_bounds()

    def hold(self, delivery: Delivery, progress: Progress) -> None:
        """A row stands so from now on, whatever the store says of it."""
        self.rows[delivery.key] = (delivery, progress)
        self._keep_bounds()

    def as_decision(self) -> Decision:
        """All of it, for one transaction."""
        return Decision(
            incidents=tuple(self.incidents.values()),
            lines=tuple(self.lines),
            events=tuple(self.events),
            restated=tuple(self.rows.values()),
            alerts=tuple(self.alerts.values()),
            facts=self.facts,
            applied_at=self.applied_at,
        )

    def _keep_bounds(self) -> None:
        for kept in (self.lines, self.events):
            while len(kept) > LINES:
                kept.popleft()
                self.lost += 1
        if len(self.rows) > ROWS:
            over = len(self.rows) - ROWS + ROWS // 10  # some at a time: looking for them costs a walk over all
            ended = islice((key for key, (_, progress) in self.rows.items() if progress.final), over)
            doomed = list(ended)
            news = (
                key
                for key, (row, progress) in self.rows.items()
                if row.message.kind is not MessageKind.PAGE and progress.state is RowState.QUEUED
            )
            doomed += islice(news, over - len(doomed))
            for key in doomed:
                del self.rows[key]
            self.lost += len(doomed)
