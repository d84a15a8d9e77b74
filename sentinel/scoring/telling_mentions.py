"""Telling mentions: the last ones that complain, the most telling of which are shown."""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from math import log10
from operator import itemgetter
from typing import Any, TypeAlias

from sentinel.mention import Mention, decode_stored, encode_mention

SHOWN = 5
REMEMBERED = 20
FRESH = timedelta(hours=1)
"""What is older is not shown."""

_Ranked: TypeAlias = tuple[datetime, tuple[float, tuple[str, str]], Mention]
"""When it was said, its rank (by weight, the heaviest first, then by key), and the mention."""
_RANK = itemgetter(1)


class TellingMentions:
    """The last twenty, kept in order of rank as they come: the shown ones are asked for at every look."""

    def __init__(self) -> None:
        self._latest: deque[_Ranked] = deque()
        self._ranked: list[_Ranked] = []

    def __bool__(self) -> bool:
        return bool(self._latest)

    def add(self, at: datetime, negative: float, audience: int, mention: Mention) -> None:
        """A mention as negative as that, whose author has so many followers."""
        self._add((at, (-(negative + 0.1 * log10(1 + audience)), mention.key), mention))

    def _add(self, ranked: _Ranked) -> None:
        if len(self._latest) >= REMEMBERED:
            oldest = self._latest.popleft()
            del self._ranked[bisect_left(self._ranked, oldest[1], key=_RANK)]  # of equal ranks the oldest is first
        self._latest.append(ranked)
        insort(self._ranked, ranked, key=_RANK)

    def shown(self, now: datetime) -> tuple[Mention, ...]:
        """Up to five of the last hour, the most telling first."""
        since, found = now - FRESH, []
        for at, _, mention in self._ranked:
            if at >= since:
                found.append(mention)
                if len(found) == SHOWN:
                    break
        return tuple(found)

    def forget(self, key: tuple[str, str]) -> None:
        """A mention was deleted where it stood."""
        self._take([each for each in self._latest if each[2].key != key])

    def reword(self, reword: Callable[[Mention], Mention]) -> None:
        """They are shown in other words from now on."""
        self._take([(at, rank, reword(mention)) for at, rank, mention in self._latest])

    def _take(self, latest: list[_Ranked]) -> None:
        self._latest, self._ranked = deque(latest), sorted(latest, key=_RANK)

    def _fresh(self) -> Iterator[_Ranked]:
        """Those that may still be shown: what is an hour older than the newest is not."""
        newest = max((at for at, _, _ in self._latest), default=None)
        return (each for each in self._latest if newest is None or newest - each[0] <= FRESH)

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return [[at, -rank[0], encode_mention(mention)] for at, rank, mention in self._fresh()]

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        read = ((at, weight, decode_stored(body)) for at, weight, body in plain)
        self._take([(at, (-weight, mention.key), mention) for at, weight, mention in read])
