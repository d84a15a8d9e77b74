"""What earlier events brought: people heard during them in multiples of what is usual at such hours."""

import re
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import exp, expm1, log
from typing import Any

from sentinel.signals.known_event import Foreseen, KnownEvent

UNKNOWN = log(2.0) ** 2
"""Squared logarithm by which an event that nobody has seen yet may be off: it brings half of the usual, or twice."""
MOST_DOUBT = 2.0
"""Squared relative error: beyond it a prediction tells nothing, and one event that was five times larger is not
forgiven everything."""
DAMPING = 1.0
"""People added to what was heard and to what was usual, as for the hours of a week."""
MOST_TIMES = 64.0
"""No event teaches more."""
OCCURRENCES = 8
"""Of each name, kind and calendar so many are remembered."""
NAMES = 24
"""Names, kinds and calendars that are remembered, those least lately seen let go first."""
SEEN = 0.5
"""Share of its hours that an event must have been seen in, and without alarm, to teach anything."""
_MARKS = re.compile(r"[\W\d_]+")


@dataclass(slots=True)
class _Running:
    """An occurrence that is not over yet, hour by hour."""

    ends_at: datetime
    people: float = 0.0
    usual: float = 0.0
    hours: int = 0
    seen: int = 0


class EventHabit:
    """Remembers how loud events were; a mean of logarithms with one belief beforehand, that an event brings nothing.

    An event is known by its name; where no event of that name has been seen, by its kind, else by its calendar.
    Numbers in a name tell occurrences of the same thing apart and are left out.

    Examples
    --------
    >>> from datetime import UTC, timedelta
    >>> habit, noon = EventHabit(), datetime(2026, 3, 7, 12, tzinfo=UTC)
    >>> for week in range(4):
    ...     at = noon + timedelta(weeks=week)
    ...     match = KnownEvent(calendar="c", name=f"Matchday {week}", starts_at=at, ends_at=at + timedelta(hours=1))
    ...     print([round(number, 1) for number in habit.foreseen(match)])
    ...     habit.hear(match, 200.0, 9.0, quiet=True)
    ...     habit.over(match.ends_at)
    [1.0, 0.6]
    [4.5, 2.0]
    [7.4, 2.0]
    [9.5, 2.0]
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, deque[float]] = OrderedDict()
        self._running: dict[str, _Running] = {}

    def foreseen(self, event: KnownEvent) -> Foreseen:
        """What this event should bring; never less than is usual, for whoever stays away today may speak tomorrow."""
        ratios = next((known for key in _keys(event) if (known := self._known.get(key))), ())
        mean = sum(ratios) / (len(ratios) + 1)
        squares = sum((each - mean) ** 2 for each in ratios) + mean**2
        doubt = min(MOST_DOUBT, expm1((UNKNOWN + squares) / (len(ratios) + 1)))
        return Foreseen(exp(mean), doubt) if mean > 0 else Foreseen(1.0, doubt * exp(2 * mean))

    def hear(self, event: KnownEvent, people: float, usual: float, *, quiet: bool) -> None:
        """Take in one of its hours; one that was unusual in mood or an alert teaches nothing."""
        name = "\n".join((*_keys(event)[:1], event.starts_at.isoformat()))
        running = self._running.setdefault(name, _Running(event.ends_at))
        running.hours += 1
        if quiet:
            running.seen += 1
            running.people += people
            running.usual += usual

    def over(self, now: datetime) -> None:
        """Let events teach that are over."""
        for name in [name for name, each in self._running.items() if each.ends_at <= now]:
            each = self._running.pop(name)
            if each.seen >= SEEN * each.hours:
                ratio = log(min(MOST_TIMES, (each.people + DAMPING) / (each.usual + DAMPING)))
                for key in _learnt(name.rpartition("\n")[0]):
                    self._known.setdefault(key, deque(maxlen=OCCURRENCES)).append(ratio)
                    self._known.move_to_end(key)
        while len(self._known) > NAMES:
            self._known.popitem(last=False)

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        running = [
            [name, each.ends_at, each.people, each.usual, each.hours, each.seen] for name, each in self._running.items()
        ]
        return {"known": [[key, *ratios] for key, ratios in self._known.items()], "running": running}

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._known = OrderedDict((key, deque(ratios, maxlen=OCCURRENCES)) for key, *ratios in plain["known"])
        self._running = {name: _Running(*rest) for name, *rest in plain["running"]}


def _keys(event: KnownEvent) -> tuple[str, ...]:
    """Under what it is remembered, what tells most first."""
    name, kind = (_MARKS.sub(" ", each).casefold().strip()[:60] for each in (event.name, event.kind))
    keys = [f"{event.calendar}\t{kind}\t{name}"] if name else [f"{event.calendar}\t{kind}\t?"]
    return (*keys, *([f"{event.calendar}\t{kind}"] if kind else []), event.calendar)


def _learnt(key: str) -> Iterator[str]:
    calendar, kind, _ = key.split("\t")
    yield calendar
    if kind:
        yield f"{calendar}\t{kind}"
    yield key
