"""Writes the board's lines down every minute, so that a restart forgets no more of a score's day than that."""

from datetime import datetime
from itertools import takewhile

from sentinel.clock import Clock
from sentinel.daemon.board_keeper import DAY, BoardKeeper, Line
from sentinel.store.health import StoreFailing
from sentinel.store.scores import Point, ScoreStore

EVERY = 60.0
"""Seconds between writes."""
AT_ONCE = 500
"""Points in one transaction, of which others wait for the end."""


class ScoreLog:
    """Implements the pages' `ScoreReader`."""

    def __init__(self, store: ScoreStore, board: BoardKeeper, clock: Clock) -> None:
        self._store = store
        self._board = board
        self._clock = clock
        self._written: dict[str, Point] = {}
        """The newest point of each brand that is on disk."""

    async def load(self) -> None:
        """At a start: the board goes on where the last run left it, as far as the store can be read."""
        now = self._clock.now()
        try:
            known = await self._store.since(now - DAY)
        except StoreFailing:
            return
        for brand in self._board.lines():
            if points := [point for point in known.get(brand, ()) if point[0] <= now]:
                self._board.recall(brand, points)
                self._written[brand] = points[-1]

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._clock.sleep(EVERY)
            await self.write()

    async def write(self) -> None:
        """What is new since the last time; what a failing store does not take stays on the board, and is written
        later.
        """
        news = [(brand, point) for brand, line in self._board.lines().items() for point in self._news_of(brand, line)]
        for begin in range(0, len(news), AT_ONCE):
            try:
                await self._store.write(news[begin : begin + AT_ONCE])
            except StoreFailing:
                return
            self._written |= dict(news[begin : begin + AT_ONCE])

    async def between(self, brand: str, begin: datetime, end: datetime) -> list[Point]:
        """A brand's points of a while, oldest first: the store's, with what the board has newer."""
        try:
            stored = dict(await self._store.between(brand, begin, end))
        except StoreFailing:
            stored = {}
        newer = {at: score for at, score in self._board.lines().get(brand, ()) if begin <= at <= end}
        return sorted((stored | newer).items())

    async def prune(self, before: datetime) -> None:
        """Let go of what is older than that and of no incident."""
        await self._store.prune(before)

    def _news_of(self, brand: str, line: Line) -> list[Point]:
        """What a line has at its end that is not written."""
        return list(takewhile(lambda point: self._is_news(brand, point), reversed(line)))[::-1]

    def _is_news(self, brand: str, point: Point) -> bool:
        before = self._written.get(brand)
        return before is None or point[0] > before[0] or (point[0] == before[0] and point[1] != before[1])
