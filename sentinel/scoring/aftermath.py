"""What is left of a crisis that people have been told of: for some days the mood may stay as bad without being news
again.
"""

from typing import Any

HALF_LIFE = 72.0
"""Hours after which half of the bad mood of the last alert is still expected."""
CALMING = 12.0
"""Hours of a good mood that end it, about; a sleepless half of a day or one good hour do not."""
CLIP = 5.0
"""Standard errors that one hour of a crisis adds to what is expected afterwards, at most."""


class Aftermath:
    """A cumulative sum starts anew after its alarm, around the level it has found (Page 1954); this one's level fades.

    Examples
    --------
    >>> aftermath = Aftermath()
    >>> aftermath.bad(4.0), aftermath.begin(100), aftermath.expected(100), aftermath.expected(172)
    (None, True, 4.0, 2.0)
    >>> aftermath.begin(180), aftermath.expected(172)
    (False, 2.0)
    >>> aftermath.bad(0.5), aftermath.begin(172), aftermath.expected(172)
    (None, True, 2.0)
    """

    def __init__(self) -> None:
        self._sum = 0.0
        self._hours = 0
        self._since: int | None = None
        self._level = 0.0
        self._over = False

    def bad(self, z: float) -> None:
        """An hour of an alert or a crisis, and by how many standard errors its mood was worse than usual."""
        self._sum += min(CLIP, max(0.0, z))
        self._hours += 1
        self._over = False

    def calming(self, hour: int, z: float) -> None:
        """An hour without alert: where people have calmed down, no more is expected of them than that."""
        known = self.expected(hour)
        if z < known:
            self._since, self._level = hour, known + (max(0.0, z) - known) / CALMING

    def begin(self, hour: int) -> bool:
        """The worst is over, the level has fallen: False when there was no alert to come down from."""
        if not self._hours:
            return False
        self._since, self._level = hour, max(self._sum / self._hours, self.expected(hour))
        self._sum, self._hours = 0.0, 0
        return True

    def expected(self, hour: int) -> float:
        """Standard errors by which this hour's mood may be worse than usual without being news."""
        return self._level * 0.5 ** ((hour - self._since) / HALF_LIFE) if self._since is not None else 0.0

    def end(self) -> None:
        """It is calm: from now on, what has been told is no news."""
        self._over = True

    def told(self, hour: int) -> float:
        """The same as `expected` once it has been calm; 0 before, so that an alert fades by itself and is not talked
        away.
        """
        return self.expected(hour) if self._over else 0.0

    def lasts(self, hour: int) -> bool:
        """Whether it has been calm, and not for long, since people were told of a crisis: they may still be loud."""
        return self._over and self._since is not None and hour - self._since < HALF_LIFE

    def snapshot(self) -> list[float | int | None]:
        """Plain values for a checkpoint."""
        return [self._sum, self._hours, self._since, self._level, self._over]

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._sum, self._hours, self._since, self._level, self._over = plain
