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
"""A rung this late was missed (the daemon was down): only the present one is made up for."""


class Climb(msgspec.Struct, frozen=True, kw_only=True):
    """How far a climb has come: the next rung to fire is ``step`` of ``round``, counted from when this round began."""

    began_at: datetime
    round: int = 0
    step: int = 0
    """Index of the next step; the number of steps, or more, stands for the catch-all."""
    since: datetime | None = None
    """When the first round began: nobody has answered since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A rung that fires: page these targets. ``step`` counts from 1; the catch-all is one past the last step."""

    step: int
    round: int
    due_at: datetime
    targets: tuple[str, ...]
    catch_all: bool
    authority: Authority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbed:
    """What a look at the ladder gave: rungs to fire now, rungs passed over because they were missed, and where the
    climb is.
    """

    fire: tuple[Rung, ...]
    missed: tuple[Rung, ...]
    climb: Climb
    next_at: datetime


def climb_on(policy: Policy, level: Level, climb: Climb, now: datetime) -> Climbed:
    """Fire what is due at ``now``.

    When rungs are overdue (the daemon was down), only the newest due one fires, with whatever is due at the same
    instant; the others are reported as missed, so that coming back is never a burst.
    """
    due: list[Rung] = []
    for rung, following in _rungs(policy, level, climb):
        if rung.due_at > now:
            break
        due.append(rung)
        climb = following
    next_at = next(_rungs(policy, level, climb))[0].due_at
    fire = due
    if due and now - due[0].due_at > OVERDUE:
        fire = [rung for rung in due if rung.due_at == due[-1].due_at]
    return Climbed(fire=tuple(fire), missed=tuple(due[: len(due) - len(fire)]), climb=climb, next_at=next_at)


def skip_step(policy: Policy, level: Level, climb: Climb, now: datetime) -> Climb:
    """The climb when the step just fired reached nobody: the next one is due at once.

    Not so when it was the last of its round: whoever comes next has just been paged, and the wait between rounds is
    theirs.
    """
    rung = next(_rungs(policy, level, climb))[0]
    if rung.catch_all or rung.step == 1:
        return climb
    early = max(timedelta(0), rung.due_at - now)
    return msgspec.structs.replace(climb, began_at=climb.began_at - early)


def next_step(policy: Policy, level: Level, climb: Climb, now: datetime) -> Climb:
    """The climb when a person asks for the next people now, whoever they are."""
    rung = next(_rungs(policy, level, climb))[0]
    early = max(timedelta(0), rung.due_at - now)
    return msgspec.structs.replace(climb, began_at=climb.began_at - early)


def _rungs(policy: Policy, level: Level, climb: Climb) -> Iterator[tuple[Rung, Climb]]:
    """Every rung from here on, with the climb that follows it; never ends, since the catch-all repeats hourly."""
    ladder = policy.ladder(level)
    assert ladder is not None, f"policy {policy.name} pages nobody at {level}, so nothing climbs"
    steps = ladder.steps
    began_at, round_, step = climb.began_at, climb.round, min(climb.step, len(steps))
    while True:
        if step < len(steps):
            here = steps[step]
            rung = Rung(
                step=step + 1,
                round=round_,
                due_at=began_at + here.after,
                targets=here.notify,
                catch_all=False,
                authority=here.authority,
            )
            step += 1
            if step == len(steps):
                began_at, step = rung.due_at + ladder.repeat_after, 0 if round_ < ladder.repeat else step
                round_ += 1
        else:
            rung = Rung(step=len(steps) + 1, round=round_, due_at=began_at, targets=policy.catch_all, catch_all=True)
            began_at, round_ = rung.due_at + CATCH_ALL_EVERY, round_ + 1
        yield rung, msgspec.structs.replace(climb, began_at=began_at, round=round_, step=step)
