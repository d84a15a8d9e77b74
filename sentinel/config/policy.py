"""Settings of an escalation policy: who is paged, in which order, until somebody acknowledges."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from sentinel.config.base import Settings
from sentinel.config.units import Duration, Interval
from sentinel.escalation.policy import Authority
from sentinel.scoring.level import Level


class StepSettings(Settings):
    """One rung of the ladder."""

    notify: tuple[str, ...]
    """Contacts, schedules and roles, by name; who that is is looked up when the step fires."""
    after: Duration = timedelta(0)
    """Since the climb began; it may not fall from one step to the next."""
    authority: Authority | None = None
    """What these people may do on their own because nobody before them answered; their page says so.

    Default: nothing.
    """


class LadderSettings(Settings):
    """A ladder of one level's own."""

    steps: tuple[StepSettings, ...] = Field(min_length=1)
    repeat: int = Field(1, ge=0, le=20)
    """How many more times it is climbed when nobody answers."""
    repeat_after: Interval = timedelta(minutes=10)
    """Wait between the last step and the next climb."""


class PolicySettings(Settings):
    """Who is paged, in which order, until somebody acknowledges."""

    steps: tuple[StepSettings, ...] = Field(min_length=1)
    repeat: int = Field(1, ge=0, le=20)
    """How many more times the ladder is climbed when nobody answers."""
    repeat_after: Interval = timedelta(minutes=10)
    """Wait between the last step and the next climb."""
    crisis_pace: float = Field(2, ge=1, le=10)
    """In a crisis every wait is divided by this, unless `levels.crisis` has a ladder of its own."""
    levels: dict[Literal["watch", "alert", "crisis"], LadderSettings] = Field(default_factory=dict)
    """Ladders for levels that have one of their own; `watch` pages nobody unless it has. Default: none."""
    catch_all: tuple[str, ...] = ()
    """Contacts, schedules and roles paged hourly once the ladder is exhausted. Default: those of the last step."""

    def waits(self, level: Level) -> list[tuple[tuple[str, ...], timedelta]]:
        """Whom each step pages, and how long after the level was reached; where it pages nobody, as at an alert."""
        if level.value in self.levels:
            return [(step.notify, step.after) for step in self.levels[level.value].steps]
        pace = self.crisis_pace if level is Level.CRISIS else 1
        return [(step.notify, step.after / pace) for step in self.steps]
