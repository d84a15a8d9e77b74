"""People: who was heard when, in event time; out of it every signal reads its windows, in which each person counts
once.
"""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zlib import crc32

from sentinel.signals.packed_row import MAX_SOURCES, one_in, pack, trimmed, unpack
from sentinel.signals.person import Person, Statement
from sentinel.signals.window import COLUMNS, NO_SOURCES, ORIGINALS, POSTS, SPANS, Window, Windows, window_of

MINUTES = 360
"""Minutes that are told apart; what is older is known by the hour."""
HOURS = 72
KNOWN = 256
"""People remembered; those not heard for longest go first. Whoever was forgotten and speaks again counts as somebody
new: it takes as many other people, heard in between, to be counted twice."""
SILENCE = MINUTES // 60
"""Hours after which what a person said before no longer counts beside what they say now."""
SHORT = SPANS[:4]
LONG = SPANS[4:]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=64)
def minute_of(instant: datetime) -> int:
    """Minutes since 1970; asked of one instant as often as `hour_of`."""
    return (instant - _EPOCH) // _MINUTE


class RingBuffer:
    """Packed rows of sums by minute or by hour, with the running sums of the windows that end with the newest one."""

    def __init__(self, spans: tuple[int, ...]) -> None:
        self.spans = spans
        self.rows: dict[int, int] = {}
        self.newest: int | None = None
        self.running = [0] * len(spans)

    def add(self, key: int, row: int) -> None:
        """Add a row at a time that is no newer than the newest."""
        assert self.newest is not None, "a ring slides before anything is added"
        self.rows[key] = self.rows.get(key, 0) + row
        age = self.newest - key
        if 0 <= age < self.spans[0]:  # as most are
            self.running = [each + row for each in self.running]
        elif age >= 0:
            for place, span in enumerate(self.spans):
                if age < span:
                    self.running[place] += row

    def reaches(self, key: int) -> bool:
        """Whether a minute or hour is not too old to be kept."""
        return self.newest is None or key > self.newest - self.spans[-1]

    def move_on(self, newest: int) -> None:
        """Slide, if that is newer."""
        if self.newest is None or newest > self.newest:
            self.slide(newest)

    def slide(self, newest: int) -> None:
        """Make the windows end with this minute or hour."""
        before = self.newest
        if before == newest:
            return
        if before is None or newest < before or newest - before > len(self.rows):
            self._rebuild(newest)
            return
        rows, steps, coming = self.rows, range(before + 1, newest + 1), 0
        for key in steps:
            coming += rows.get(key, 0)
        for place, span in enumerate(self.spans):
            change = coming
            for key in steps:
                change -= rows.get(key - span, 0)
            self.running[place] += change
        self.newest = newest
        for key in steps:
            rows.pop(key - self.spans[-1], None)

    def _rebuild(self, newest: int) -> None:
        self.newest = newest
        self.rows = {key: row for key, row in self.rows.items() if self.reaches(key)}
        self.running = [
            sum(row for key, row in self.rows.items() if newest - span < key <= newest) for span in self.spans
        ]

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        newest = self.newest or 0
        return [self.newest, [[newest - key, *trimmed(row)] for key, row in self.rows.items()]]

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self.newest = plain[0]
        self.rows = {(plain[0] or 0) - age: pack(numbers) for age, *numbers in plain[1]}
        if self.newest is not None:
            self._rebuild(self.newest)


class People:
    """Who was heard, at the time of their latest post: speaking again moves a person, and adds nobody.

    Examples
    --------
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> people, said = People(), Statement(0.9, 0.0, True, False, False, 0.0, 10, None, 0.0)
    >>> for n in range(45):
    ...     _ = people.hear(noon + timedelta(minutes=n), "ana", "x", said)
    >>> hour = people.windows(noon + timedelta(minutes=45)).hour
    >>> hour.people, hour.angry, hour.posts
    (1, 1, 45)
    """

    def __init__(self) -> None:
        self._known: OrderedDict[int, Person] = OrderedDict()
        self._minutes = RingBuffer(SHORT)
        self._hours = RingBuffer(tuple(span // 60 for span in LONG))
        self._whole: dict[int, int] = {}
        """Whole hours for the baseline: a person counts in each hour that they spoke in."""
        self._sources: list[str] = []
        self._forget_windows()

    def _forget_windows(self) -> None:
        self._rows = [0] * len(SPANS)
        self._told = [Window(span) for span in SPANS]
        """The windows as last asked for, beside the rows that they were made of."""

    def hear(self, at: datetime, author: str | None, source: str, said: Statement, *, day_only: bool = False) -> bool:
        """Take in a post; False when its time has left the rings.

        Whose hour is unknown is heard on that day, in no minute.
        """
        minute = minute_of(at)
        hour = minute // 60
        minutes, hours = self._minutes, self._hours
        minutes.move_on(minute)
        hours.move_on(hour)
        if not hours.reaches(hour):
            return False
        person = self._person(author)
        old, there, then = self._take_out(person) if person.posts else _NOWHERE
        if person.posts and hour - person.hour > SILENCE:
            person.start_anew()
        person.say(said)
        person.hour, person.dated, person.source = max(person.hour, hour), day_only, self._column(source)
        in_minutes = not day_only and minutes.reaches(minute)
        person.minute = max(there, minute) if in_minutes else there
        new, post = self._row_of(person), _POSTS[said.original]
        both = new + post
        if in_minutes and person.minute == minute:  # as most are: one addition for both
            minutes.add(minute, both)
        else:
            if person.minute and minutes.reaches(person.minute):
                minutes.add(person.minute, new)
            if in_minutes:
                minutes.add(minute, post)
        if person.hour == hour:
            hours.add(hour, both)
        else:
            hours.add(person.hour, new)
            hours.add(hour, post)
        whole = self._whole.get(hour, 0) + both
        self._whole[hour] = whole - old if then == hour else whole
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
        else:
            self._known.move_to_end(name)
        return person

    def _take_out(self, person: Person) -> tuple[int, int, int]:
        """Take a person out of the rings where they were last heard: what they added there, the minute and the hour."""
        row = self._row_of(person)
        if person.minute and self._minutes.reaches(person.minute):
            self._minutes.add(person.minute, -row)
        if self._hours.reaches(person.hour):
            self._hours.add(person.hour, -row)
        return row, person.minute, person.hour

    def _row_of(self, person: Person) -> int:
        row = pack(person.row())
        return row + _ONE_ON[person.source] if person.source >= 0 else row

    def windows(self, now: datetime) -> Windows[Window]:
        """The windows that end at ``now``."""
        minute = minute_of(now)
        self._minutes.slide(minute)
        self._hours.slide(minute // 60)
        rows, told = [*self._minutes.running, *self._hours.running], self._told
        for place, (row, before) in enumerate(zip(rows, self._rows, strict=True)):
            if row != before:
                span = SPANS[place]
                told[place] = self._of_hour(row) if span == 60 else window_of(span, unpack(row, COLUMNS), NO_SOURCES)
        self._rows = rows
        return Windows(*told)

    def _of_hour(self, row: int) -> Window:
        """It alone tells people by source."""
        numbers = unpack(row, COLUMNS + len(self._sources))
        sources = {name: count for name, count in zip(self._sources, numbers[COLUMNS:], strict=True) if count}
        return window_of(60, numbers[:COLUMNS], sources)

    def hour(self, hour: int) -> Window:
        """One whole hour (hours since 1970) that is not forgotten yet."""
        row = self._whole.get(hour)
        return self._of_hour(row) if row is not None else Window(minutes=60)

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

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        hour = self._hours.newest or 0
        return {
            "sources": list(self._sources),
            "minutes": self._minutes.snapshot(),
            "hours": self._hours.snapshot(),
            "whole": [[hour, *trimmed(row)] for hour, row in self._whole.items()],
            "known": [[name, *person.plain(hour)] for name, person in self._known.items()],
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._sources = list(plain["sources"])
        self._forget_windows()
        self._minutes.restore(plain["minutes"])
        self._hours.restore(plain["hours"])
        self._whole = {hour: pack(numbers) for hour, *numbers in plain["whole"]}
        hour = self._hours.newest or 0
        self._known = OrderedDict((name, Person.of(numbers, hour)) for name, *numbers in plain["known"])


def alone(said: Statement, source: str) -> Window:
    """An hour in which one person said one thing."""
    person = Person()
    person.say(said)
    row = person.row()
    row[POSTS:] = [1, int(said.original)]
    return window_of(60, tuple(row), {source: 1})


_NOWHERE = 0, 0, 0
_ONE_ON = tuple(one_in(COLUMNS + column) for column in range(MAX_SOURCES))
"""By its column, the row that counts a person on a source."""
_POSTS = {original: pack([0] * POSTS + [1, int(original)]) for original in (False, True)}
assert POSTS + 1 == ORIGINALS
