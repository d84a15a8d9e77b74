"""Who was heard when, in two kilobytes a brand: how many different authors spoke in the last minutes, and in a whole
hour.
"""

from array import array
from math import log
from typing import Any
from zlib import crc32

import numpy as np

PLACES = 1024
"""Places that authors are hashed to (linear counting: Whang, Vander-Zanden & Taylor 1990): within 5 % up to 2 000."""
_MOST = 65_535
_SPARE = 1_000
"""Minutes that the origin lies before the first author: more than any window is long."""


class Authors:
    """The minute at which each place was last heard.

    A place spoke in the minutes up to now exactly when its last minute is among them, so that any window is one look at
    1 024 numbers and no minute needs a bitmap of its own.

    Examples
    --------
    >>> authors = Authors()
    >>> for minute, author in ((29_000_000, "ana"), (29_000_030, "ana"), (29_000_030, "eva")):
    ...     authors.note(author, minute)
    >>> authors.heard(29_000_031, (15, 60)), authors.heard(29_000_059, (15, 60)), authors.in_hour(29_000_000 // 60)
    ([2, 2], [0, 2], 2)
    """

    def __init__(self) -> None:
        self._origin: int | None = None
        self._newest = 0
        self._last = array("H", bytes(2 * PLACES))
        """Minutes after the origin, 0 for never; the view shares its memory and counts."""
        self._view = np.frombuffer(self._last, dtype=np.uint16)
        self._hours: dict[int, int] = {}
        """Bitmap of the places heard in each whole hour."""

    def note(self, author: str, minute: int) -> None:
        """This author was heard in this minute (since 1970)."""
        place = crc32(author.encode("utf-8", "surrogatepass")) % PLACES
        if self._origin is None:
            self._origin = minute - _SPARE
        after = minute - self._origin
        if after > _MOST:
            after -= self._move_origin(minute - _SPARE)
        if after > self._last[place]:
            self._last[place] = after
        if minute > self._newest:
            self._newest = minute
        hour = minute // 60
        self._hours[hour] = self._hours.get(hour, 0) | 1 << place

    def heard(self, last: int, spans: tuple[int, ...]) -> list[int]:
        """Different authors, about, in each of the spans of minutes that end with ``last``."""
        if self._origin is None:
            return [0] * len(spans)
        until = last - self._origin
        seen = self._view if self._newest <= last else self._view[self._view <= max(0, until)]
        return [_estimate(int(np.count_nonzero(seen > max(0, until - span)))) if until > 0 else 0 for span in spans]

    def in_hour(self, hour: int) -> int:
        """Different authors, about, in a whole hour (since 1970) that is not forgotten yet."""
        return _estimate(self._hours.get(hour, 0).bit_count())

    def forget(self, before: int) -> None:
        """Let go of the hours that ended at this minute or earlier; the minutes themselves take no room."""
        for hour in [hour for hour in self._hours if hour * 60 + 59 <= before]:
            del self._hours[hour]

    def _move_origin(self, origin: int) -> int:
        """Every forty-five days numbers grow too large, and are counted from a later origin; gives by how much."""
        assert self._origin is not None
        moved = origin - self._origin
        self._view[:] = np.maximum(self._view.astype(np.int64) - moved, 0)
        self._origin = origin
        return moved

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        heard = self._view > 0
        hours = [[hour, bitmap.to_bytes(PLACES // 8, "little").rstrip(b"\0")] for hour, bitmap in self._hours.items()]
        return {
            "origin": self._origin,
            "newest": self._newest,
            "places": np.packbits(heard).tobytes(),
            "last": self._view[heard].astype("<u2").tobytes(),
            "hours": hours,
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._origin, self._newest = plain["origin"], plain["newest"]
        self._view[:] = 0
        heard = np.unpackbits(np.frombuffer(plain["places"], dtype=np.uint8)).astype(bool)
        self._view[heard] = np.frombuffer(plain["last"], dtype="<u2")
        self._hours = {hour: int.from_bytes(bitmap, "little") for hour, bitmap in plain["hours"]}


def _estimate(filled: int) -> int:
    empty = PLACES - filled
    return round(-PLACES * log(empty / PLACES)) if empty else 8 * PLACES
