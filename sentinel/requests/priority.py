"""Request priority: how soon a mention should be answered, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from sentinel.requests.request_kind import RequestKind


class Priority(StrEnum):
    """How soon; ``NONE`` asks for no answer."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"
    NONE = "none"


class PriorityReason(StrEnum):
    """What raised a priority, or what it rests on."""

    COMPLAINT = "complaint"
    HELP = "help"
    QUESTION = "question"
    OTHER = "other"
    GRAVE = "grave"
    REACH = "reach"
    ANGRY = "angry"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class RequestPriority:
    """A priority with its points and what each reason gave, the most first."""

    priority: Priority
    points: int
    reasons: tuple[tuple[PriorityReason, int], ...]


_BY_KIND: Final = {
    RequestKind.COMPLAINT: (PriorityReason.COMPLAINT, 20),
    RequestKind.HELP: (PriorityReason.HELP, 25),
    RequestKind.QUESTION: (PriorityReason.QUESTION, 15),
    RequestKind.ABUSE: (PriorityReason.OTHER, 5),
    RequestKind.IDEA: (PriorityReason.OTHER, 5),
    RequestKind.PRAISE: (PriorityReason.OTHER, 5),
    RequestKind.NEWS: (PriorityReason.OTHER, 0),
    RequestKind.NONE: (PriorityReason.OTHER, 0),
}
_ANSWERED: Final = frozenset({RequestKind.COMPLAINT, RequestKind.HELP, RequestKind.QUESTION})
"""Kinds that wait for an answer."""
_ANGRY: Final = 0.8
"""Probability of a negative mood."""
_FROM: Final = ((60, Priority.URGENT), (35, Priority.HIGH), (15, Priority.NORMAL), (1, Priority.LOW))
_REACH: Final = ((100_000, 30), (10_000, 20), (1_000, 10))
"""Followers, and the points from so many on."""


def priority_of(kind: RequestKind, *, negative: float, grave: bool, followers: int, incident: bool) -> RequestPriority:
    """How soon a mention should be answered.

    Parameters
    ----------
    negative
        Probability of a negative mood.
    grave
        Whether it speaks of harm, law, data, money or boycott.
    followers
        Of its author; 0 where nobody tells.
    incident
        Whether an incident of the brand was open when it was heard.

    Examples
    --------
    >>> found = priority_of(RequestKind.COMPLAINT, negative=0.9, grave=True, followers=0, incident=False)
    >>> found.priority.value, found.points, found.reasons[0]
    ('urgent', 70, (<PriorityReason.GRAVE: 'grave'>, 40))
    >>> priority_of(RequestKind.PRAISE, negative=0.0, grave=False, followers=500_000, incident=True).priority.value
    'low'
    """
    reach = next((worth for least, worth in _REACH if followers >= least), 0)
    return _rated(kind, negative >= _ANGRY, grave, reach, incident)


@cache
def _rated(kind: RequestKind, angry: bool, grave: bool, reach: int, incident: bool) -> RequestPriority:
    reasons = tuple(_reasons(kind, angry=angry, grave=grave, reach=reach, incident=incident))
    points = sum(worth for _, worth in reasons)
    found = next((priority for least, priority in _FROM if points >= least), Priority.NONE)
    return RequestPriority(found, points, tuple(sorted(reasons, key=lambda reason: -reason[1])))


def priority_as_said(priority: Priority, kind: RequestKind | None) -> Priority:
    """A priority once somebody has said what a mention really asks for: who waits is waited for at least normally, and
    nobody else is.

    Examples
    --------
    >>> [priority_as_said(Priority.URGENT, kind).value for kind in (None, RequestKind.HELP, RequestKind.NONE)]
    ['urgent', 'urgent', 'none']
    """
    if kind is None:
        return priority
    if kind not in _ANSWERED:
        return Priority.LOW if _BY_KIND[kind][1] else Priority.NONE
    return priority if priority not in (Priority.LOW, Priority.NONE) else Priority.NORMAL


def _reasons(
    kind: RequestKind, *, angry: bool, grave: bool, reach: int, incident: bool
) -> Iterator[tuple[PriorityReason, int]]:
    reason, worth = _BY_KIND[kind]
    if worth:
        yield reason, worth
    if kind not in _ANSWERED and not (grave and kind is RequestKind.NONE):
        return  # nobody waits, and nothing makes that urgent; harm that is told without asking is heard all the same
    if grave:
        yield PriorityReason.GRAVE, 40
    if reach:
        yield PriorityReason.REACH, reach
    if angry:
        yield PriorityReason.ANGRY, 10
    if incident:
        yield PriorityReason.INCIDENT, 15
