"""The pulse of a process under test: how long it has lived, as far as it was let live, in a file that its test reads.

A process beats while it runs. Between two beats no more than `MOST` counts as lived, however long a loaded machine kept
it waiting: so what a test waits for is bounded by what the process could have done, not by a wall clock.
"""

import mmap
import struct
import time
from pathlib import Path

EVERY = 0.02
"""Seconds between beats."""
MOST = 0.1
"""Seconds that a beat may count for."""
_SHAPE = struct.Struct("<ddQ")


class Pulse:
    """One process's pulse, or that of several which follow one another: `lived` goes on where the last one ended.

    Parameters
    ----------
    path
        A file, made where there is none. One living process beats; others read.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_SHAPE.pack(0.0, 0.0, 0))
        with path.open("r+b") as file:
            self._kept = mmap.mmap(file.fileno(), _SHAPE.size)
        self._last = self.lived, time.monotonic()

    @property
    def lived(self) -> float:
        """Seconds lived until the last beat."""
        return float(_SHAPE.unpack_from(self._kept)[0])

    @property
    def shift(self) -> float:
        """Seconds by which somebody has set the process's wall clock ahead."""
        return float(_SHAPE.unpack_from(self._kept)[1])

    @property
    def beats(self) -> int:
        return int(_SHAPE.unpack_from(self._kept)[2])

    # -- for the process
    # ---------------------------------------------------------------------------------------------------------

    def beat(self) -> None:
        self._last = now, _ = self.now, time.monotonic()
        _, shift, beats = _SHAPE.unpack_from(self._kept)
        _SHAPE.pack_into(self._kept, 0, now, shift, beats + 1)

    @property
    def now(self) -> float:
        """Seconds lived until this instant."""
        lived, at = self._last
        return lived + min(time.monotonic() - at, MOST)

    # -- for its test, while nobody beats
    # ---------------------------------------------------------------------------------------------------------

    def absent(self, seconds: float) -> None:
        """Time goes by although no process lives."""
        lived, shift, beats = _SHAPE.unpack_from(self._kept)
        _SHAPE.pack_into(self._kept, 0, lived + seconds, shift, beats)

    def set_clock(self, seconds: float) -> None:
        """Somebody sets the wall clock ahead, or back where ``seconds`` is negative; also while the process lives."""
        struct.pack_into("<d", self._kept, 8, self.shift + seconds)
