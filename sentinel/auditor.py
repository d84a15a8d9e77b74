"""Watches the watcher: says what is wrong with the daemon itself. Health checks, readiness and systemd's watchdog all ask it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sentinel.clock import Clock

PATIENCE = timedelta(seconds=60)


@dataclass(slots=True)
class Auditor:
    """Collects complaints; none means content.

    Parameters
    ----------
    ticked_at
        When the fold last ticked; ``None`` before the first time.
    oldest_waiting
        Since when the oldest outbox row that is due has been waiting, or ``None``.
    overdue_since
        The earliest deadline the engine has not looked at, or ``None``.
    checkpointed_at, checkpoint_every
        When state was last written down, and how often it should be.
    """

    clock: Clock
    started_at: datetime
    tick: Callable[[], timedelta]
    ticked_at: Callable[[], datetime | None]
    overdue_since: Callable[[], datetime | None]
    oldest_waiting: Callable[[], datetime | None]
    checkpointed_at: Callable[[], datetime | None]
    checkpoint_every: Callable[[], timedelta]

    def complaints(self) -> list[str]:
        """Everything that is wrong now, one sentence each; empty when all is well."""
        now = self.clock.now()
        checks = (
            ("no tick of the engine", self.ticked_at() or self.started_at, PATIENCE + self.tick()),
            ("a deadline has not been looked at", self.overdue_since(), PATIENCE + self.tick()),
            ("a page has been waiting in the outbox", self.oldest_waiting(), PATIENCE),
            ("no checkpoint was written", self.checkpointed_at() or self.started_at, 5 * self.checkpoint_every() + PATIENCE),
        )
        return [
            f"{what} for {(now - since).total_seconds():.0f} s, allowed are {patience.total_seconds():.0f} s"
            for what, since, patience in checks
            if since is not None and now - since > patience
        ]
