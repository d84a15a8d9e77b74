"""Escalation policies as values: who is paged, in which order, how long between.

Copied into an incident when it opens.
"""

from datetime import timedelta
from enum import StrEnum

import msgspec

from sentinel.scoring.level import Level


class Authority(StrEnum):
    """What a step allows the people it pages to do on their own, because nobody before them answered."""

    HOLDING_STATEMENT = "holding_statement"
    REPLY = "reply"
    PAUSE_CAMPAIGNS = "pause_campaigns"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One rung: contacts, schedules or roles by name, how long after the start of the climb, and what they may then do
    alone.
    """

    notify: tuple[str, ...]
    after: timedelta
    authority: Authority | None = None


class Ladder(msgspec.Struct, frozen=True, kw_only=True):
    """Steps with rising ``after``, climbed ``1 + repeat`` times."""

    steps: tuple[Step, ...]
    repeat: int
    repeat_after: timedelta


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A ladder, and other ladders for levels that have one of their own; once climbed, the catch-all hourly.

    Parameters
    ----------
    crisis_pace
        What every wait is divided by in a crisis, unless crises have a ladder of their own.
    levels
        Ladders by level. `watch` pages nobody unless it is here.
    """

    name: str
    steps: tuple[Step, ...]
    repeat: int
    repeat_after: timedelta
    crisis_pace: float
    catch_all: tuple[str, ...]
    levels: dict[Level, Ladder] = {}

    def ladder(self, level: Level) -> Ladder | None:
        """What is climbed at a level; ``None`` when nobody is paged there.

        Examples
        --------
        >>> minutes = timedelta(minutes=10)
        >>> steps = (Step(notify=("ana",), after=timedelta(0)), Step(notify=("boss",), after=minutes))
        >>> policy = Policy(name="x", steps=steps, repeat=1, repeat_after=minutes, crisis_pace=2.0, catch_all=("boss",))
        >>> policy.ladder(Level.CRISIS).steps[1].after, policy.ladder(Level.WATCH)
        (datetime.timedelta(seconds=300), None)
        """
        if level in self.levels:
            return self.levels[level]
        match level:
            case Level.CALM | Level.WATCH:
                return None
            case Level.ALERT:
                return Ladder(steps=self.steps, repeat=self.repeat, repeat_after=self.repeat_after)
            case Level.CRISIS:
                steps = tuple(msgspec.structs.replace(step, after=step.after / self.crisis_pace) for step in self.steps)
                return Ladder(steps=steps, repeat=self.repeat, repeat_after=self.repeat_after / self.crisis_pace)
