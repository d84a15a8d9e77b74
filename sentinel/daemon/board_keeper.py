"""Keeps the board: the engine's brands and the runner's sources as one picture, made at most once a change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sentinel.engine.board import Board, BrandCard, SourceCard
from sentinel.engine.brand_state import BrandState
from sentinel.engine.engine import Engine
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level

DAY = timedelta(hours=24)
EVERY = timedelta(minutes=5)
"""Width of one point of a brand's line on the page; the highest score in it is shown."""
POINTS = DAY // EVERY
Line = tuple[tuple[datetime, float | None], ...]


class BoardKeeper:
    """Makes the board; of very many brands, only what changed of it.

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
        self._lines: dict[str, Line] = {}
        self._noted: dict[str, Assessment | None] = {}
        """What each line's newest point has seen."""
        self._slot: datetime | None = None
        self._points: dict[float | None, tuple[datetime, float | None]] = {}
        """Points of this slot: most brands have the same one."""
        self._blind: dict[str, tuple[str, ...]] = {}
        """Brands some of whose sources were silent at the latest tick: of very many not each is judged anew at once,
        and nobody is called calm meanwhile.
        """
        self._doubted: dict[str, tuple[Assessment, Assessment]] = {}
        """Of such a brand its latest assessment, and what of it still holds."""
        self._cards: dict[str, BrandCard] = {}
        self._board: Board | None = None
        self.note(now)

    def note(self, now: datetime) -> None:
        """Scores may have changed: remember them, and make the next board anew."""
        self._now = now
        self._board = None
        slot = now - (now - _ORIGIN) % EVERY
        if slot != self._slot:
            self._slot, self._points, self._noted = slot, {}, {}
        blind = ((state.name, self._engine.blind_for(index)) for index, state in enumerate(self._engine.brands))
        self._blind = {name: sources for name, sources in blind if sources}
        for state in self._engine.brands:
            if state.name not in self._noted or self._noted[state.name] is not state.assessment:
                self._noted[state.name] = state.assessment
                self._note_brand(state, slot)

    def _note_brand(self, state: BrandState, slot: datetime) -> None:
        line = self._lines.get(state.name, ())
        score = state.assessment.score if state.assessment else None
        again = bool(line) and line[-1][0] == slot
        if again:
            score = _higher(line[-1][1], score)
            if score == line[-1][1]:
                return
        point = self._points.setdefault(score, (slot, score))
        self._lines[state.name] = (*line[:-1], point) if again else (*line[1 - POINTS :], point)

    def lines(self) -> dict[str, Line]:
        """Each brand's points of the last day, oldest first."""
        return {state.name: self._lines.get(state.name, ()) for state in self._engine.brands}

    def recall(self, brand: str, points: Sequence[tuple[datetime, float | None]]) -> None:
        """What an earlier run noted of a brand, before what this one has."""
        known = dict(points)
        for slot, score in self._lines.get(brand, ()):
            known[slot] = _higher(known.get(slot), score)
        self._lines[brand] = tuple(sorted(known.items())[-POINTS:])
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
            before = self._cards
            self._doubted = {name: each for name, each in self._doubted.items() if name in self._blind}
            cards = [self._card(index, state, before) for index, state in enumerate(self._engine.brands)]
            self._cards = {card.name: card for card in cards}
            self._board = Board(at=self._now, brands=tuple(cards), sources=tuple(self._sources()), queue=self._queue())
        return self._board

    def _card(self, index: int, state: BrandState, before: Mapping[str, BrandCard]) -> BrandCard:
        seen, line = self._holds(state), self._lines.get(state.name, ())
        blind = seen.unseen if seen is not None else self._blind.get(state.name) or self._engine.blind_for(index)
        known = before.get(state.name)
        same = known is not None and known.assessment is seen and known.incident is state.incident
        if known is not None and same and known.history is line and known.blind == blind:
            return known
        return BrandCard(name=state.name, assessment=seen, incident=state.incident, blind=blind, history=line)

    def _holds(self, state: BrandState) -> Assessment | None:
        """Its latest assessment; of one from before sources fell silent a lower bound, unknown below an alert."""
        seen, silent = state.assessment, self._blind.get(state.name, ())
        if seen is None or silent == seen.unseen or set(silent) <= set(seen.unseen):
            return seen
        unseen = tuple(sorted({*seen.unseen, *silent}))
        of, holds = self._doubted.get(state.name, (None, seen))
        if of is not seen or holds.unseen != unseen:
            score = seen.score if seen.level.rank >= Level.ALERT.rank else None
            holds = replace(seen, score=score, unseen=unseen)
            self._doubted[state.name] = seen, holds
        return holds


def _higher(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


_ORIGIN = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
