"""What follows a send: done, again later, over the next channel, or given up. Pure; the outbox writes it down."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from sentinel.backoff import Backoff
from sentinel.notify.base import Delivery, MessageKind, Outcome, Status

BASE = 5.0
CAP = 300.0
"""Seconds: the first wait's upper bound, and the bound of them all."""


class RowState(StrEnum):
    """Where a row of the outbox stands."""

    QUEUED = "queued"
    LEASED = "leased"
    ACCEPTED = "accepted"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The row as it should stand after a send; ``due`` is ``None`` when nothing more will be tried."""

    state: RowState
    channel: int
    attempts: int
    ambiguous: bool
    due: datetime | None

    @property
    def exhausted(self) -> bool:
        """No channel is left: the person was not reached."""
        return self.state is RowState.FAILED


def what_follows(
    delivery: Delivery, outcome: Outcome, *, channels: int, max_attempts: int, now: datetime, rng: random.Random
) -> Next:
    """The row after ``outcome``.

    A refusal moves on to the next of the contact's ``channels`` at once; so do ``max_attempts`` tries on one channel, and a far side
    that asks for more patience than `CAP` while another channel is left. A page of unknown fate is sent again, marked; other messages
    of unknown fate are left alone: a page twice is better than none, an update twice is not.
    """
    match outcome.status:
        case Status.ACCEPTED:
            return _end(delivery, RowState.ACCEPTED)
        case Status.FAILED:
            return _move_on(delivery, channels, now, ambiguous=delivery.ambiguous)
        case Status.RETRY:
            return _again(delivery, outcome, channels, max_attempts, now, rng, ambiguous=delivery.ambiguous)
        case Status.UNKNOWN:
            if delivery.message.kind is not MessageKind.PAGE:
                return _end(delivery, RowState.UNKNOWN)
            return _again(delivery, outcome, channels, max_attempts, now, rng, ambiguous=True)
        case _:
            assert_never(outcome.status)


def _again(
    delivery: Delivery, outcome: Outcome, channels: int, max_attempts: int, now: datetime, rng: random.Random, *, ambiguous: bool
) -> Next:
    attempts = delivery.attempts + 1
    asked = outcome.retry_after or 0.0
    too_patient = asked > CAP and delivery.channel + 1 < channels
    if attempts >= max_attempts or too_patient:
        return _move_on(delivery, channels, now, ambiguous=ambiguous)
    wait = Backoff(base=BASE, cap=CAP, rng=rng, failures=delivery.attempts).next(at_least=asked)
    return Next(
        state=RowState.RETRY, channel=delivery.channel, attempts=attempts, ambiguous=ambiguous, due=now + timedelta(seconds=wait)
    )


def _move_on(delivery: Delivery, channels: int, now: datetime, *, ambiguous: bool) -> Next:
    if delivery.channel + 1 >= channels:
        return _end(delivery, RowState.FAILED)
    return Next(state=RowState.RETRY, channel=delivery.channel + 1, attempts=0, ambiguous=ambiguous, due=now)


def _end(delivery: Delivery, state: RowState) -> Next:
    return Next(state=state, channel=delivery.channel, attempts=delivery.attempts + 1, ambiguous=delivery.ambiguous, due=None)
