"""Keeps the board: the engine's brands and the runner's sources as one picture, made at most once a change."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sentinel.engine.board import Board, BrandCard, SourceCard
from sentinel.engine.engine import Engine

DAY = timedelta(hours=24)
EVERY = timedelta(minutes=5)
"""Width of one point of a brand's line on the page; the highest score in it is shown."""
POINTS = DAY // EVERY


class BoardKeeper:
    """Makes the board.

    Parameters
    ----------
    sources
        Gives the sources' cards now.
    queue
        Gives the number of mentions that wait to be folded.
    """

    def __init__(
        self, engine: Engine, sources: Callable[[], Sequence[SourceCard]], queue: Callable[[], int], now: datetime
    ) -> None:
        self._engine = engine
        self._sources = sources
        self._queue = queue
        self._lines: dict[str, deque[tuple[datetime, float | None]]] = {}
        self._board: Board | None = None
        self.note(now)

    def note(self, now: datetime) -> None:
        """Scores may have changed: remember them, and make the next board anew."""
        self._now = now
        self._board = None
        slot = now - (now - _ORIGIN) % EVERY
        for state in self._engine.brands:
            line = self._lines.setdefault(state.name, deque(maxlen=POINTS))
            score = state.assessment.score if state.assessment else None
            if line and line[-1][0] == slot:
                line[-1] = (slot, _higher(line[-1][1], score))
            else:
                line.append((slot, score))

    def lines(self) -> dict[str, tuple[tuple[datetime, float | None], ...]]:
        """Each brand's points of the last day, oldest first."""
        return {state.name: tuple(self._lines.get(state.name, ())) for state in self._engine.brands}

    def recall(self, brand: str, points: Sequence[tuple[datetime, float | None]]) -> None:
        """What an earlier run noted of a brand, before what this one has."""
        known = dict(points)
        for slot, score in self._lines.get(brand, ()):
            known[slot] = _higher(known.get(slot), score)
        self._lines[brand] = deque(sorted(known.items()), maxlen=POINTS)
        self._board = None

    def rename(self, names: Mapping[str, str]) -> None:
        """Brands are called so now; what is known of their day goes on."""
        for old, new in names.items():
            if (line := self._lines.pop(old, None)) is not None and new not in self._lines:
                self._lines[new] = line
        self._board = None

    def board(self) -> Board:
        """The picture of the latest tick."""
        if self._board is None:
            self._board = Board(
                at=self._now,
                brands=tuple(
                    BrandCard(
                        name=state.name,
                        assessment=state.assessment,
                        incident=state.incident,
                        blind=state.assessment.unseen if state.assessment else self._engine.blind_for(index),
                        history=tuple(self._lines.get(state.name, ())),
                    )
                    for index, state in enumerate(self._engine.brands)
                ),
                sources=tuple(self._sources()),
                queue=self._queue(),
            )
        return self._board


def _higher(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


_ORIGIN = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
