"""Figures of the fold: what it counts goes to the metrics, and after each tick the board and whoever looks at it."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from sentinel.daemon.board_keeper import BoardKeeper
from sentinel.daemon.decision_log import say_observed
from sentinel.engine.classification import Graded
from sentinel.metrics.metrics import Metrics
from sentinel.signals.base import Observation


class FoldFigures:
    """Implements the fold's `FoldMeter`.

    Parameters
    ----------
    board
        Gives the board; it is built after the fold, for it shows its queue.
    changed
        Called when pages show something else than before.
    """

    def __init__(self, metrics: Metrics, board: Callable[[], BoardKeeper], changed: Callable[[], None]) -> None:
        self._metrics = metrics
        self._board = board
        self._changed = changed
        self.took, self.taught = metrics.took, metrics.taught
        self._says_each = structlog.get_logger(__name__).is_enabled_for(logging.DEBUG)
        """Asked once: of each mention it costs more than the line would say."""

    def observed(self, observations: Sequence[Observation]) -> None:
        """Mentions that were about a brand."""
        if self._says_each:
            say_observed(observations)
        for each in observations:
            self._metrics.mention(each.brand, each.sentiment.label)

    def graded(self, graded: Sequence[Graded]) -> None:
        """Texts that came with their true label."""
        for each in graded:
            self._metrics.graded(each.lang, each.said is each.truth)

    def ticked(self, at: datetime) -> None:
        """Scores may have changed."""
        board = self._board()
        board.note(at)
        self._metrics.board(board.board())
        self._changed()
