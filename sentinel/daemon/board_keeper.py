"""Keeps the board: the engine's brands and the runner's sources as one picture, made at most once a change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from sentinel.engine.board import Board, BrandCard, SourceCard
from sentinel.engine.engine import Engine
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level

DAY = timedelta(hours=24)
EVERY = timedelta(minutes=5)
"""Width of one point of a brand's line on the page; the highest score in it is shown."""
POINTS = DAY // EVERY
AT_ONCE = 500
"""Brands whose line gets its point of a new slot at one tick, unless their score is news: of very many all are a tenth
of a second's work.
"""
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
        self._slot: datetime | None = None
        self._points: dict[float | None, tuple[datetime, float | None]] = {}
        """Points of this slot: most brands have the same one."""
        self._behind: dict[int, None] = {}
        """Places of brands whose line has no point of this slot yet."""
        self._silent: frozenset[str] = frozenset()
        self._board: Board | None = None
        self._cards: list[BrandCard] = []
        self._begin()
        self.note(now)

    def _begin(self) -> None:
        """The engine has other brands than before, or these for the first time."""
        self._brands = self._engine.brands
        self._seen = [state.assessment for state in self._brands]
        """By place, as the other lists: what each line's newest point has seen."""
        self._incidents = [state.incident for state in self._brands]
        self._blind: list[tuple[str, ...]] = [self._engine.blind_for(place) for place in range(len(self._brands))]
        """Of each brand the sources that were silent at the latest tick: of very many not each is judged anew at once,
        and nobody is called calm meanwhile.
        """
        self._doubted: dict[int, tuple[Assessment, Assessment]] = {}
        """Of such a brand its latest assessment, and what of it still holds."""
        known = {card.name: card for card in self._cards}
        self._cards = [known.get(state.name) or _unknown(state.name) for state in self._brands]
        self._moved = dict.fromkeys(range(len(self._brands)))
        """Places of brands whose card is made anew when somebody looks."""
        self._behind = dict.fromkeys(self._moved)

    def note(self, now: datetime) -> None:
        """Scores may have changed: remember them, and make the next board anew."""
        self._now = now
        self._board = None
        if self._engine.brands is not self._brands:
            self._begin()
        self._look_at_sources()
        begins = self._turn_slot(now)
        for place, state in enumerate(self._brands):
            seen = self._seen[place]
            if state.assessment is not seen:
                if place in self._behind and not begins:
                    self._point(place, seen)  # that held when the slot began
                self._seen[place] = state.assessment
                self._point(place, state.assessment)
            if state.incident is not self._incidents[place]:
                self._incidents[place] = state.incident
                self._moved[place] = None
        for place in list(islice(self._behind, AT_ONCE)):
            self._point(place, self._seen[place])

    def _look_at_sources(self) -> None:
        if self._engine.silent.names == self._silent:
            return
        self._silent = self._engine.silent.names
        for place, before in enumerate(self._blind):
            if (blind := self._engine.blind_for(place)) != before:
                self._blind[place] = blind
                self._moved[place] = None

    def _turn_slot(self, now: datetime) -> bool:
        """Whether another slot begins; no line lacks the point of the one before."""
        slot = now - (now - _ORIGIN) % EVERY
        if slot == self._slot:
            return False
        if self._slot is not None:
            for place in list(self._behind):
                self._point(place, self._seen[place])
        self._slot, self._points, self._behind = slot, {}, dict.fromkeys(range(len(self._brands)))
        return True

    def _point(self, place: int, seen: Assessment | None) -> None:
        """The line of the brand there has seen this in the present slot; the highest score is its point."""
        assert self._slot is not None, "a slot begins first"
        self._behind.pop(place, None)
        self._moved[place] = None
        name, slot, score = self._brands[place].name, self._slot, seen.score if seen else None
        line = self._lines.get(name, ())
        again = bool(line) and line[-1][0] == slot
        if again:
            score = _higher(line[-1][1], score)
            if score == line[-1][1]:
                return
        point = self._points.setdefault(score, (slot, score))
        self._lines[name] = (*line[:-1], point) if again else (*line[1 - POINTS :], point)

    def lines(self) -> dict[str, Line]:
        """Each brand's points of the last day, oldest first."""
        return {state.name: self._lines.get(state.name, ()) for state in self._engine.brands}

    def recall(self, brand: str, points: Sequence[tuple[datetime, float | None]]) -> None:
        """What an earlier run noted of a brand, before what this one has."""
        known = dict(points)
        for slot, score in self._lines.get(brand, ()):
            known[slot] = _higher(known.get(slot), score)
        self._lines[brand] = tuple(sorted(known.items())[-POINTS:])
        self._begin_anew()

    def rename(self, names: Mapping[str, str]) -> None:
        """Brands are called so now; what is known of their day goes on."""
        for old, new in names.items():
            if (line := self._lines.pop(old, None)) is not None and new not in self._lines:
                self._lines[new] = line
        self._begin_anew()

    def board(self) -> Board:
        """The picture of the latest tick."""
        if self._board is None:
            if self._engine.brands is not self._brands:
                self._begin()
            for place in self._moved:
                self._cards[place] = self._card(place)
            self._moved = {}
            sources, queue = tuple(self._sources()), self._queue()
            self._board = Board(at=self._now, brands=tuple(self._cards), sources=sources, queue=queue)
        return self._board

    def _begin_anew(self) -> None:
        """Lines are others than before."""
        self._moved = dict.fromkeys(range(len(self._brands)))
        self._board = None

    def _card(self, place: int) -> BrandCard:
        name, incident, known = self._brands[place].name, self._incidents[place], self._cards[place]
        seen, line = self._holds(place), self._lines.get(name, ())
        blind = seen.unseen if seen is not None else self._blind[place]
        same = known.assessment is seen and known.incident is incident
        if same and known.history is line and known.blind == blind:
            return known
        return BrandCard(name=name, assessment=seen, incident=incident, blind=blind, history=line)

    def _holds(self, place: int) -> Assessment | None:
        """Its latest assessment; of one from before sources fell silent a lower bound, unknown below an alert."""
        seen, silent = self._seen[place], self._blind[place]
        if seen is None or silent == seen.unseen or set(silent) <= set(seen.unseen):
            self._doubted.pop(place, None)
            return seen
        unseen = tuple(sorted({*seen.unseen, *silent}))
        of, holds = self._doubted.get(place, (None, seen))
        if of is not seen or holds.unseen != unseen:
            score = seen.score if seen.level.rank >= Level.ALERT.rank else None
            holds = replace(seen, score=score, unseen=unseen)
            self._doubted[place] = seen, holds
        return holds


def _unknown(name: str) -> BrandCard:
    return BrandCard(name=name, assessment=None, incident=None, blind=(), history=())


def _higher(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


_ORIGIN = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
