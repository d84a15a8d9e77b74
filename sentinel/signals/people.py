"""People: who was heard when, in event time; out of it every signal reads its windows, in which each person counts once."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from sentinel.signals.person import Person, Said
from sentinel.signals.window import COLUMNS, ORIGINALS, POSTS, SPANS, Window, Windows, window_of

MINUTES = 360
"""Minutes that are told apart; what is older is known by the hour."""
HOURS = 72
KNOWN = 256
"""People remembered; those not heard for longest go first. Whoever was forgotten and speaks again counts as somebody new: it takes as
many other people, heard in between, to be counted twice."""
SILENCE = MINUTES // 60
"""Hours after which what a person said before no longer counts beside what they say now."""
MAX_SOURCES = 16
"""Sources told apart; a brand is heard in fewer."""
SHORT = SPANS[:4]
LONG = SPANS[4:]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
Row = npt.NDArray[np.int64]


def minute_of(instant: datetime) -> int:
    """Minutes since 1970."""
    return (instant - _EPOCH) // _MINUTE


class Ring:
    """Rows of sums by minute or by hour, with the running sums of the windows that end with the newest one."""

    def __init__(self, spans: tuple[int, ...]) -> None:
        self.spans = spans
        self.rows: dict[int, Row] = {}
        self.newest: int | None = None
        self.running = [_nothing() for _ in spans]

    def add(self, key: int, row: Row) -> None:
        """Add a row at a time that is no newer than the newest."""
        if (known := self.rows.get(key)) is None:
            self.rows[key] = row.copy()
        else:
            known += row
        assert self.newest is not None, "a ring slides before anything is added"
        for span, running in zip(self.spans, self.running, strict=True):
            if key > self.newest - span:
                running += row

    def slide(self, newest: int) -> None:
        """Move on to a newer minute or hour."""
        if self.newest == newest:
            return
        if self.newest is None or newest < self.newest or newest - self.newest >= self.spans[-1]:
            self._rebuild(newest)
        else:
            for span, running in zip(self.spans, self.running, strict=True):
                for sign, ends in ((-1, self.newest - span), (1, self.newest)):
                    for key in range(ends + 1, ends + 1 + newest - self.newest):
                        if (row := self.rows.get(key)) is not None:
                            running += sign * row
        self.newest = newest
        while self.rows and (oldest := next(iter(self.rows))) <= newest - self.spans[-1]:
            del self.rows[oldest]

    def _rebuild(self, newest: int) -> None:
        self.running = [_nothing() for _ in self.spans]
        for key, row in self.rows.items():
            for span, running in zip(self.spans, self.running, strict=True):
                if newest - span < key <= newest:
                    running += row

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return [self.newest, [[key, *_trimmed(row)] for key, row in self.rows.items()]]

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self.newest = plain[0]
        self.rows = {key: _row(numbers) for key, *numbers in plain[1]}
        if self.newest is not None:
            self._rebuild(self.newest)


class People:
    """Who was heard, at the time of their latest post: speaking again moves a person, and adds nobody.

    Examples
    --------
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> people, said = People(), Said(0.9, 0.0, True, False, False, 0.0, 10, None, 0.0)
    >>> for n in range(45):
    ...     _ = people.hear(noon + timedelta(minutes=n), "ana", "x", said)
    >>> hour = people.windows(noon + timedelta(minutes=45)).hour
    >>> hour.people, hour.angry, hour.posts
    (1, 1, 45)
    """

    def __init__(self) -> None:
        self._known: OrderedDict[int, Person] = OrderedDict()
        self._minutes = Ring(SHORT)
        self._hours = Ring(tuple(span // 60 for span in LONG))
        self._whole: dict[int, Row] = {}
        """Whole hours for the baseline: a person counts in each hour that they spoke in."""
        self._sources: list[str] = []

    def hear(self, at: datetime, author: str | None, source: str, said: Said, *, day_only: bool = False) -> bool:
        """Take in a post; False when its time has left the rings. Whose hour is unknown is heard on that day, in no minute."""
        minute, hour = minute_of(at), minute_of(at) // 60
        if self._hours.newest is None or hour > self._hours.newest:
            self._hours.slide(hour)
        if self._minutes.newest is None or minute > self._minutes.newest:
            self._minutes.slide(minute)
        assert self._hours.newest is not None and self._minutes.newest is not None
        if hour <= self._hours.newest - HOURS:
            return False
        in_minutes = not day_only and minute > self._minutes.newest - MINUTES
        person = self._person(author)
        before, there, then = (person.row(), person.minute, person.hour) if person.posts else (None, 0, 0)
        if hour - person.hour > SILENCE:
            person.start_anew()
        person.say(said)
        person.minute = max(person.minute, minute) if in_minutes else person.minute
        person.hour, person.dated = max(person.hour, hour), day_only
        last_source, person.source = person.source, self._column(source)
        old = None if before is None else _row(self._with_source(before, last_source))
        new = _row(self._with_source(person.row(), person.source))
        self._move(self._minutes, there if there else None, person.minute if in_minutes or there else None, old, new)
        self._move(self._hours, then if before is not None else None, person.hour, old, new)
        post = _post(said.original)
        if in_minutes:
            self._minutes.add(minute, post)
        self._hours.add(hour, post)
        self._count_whole(hour, old if before is not None and then == hour else None, new + post)
        return True

    def _person(self, author: str | None) -> Person:
        """Whom we know by that name. Without a name, each post is somebody else's."""
        if author is None:
            return Person()
        told = author.encode("utf-8", "surrogatepass")
        name = crc32(told) << 32 | crc32(told[::-1])
        person = self._known.get(name)
        if person is None:
            person = self._known[name] = Person()
            if len(self._known) > KNOWN:
                self._known.popitem(last=False)
        self._known.move_to_end(name)
        return person

    def _move(self, ring: Ring, there: int | None, here: int | None, old: Row | None, new: Row) -> None:
        assert ring.newest is not None
        if old is not None and there is not None and there > ring.newest - ring.spans[-1]:
            ring.add(there, -old)
        if here is not None and here > ring.newest - ring.spans[-1]:
            ring.add(here, new)

    def _count_whole(self, hour: int, old: Row | None, new: Row) -> None:
        row = self._whole.get(hour)
        if row is None:
            row = self._whole[hour] = _nothing()
        row += new
        if old is not None:
            row -= old

    def windows(self, now: datetime) -> Windows[Window]:
        """The windows that end at ``now``."""
        minute = minute_of(now)
        self._minutes.slide(minute)
        self._hours.slide(minute // 60)
        rows = [*self._minutes.running, *self._hours.running]
        return Windows(*[window_of(span, row.tolist(), self._sources) for span, row in zip(SPANS, rows, strict=True)])

    def hour(self, hour: int) -> Window:
        """One whole hour (hours since 1970) that is not forgotten yet."""
        row = self._whole.get(hour)
        return window_of(60, row.tolist(), self._sources) if row is not None else Window(minutes=60)

    def forget(self, hour: int) -> None:
        """Whole hours up to this one have been told."""
        for each in [each for each in self._whole if each <= hour]:
            del self._whole[each]

    def _column(self, source: str) -> int:
        if source in self._sources:
            return self._sources.index(source)
        if len(self._sources) >= MAX_SOURCES:
            return -1
        self._sources.append(source)
        return len(self._sources) - 1

    def _with_source(self, row: list[int], column: int) -> list[int]:
        if column >= 0:
            row += [0] * (column + 1)
            row[COLUMNS + column] = 1
        return row

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return {
            "sources": list(self._sources),
            "minutes": self._minutes.snapshot(),
            "hours": self._hours.snapshot(),
            "whole": [[hour, *_trimmed(row)] for hour, row in self._whole.items()],
            "known": [[name, *person.plain()] for name, person in self._known.items()],
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._sources = list(plain["sources"])
        self._minutes.restore(plain["minutes"])
        self._hours.restore(plain["hours"])
        self._whole = {hour: _row(numbers) for hour, *numbers in plain["whole"]}
        self._known = OrderedDict((name, Person.of(numbers)) for name, *numbers in plain["known"])


def alone(said: Said, source: str) -> Window:
    """An hour in which one person said one thing."""
    person = Person()
    person.say(said)
    row = person.row()
    row[POSTS:] = [1, int(said.original)]
    return window_of(60, [*row, 1], [source])


def _nothing() -> Row:
    return np.zeros(COLUMNS + MAX_SOURCES, dtype=np.int64)


def _row(numbers: list[int]) -> Row:
    row = _nothing()
    row[: len(numbers)] = numbers
    return row


def _trimmed(row: Row) -> list[int]:
    """Without the sources at its end that were not heard."""
    numbers: list[int] = row.tolist()
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers


_POSTS = {original: _row([0] * POSTS + [1, int(original)]) for original in (False, True)}
assert POSTS + 1 == ORIGINALS


def _post(original: bool) -> Row:
    return _POSTS[original]
