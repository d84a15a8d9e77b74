"""Draws the board's lines for pages, off the event loop and within a bound: a page never waits long for its picture,
nor fails by it.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

import structlog

from sentinel.engine.board import Board, BrandCard
from sentinel.notify.chart import ChartFacts, a_sample, draw
from sentinel.notify.pools import Crashed, Pool
from sentinel.scoring.thresholds import Thresholds

PATIENCE = 1.0
"""Seconds a page waits for its chart to be begun, and again for it to be done."""
WARMING = 120.0
KEPT = 8
log = structlog.get_logger(__name__)


class BoardCharts:
    """Implements `Charts` over the board.

    Parameters
    ----------
    board, thresholds, zone
        As they are now; thresholds by a brand's name, ``None`` for one that is gone.
    patience
        Seconds.
    """

    def __init__(
        self,
        board: Callable[[], Board],
        thresholds: Callable[[str], Thresholds | None],
        zone: Callable[[], tzinfo],
        *,
        patience: float = PATIENCE,
    ) -> None:
        self.missed = 0
        """Pages that went without a chart they should have had."""
        self._board = board
        self._thresholds = thresholds
        self._zone = zone
        self._patience = patience
        self._pool = Pool(1)
        self._warm = False
        self._drawn: dict[tuple[str, str, datetime], bytes] = {}

    async def warm(self) -> None:
        """Draw one for nobody: the first takes seconds, which no page should wait for. Until then pages go without."""
        try:
            await self._pool.call(lambda: draw(a_sample("Sentinel", "en", _ONCE)), WARMING)
        except (TimeoutError, Crashed) as error:
            log.warning("no_charts", reason=str(error) or "timeout")
        else:
            self._warm = True
            log.info("charts_ready")

    async def of(self, incident: str, language: str) -> bytes | None:
        """A PNG about an incident's brand; ``None`` when it could not be drawn in time."""
        board = self._board()
        card = next((each for each in board.brands if each.incident is not None and each.incident.id == incident), None)
        thresholds = self._thresholds(card.name) if card is not None else None
        if card is None or thresholds is None:
            return None
        key = (incident, language, board.at)
        if key in self._drawn:
            return self._drawn[key]
        if not self._warm:
            self._miss("warming")
            return None
        try:
            png = await self._draw(self._facts(card, thresholds, language))
        except TimeoutError:
            self._miss("slow")
            return None
        except Crashed as crash:
            self._miss(str(crash))
            return None
        self._drawn[key] = png
        while len(self._drawn) > KEPT:
            del self._drawn[next(iter(self._drawn))]
        return png

    async def _draw(self, facts: ChartFacts) -> bytes:
        async with asyncio.timeout(self._patience):
            await self._pool.slots.acquire()
        try:
            return await self._pool.call(lambda: draw(facts), self._patience)
        finally:
            self._pool.slots.release()

    def _facts(self, card: BrandCard, thresholds: Thresholds, language: str) -> ChartFacts:
        assert card.incident is not None
        return ChartFacts(
            brand=card.name,
            language=language,
            zone=self._zone(),
            level=card.incident.level,
            score=card.incident.score,
            at_least=card.incident.at_least,
            line=card.history,
            thresholds=thresholds,
            contributions=card.incident.contributions,
        )

    def _miss(self, reason: str) -> None:
        self.missed += 1
        if self.missed == 1:
            log.warning("page_without_chart", reason=reason)
        else:
            log.debug("page_without_chart", reason=reason, missed=self.missed)


_ONCE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Of the drawing that nobody sees."""
