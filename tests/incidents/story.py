"""Tells an incident's life in the domain's words: the score says this, a person does that, time passes, these people
are paged.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sentinel.escalation.contact import Contact
from sentinel.escalation.policy import Policy, Step
from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change, NoticeKind
from sentinel.incidents.command import Action, Command, Refusal, StepFailed
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.lifecycle import assessed, commanded, step_failed
from sentinel.incidents.rules import Rules
from sentinel.incidents.timeline import What, Why
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level
from tests.fakes import START

SCORES = {Level.CALM: 5.0, Level.WATCH: 40.0, Level.ALERT: 65.0, Level.CRISIS: 85.0}


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_policy(*steps: tuple[float, str], repeat: int = 1, catch_all: tuple[str, ...] = ("chief",)) -> Policy:
    """``a_policy((0, "ana"), (10, "boss luis"))``: minutes since the climb began, contacts by name."""
    steps = steps or ((0, "ana"), (10, "boss"))
    return Policy(
        name="default",
        steps=tuple(Step(notify=tuple(names.split()), after=minutes(after)) for after, names in steps),
        repeat=repeat,
        repeat_after=minutes(10),
        crisis_pace=2.0,
        catch_all=catch_all,
    )


def some_rules(*known: str) -> Rules:
    known = known or ("ana", "boss", "luis", "chief")
    return Rules(
        acknowledgement_expires=minutes(30),
        max_snooze=timedelta(hours=12),
        reopen_within=timedelta(hours=2),
        update_every=minutes(5),
        contacts=dict.fromkeys(known, Contact(channels=("json",))),
    )


def an_assessment(level: Level, at: datetime, *, score: float | None = -1.0) -> Assessment:
    points = SCORES[level] if score == -1.0 else score
    return Assessment(
        brand="Acme",
        at=at,
        score=points,
        contributions={} if points is None else {"volume": points},
        level=level,
        evidence=(),
        gates=(),
        warming=False,
        samples=(),
        mentions=20,
        negatives=15,
        authors=18,
    )


@dataclass
class Story:
    """Time, the score and what came of them."""

    policy: Policy = field(default_factory=a_policy)
    rules: Rules = field(default_factory=some_rules)
    now: datetime = START
    level: Level = Level.CALM
    silence: Silence | None = None
    incident: Incident | None = None
    changes: list[Change] = field(default_factory=list)
    told: list[tuple[float, str, str]] = field(default_factory=list)
    """(minutes since the start, kind, contact)."""

    def score(self, level: Level, *, points: float | None = -1.0) -> "Story":
        """The score gives this level from now on, and is looked at now."""
        self.level = level
        silence = self._silence()
        self._took(
            assessed(
                self.incident,
                an_assessment(level, self.now, score=points),
                self.rules,
                self.policy,
                self.now,
                silence=silence,
            )
        )
        return self

    def wait(self, minutes_: float) -> "Story":
        """Time passes; the incident is looked at when it asked to be."""
        end = self.now + minutes(minutes_)
        while self.incident and self.incident.next_at and self.incident.next_at <= end:
            self.now = max(self.now, self.incident.next_at)
            self.score(self.level)
        self.now = end
        return self

    def asleep(self, minutes_: float) -> "Story":
        """Time passes while the daemon is down; then one look."""
        self.now += minutes(minutes_)
        return self.score(self.level)

    def ask(
        self,
        action: Action,
        by: str = "ana",
        *,
        snooze: float | None = None,
        reason: str | None = None,
        epoch: int | None = None,
    ) -> Refusal | None:
        """A person asks; with an ``epoch``, through a link that was given in it."""
        assert self.incident is not None
        span = minutes(snooze) if snooze is not None else None
        command = Command(incident=self.incident.id, action=action, by=by, snooze=span, reason=reason, epoch=epoch)
        answer = commanded(self.incident, command, self.rules, self.now, silence=self._silence())
        if isinstance(answer, Refusal):
            return answer
        self._took(answer)
        return None

    def silenced(self, minutes_: float, by: str = "boss") -> "Story":
        """Somebody silences the brand from now on; the incident is looked at, as the engine does."""
        ends = self.now + minutes(minutes_)
        self.silence = Silence(
            id=f"s-{by}", brands=("Acme",), starts_at=self.now, ends_at=ends, by=by, reason="obras", made_at=self.now
        )
        return self.score(self.level)

    def _silence(self) -> Silence | None:
        return self.silence if self.silence is not None and self.silence.covers("Acme", self.now) else None

    def fails(self, contact: str, step: int, *, epoch: int | None = None, why: Why = Why.CHANNELS_FAILED) -> "Story":
        """Every channel of this contact refused the page of this step in the first round, or the contact has had
        enough.
        """
        assert self.incident is not None
        failed = StepFailed(
            incident=self.incident.id, epoch=epoch or self.incident.epoch, step=step, round=0, contact=contact, why=why
        )
        self._took(step_failed(self.incident, failed, self.rules, self.now))
        return self

    def _took(self, change: Change | None) -> None:
        if change is None:
            return
        self.incident = change.incident
        self.changes.append(change)
        since = (self.now - START) / minutes(1)
        self.told += [(since, notice.kind.value, notice.contact) for notice in change.notices]

    @property
    def pages(self) -> list[tuple[float, str]]:
        """(minutes since the start, contact) of every page."""
        return [(at, contact) for at, kind, contact in self.told if kind == NoticeKind.PAGE]

    @property
    def state(self) -> State:
        assert self.incident is not None
        return self.incident.state

    @property
    def lines(self) -> list[tuple[What, Why]]:
        return [(line.what, line.why) for change in self.changes for line in change.timeline]

    @property
    def events(self) -> list[str]:
        return [event.event.value for change in self.changes for event in change.events]
