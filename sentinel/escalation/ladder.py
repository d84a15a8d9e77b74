"""The climb up a policy's steps, as arithmetic on instants: no timer runs, so a restart or a clock that jumps loses
nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from sentinel.escalation.policy import Authority, Policy
from sentinel.scoring.level import Level

CATCH_ALL_EVERY = timedelta(hours=1)
OVERDUE = timedelta(minutes=1)
"""A step this late was missed (the daemon was down): only the present one is made up for."""


class Climb(msgspec.Struct, frozen=True, kw_only=True):
    """How far a climb has come: the next one to fire is ``step`` of ``round``, counted from when this round began."""

    began_at: datetime
    round: int = 0
    step: int = 0
    """Index of the next step; the number of steps, or more, stands for the catch-all."""
    since: datetime | None = None
    """When the first round began: nobody has answered since."""
    level: Level | None = None
    """The level at which it began, once it fell below: back up to there it goes on, a higher one begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStep:
    """A step of the ladder at the instant at which it is due: page these targets.

    ``step`` counts from 1; the catch-all is one past the last step.
    """

    step: int
    round: int
    due_at: datetime
    targets: tuple[str, ...]
    catch_all: bool
    authority: Authority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbed:
    """What a look at the ladder gave: steps to fire now, steps passed over because they were missed, and where the
    climb is.
    """

    fire: tuple[DueStep, ...]
    missed: tuple[DueStep, ...]
    climb: Climb
    next_at: datetime


def climb_on(policy: Policy, level: Level, climb: Climb, now: datetime) -> Climbed:
    """Fire what is due at ``now``.

    When steps are overdue (the daemon was down), only the newest due one fires, with whatever is due at the same
    instant; the others are reported as missed, so that coming back is never a burst.
    """
    due: list[DueStep] = []
    for upcoming, following in _due_steps(policy, level, climb):
        if upcoming.due_at > now:
            break
        due.append(upcoming)
        climb = following
    fire = due
    if due and now - due[0].due_at > OVERDUE:
        fire = [each for each in due if each.due_at == due[-1].due_at]
    return Climbed(fire=tuple(fire), missed=tuple(due[: len(due) - len(fire)]), climb=climb, next_at=upcoming.due_at)


def skip_step(policy: Policy, level: Level, climb: Climb, now: datetime) -> Climb:
    """The climb when the step just fired reached nobody: the next one is due at once.

    Not so when it was the last of its round: whoever comes next has just been paged, and the wait between rounds is
    theirs.
    """
    upcoming = next(_due_steps(policy, level, climb))[0]
    if upcoming.catch_all or upcoming.step == 1:
        return climb
    early = max(timedelta(0), upcoming.due_at - now)
    return msgspec.structs.replace(climb, began_at=climb.began_at - early)


def go_on(policy: Policy, before: Level, level: Level, climb: Climb, now: datetime) -> Climb:
    """The climb after a rise: the next step is due when it would have been by the ladder of before, or sooner where
    the new one is faster; now where that is past.
    """
    climbed = [each for each in (level, before, climb.level) if each is not None and policy.ladder(each) is not None]
    due = [next(_due_steps(policy, each, climb))[0].due_at for each in climbed]
    return msgspec.structs.replace(climb, began_at=climb.began_at + (max(now, min(due)) - due[0]))


def next_step(policy: Policy, level: Level, climb: Climb, now: datetime) -> Climb:
    """The climb when a person asks for the next people now, whoever they are."""
    upcoming = next(_due_steps(policy, level, climb))[0]
    early = max(timedelta(0), upcoming.due_at - now)
    return msgspec.structs.replace(climb, began_at=climb.began_at - early)


def _due_steps(policy: Policy, level: Level, climb: Climb) -> Iterator[tuple[DueStep, Climb]]:
    """Every step from here on, with the climb that follows it; never ends, since the catch-all repeats hourly."""
    ladder = policy.ladder(level)
    assert ladder is not None, f"policy {policy.name} pages nobody at {level}, so nothing climbs"
    steps = ladder.steps
    began_at, round_, step = climb.began_at, climb.round, min(climb.step, len(steps))
    while True:
        if step < len(steps):
            here = steps[step]
            upcoming = DueStep(
                step=step + 1,
                round=round_,
                due_at=began_at + here.after,
                targets=here.notify,
                catch_all=False,
                authority=here.authority,
            )
            step += 1
            if step == len(steps):
                began_at, step = upcoming.due_at + ladder.repeat_after, 0 if round_ < ladder.repeat else step
                round_ += 1
        else:
            upcoming = DueStep(
                step=len(steps) + 1, round=round_, due_at=began_at, targets=policy.catch_all, catch_all=True
            )
            began_at, round_ = upcoming.due_at + CATCH_ALL_EVERY, round_ + 1
        yield upcoming, msgspec.structs.replace(climb, began_at=began_at, round=round_, step=step)
