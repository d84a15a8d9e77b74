"""Watches the watcher: says what is wrong with the daemon itself.

Health checks, heartbeat, pages and systemd's watchdog all ask it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sentinel.clock import Clock
from sentinel.phrases.phrases import say

PATIENCE = timedelta(seconds=60)


class ComplaintSeverity(StrEnum):
    """What helps.

    Only what is stuck may have the process restarted; a new start mends no disk, and forgets what memory holds.
    """

    STUCK = "stuck"
    AILING = "ailing"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong: the sentence ``ailment.<key>``, with its facts; ``late`` is for how long, and how long
    is allowed.
    """

    severity: ComplaintSeverity
    key: str
    facts: tuple[tuple[str, str], ...] = ()
    late: tuple[timedelta, timedelta] | None = None
    told: Callable[[str], Mapping[str, str]] | None = None
    """More facts, where a language has its own form of them."""

    def said(self, language: str) -> str:
        """The sentence."""
        facts = {**dict(self.facts), **(self.told(language) if self.told else {})}
        what = say(language, f"ailment.{self.key}", **facts)
        if self.late is None:
            return what
        since, allowed = (f"{span.total_seconds():.0f}" for span in self.late)
        return say(language, "ailment.late", what=what, seconds=since, allowed=allowed)


def ailing(key: str, **facts: str) -> Complaint:
    """Of something that no restart mends."""
    return Complaint(ComplaintSeverity.AILING, key, tuple(facts.items()))


@dataclass(slots=True)
class Auditor:
    """Collects complaints; none means content.

    Parameters
    ----------
    ticked_at, looked_at
        When the fold last ticked and the dispatcher last looked into the outbox; ``None`` before the first time.
    overdue_since, timer
        The earliest deadline the engine has not looked at, and the earliest timer of an incident that is not over, or
        ``None``.
    oldest_waiting
        Since when the oldest outbox row that is due has been waiting, or ``None``.
    checkpointed_at, checkpoint_every
        When state was last written down, and how often it should be.
    ailments
        What others found that no restart mends: the store, silent sources, a failed self-test.
    """

    clock: Clock
    started_at: datetime
    tick: Callable[[], timedelta]
    ticked_at: Callable[[], datetime | None]
    overdue_since: Callable[[], datetime | None]
    oldest_waiting: Callable[[], datetime | None]
    checkpointed_at: Callable[[], datetime | None]
    checkpoint_every: Callable[[], timedelta]
    looked_at: Callable[[], datetime | None] = lambda: None
    timer: Callable[[], datetime | None] = lambda: None
    ailments: Callable[[], Sequence[Complaint]] = tuple

    def complaints(self) -> list[Complaint]:
        """Everything that is wrong now; empty when all is well."""
        now, patience = self.clock.now(), PATIENCE + self.tick()
        stuck, ails = ComplaintSeverity.STUCK, ComplaintSeverity.AILING
        checks = (
            (stuck, "no_tick", self.ticked_at() or self.started_at, patience),
            (stuck, "deadline", self.overdue_since(), patience),
            (stuck, "timer", self.timer(), patience),
            (stuck, "nobody_looked", self.looked_at() or self.started_at, patience),
            (ails, "page_waiting", self.oldest_waiting(), PATIENCE),
            (ails, "no_checkpoint", self.checkpointed_at() or self.started_at, 5 * self.checkpoint_every() + PATIENCE),
        )
        late = [
            Complaint(severity, key, late=(now - since, allowed))
            for severity, key, since, allowed in checks
            if since is not None and now - since > allowed
        ]
        return [*late, *self.ailments()]

    def texts(self, language: str = "en") -> list[str]:
        """The complaints as sentences."""
        return [each.said(language) for each in self.complaints()]

    def content(self) -> bool:
        """Nothing at all is wrong: the heartbeat goes out."""
        return not self.complaints()

    def stuck(self) -> bool:
        """Something is wrong that a restart would mend: the watchdog bites, the health check fails."""
        return any(each.severity is ComplaintSeverity.STUCK for each in self.complaints())
