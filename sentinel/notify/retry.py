"""Retry policy: over which channel a message goes next, when, and how long one send may take. Stated here alone.

A channel that did not take the message gives way at once to the contact's next one. What may have arrived is sent once
more, and then gives way too. Only while no channel has taken it are those that may take it later asked again.
"""

from datetime import datetime, timedelta

import msgspec

from sentinel.notify.base import GOES_AGAIN, Delivery, MessageKind, SendOutcome, Status, Urgency
from sentinel.notify.channel_tries import ChannelTries
from sentinel.notify.progress import Progress, RowState

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
"""Until a channel that may take it later is asked again; doubled with each try."""
_DOUBLINGS = 10
ONCE_MORE = timedelta(seconds=1)
"""Until what may have arrived is sent again."""
MOST_UNKNOWN = 2
"""Sends over one channel of which nobody knows whether they arrived."""
LONGEST_SEND = {Urgency.CRISIS: 5.0, Urgency.ALERT: 12.0}
"""Seconds for one send of a page while another channel waits: two of them, `ONCE_MORE`, a second until the outbox is
looked at and two for a chart make at most 15 in a crisis and 30 in an alert."""
LONGEST_WITHOUT_ROOM = {Urgency.CRISIS: timedelta(seconds=10), Urgency.ALERT: timedelta(seconds=20)}
"""How long a page waits for a provider that has too many sends under way while another channel has room."""


def after_send(
    delivery: Delivery, outcome: SendOutcome, now: datetime, *, channels: int, max_attempts: int
) -> Progress:
    """What becomes of a message through one send over ``delivery.channel``.

    Parameters
    ----------
    channels
        How many the contact has.
    max_attempts
        Sends over one channel that may take it later.
    """
    tries = _with(delivery, outcome, now)
    ambiguous = delivery.ambiguous or outcome.status is Status.UNKNOWN
    state, following = RowState.QUEUED, None
    if outcome.status is Status.ACCEPTED:
        state = RowState.ACCEPTED
    elif outcome.status is Status.UNKNOWN and delivery.message.kind not in GOES_AGAIN:
        state = RowState.UNKNOWN  # news that may have come is not told twice
    else:
        following = _next(tries, delivery.channel, outcome, now, channels=channels, max_attempts=max_attempts)
        if following is None:
            state = RowState.UNKNOWN if ambiguous else RowState.FAILED
    return Progress(
        state=state,
        channel=delivery.channel if following is None else following.channel,
        attempts=tries[delivery.channel].tries if following is None else following.tries,
        ambiguous=ambiguous,
        not_before=now if following is None else max(now, following.again_at),
        tries=tuple(tries.values()),
        done_at=None if state is RowState.QUEUED else now,
        detail=outcome.detail or outcome.reason.value,
        receipt=outcome.receipt,
    )


def longest_send(delivery: Delivery, timeout: float, channels: int) -> float:
    """Seconds that this send may take: fewer for a page while there is a channel that was not asked yet."""
    asked = {each.channel for each in delivery.tries} | {delivery.channel}
    if delivery.message.kind is not MessageKind.PAGE or asked.issuperset(range(channels)):
        return timeout
    return min(timeout, LONGEST_SEND.get(delivery.message.urgency, timeout))


def with_room(delivery: Delivery, now: datetime, channels: int) -> list[int]:
    """Other channels that a page may take because its own provider has had no room for it for too long, in order."""
    patience = LONGEST_WITHOUT_ROOM.get(delivery.message.urgency)
    if delivery.message.kind is not MessageKind.PAGE or patience is None or now - delivery.created_at < patience:
        return []
    known = {each.channel: each for each in delivery.tries}
    return [
        each
        for each in range(channels)
        if each != delivery.channel
        and (each not in known or (not _is_over(known[each]) and known[each].again_at <= now))
    ]


def _with(delivery: Delivery, outcome: SendOutcome, now: datetime) -> dict[int, ChannelTries]:
    """The tries by channel, with this one."""
    tries = {each.channel: each for each in delivery.tries}
    before = tries.get(delivery.channel) or ChannelTries(
        channel=delivery.channel, tries=delivery.attempts, again_at=now
    )
    unknown = outcome.status is Status.UNKNOWN
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(before.tries, _DOUBLINGS))
    if unknown and before.unknown + 1 < MOST_UNKNOWN:
        wait = ONCE_MORE
    tries[delivery.channel] = msgspec.structs.replace(
        before,
        tries=before.tries + 1,
        unknown=before.unknown + unknown,
        refused=outcome.status is Status.FAILED,
        again_at=now + max(wait, timedelta(seconds=outcome.retry_after or 0)),
    )
    return tries


def _next(
    tries: dict[int, ChannelTries], sent: int, outcome: SendOutcome, now: datetime, *, channels: int, max_attempts: int
) -> ChannelTries | None:
    """The channel to try next; ``None`` when each has refused or was tried often enough."""
    if outcome.status is Status.UNKNOWN and sent < channels and not _is_over(tries[sent], max_attempts):
        return tries[sent]
    left = [
        tries.get(each) or ChannelTries(channel=each, again_at=now)
        for each in range(channels)
        if each not in tries or not _is_over(tries[each], max_attempts)
    ]
    return min(left, key=lambda each: (max(now, each.again_at), each.tries, each.channel), default=None)


def _is_over(channel: ChannelTries, max_attempts: int | None = None) -> bool:
    """Whether it is not asked again."""
    many = max_attempts is not None and channel.tries >= max_attempts
    return channel.refused or channel.unknown >= MOST_UNKNOWN or many
