"""Escalation policies as values: who is paged, in which order, how long between. Copied into an incident when it opens."""

from datetime import timedelta

import msgspec


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One rung: contacts by key, and how long after the start of the climb."""

    notify: tuple[str, ...]
    after: timedelta


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A ladder: steps with rising ``after``, climbed ``1 + repeat`` times, then the catch-all hourly."""

    name: str
    steps: tuple[Step, ...]
    repeat: int
    repeat_after: timedelta
    crisis_pace: float
    catch_all: tuple[str, ...]
