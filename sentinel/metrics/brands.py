"""What is shown of each brand, at most 25 series with every shipped signal: with thousands of brands each one more is
thousands.

Times, verdicts and stages that a brand does not need of its own are counted once for all
(``sentinel/metrics/metrics.py``).
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sentinel.engine.board import BrandCard
from sentinel.incidents.incident import Incident, State
from sentinel.metrics.table import Table, Tables
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level
from sentinel.scoring.thresholds import Thresholds

OPEN_LEVELS = (Level.WATCH, Level.ALERT, Level.CRISIS)
BOUNDED = (Level.ALERT, Level.CRISIS)
"""Levels that are shown while a source is silent; below them a brand is unknown."""
NOBODY, SOMEBODY = "nobody", "somebody"
"""Who has an incident: nobody yet; somebody whose name is no contact of the configuration."""


class BrandFigures:
    """Scores, levels and who has what.

    Parameters
    ----------
    acknowledged
        Told once an incident, when it is first acknowledged: after how many seconds, and which.
    """

    def __init__(self, tables: Tables, acknowledged: Callable[[float, Incident], None]) -> None:
        self._acknowledged = acknowledged
        self._score = tables.gauge(
            "crisis_score", "0 to 100; NaN is unknown; a lower bound while a source of the brand's is stale.", "brand"
        )
        self._bounds = tables.gauge("brands_lower_bound", "Brands whose score is only a lower bound.", "level")
        self._bounded: dict[str, Level] = {}
        self._level = tables.gauge("brand_level", "0 calm, 1 watch, 2 alert, 3 crisis; NaN is unknown.", "brand")
        self._points = tables.gauge(
            "signal_points", "What a signal adds to the score; NaN is unknown.", "brand", "signal"
        )
        self._threshold = tables.gauge("score_threshold", "The score from which a level holds.", "brand", "level")
        self._open = tables.gauge("incidents_open", "Incidents that are not over.", "brand", "level")
        self._taken: Table = tables.gauge(
            "incident_acknowledge_seconds",
            "From opening to whoever has the incident now; NaN while nobody has one.",
            "brand",
            "contact",
        )
        self._holders: dict[str, str] = {}
        self._contacts: dict[str, str] = {}
        self._signals: tuple[str, ...] = ()
        self._thresholds: Mapping[str, Thresholds] = {}
        self._shown: dict[str, tuple[Assessment | None, Incident | None]] = {}
        self._board: tuple[BrandCard, ...] = ()
        """The cards of the latest board."""
        self._owed: dict[str, Assessment | None] = {}
        """What is written into the series of scores once somebody asks for them: ticks are more than scrapes."""
        tables.before(self._settle)
        self._known: dict[str, str] = {}
        """Brand to its latest incident whose acknowledgement was told, or had happened before we looked."""

    def declare(
        self,
        brands: Iterable[str],
        signals: Iterable[str],
        thresholds: Mapping[str, Thresholds],
        contacts: Mapping[str, str],
    ) -> None:
        """Every series that the configuration calls for."""
        brands, before = tuple(brands), (self._signals, self._contacts)
        self._signals = tuple(signals)
        self._contacts = {name: key for key, name in contacts.items()} | {key: key for key in contacts}
        self._holders = {brand: self._holders.get(brand, NOBODY) for brand in brands}
        self._shown = {
            brand: shown
            for brand, shown in self._shown.items()
            if brand in self._holders
            and before[0] == self._signals
            and (shown[1] is None or before[1] == self._contacts)
        }
        self._board = ()
        self._owed = {brand: seen for brand, seen in self._owed.items() if brand in self._holders}
        self._score.declare_brands(brands, start=math.nan)
        self._level.declare_brands(brands, start=math.nan)
        self._bounds.declare((level.value,) for level in BOUNDED)
        self._bounded = {brand: level for brand, level in self._bounded.items() if brand in self._holders}
        for level in BOUNDED:
            if (cell := self._bounds.get(level.value)) is not None:
                cell.set(sum(each is level for each in self._bounded.values()))
        self._points.declare_brands(brands, tuple((signal,) for signal in self._signals), start=math.nan)
        self._open.declare_brands(brands, tuple((level.value,) for level in OPEN_LEVELS))
        self._taken.declare(self._holders.items(), start=math.nan)
        if thresholds != self._thresholds:
            self._declare_thresholds(dict(thresholds), brands)

    def _declare_thresholds(self, thresholds: Mapping[str, Thresholds], brands: Sequence[str]) -> None:
        steps = {(b, level.value): score for b in brands if b in thresholds for level, score in thresholds[b].steps}
        self._threshold.declare(steps)
        for labels, score in steps.items():
            if (cell := self._threshold.get(*labels)) is not None:
                cell.set(score)
        self._thresholds = thresholds

    def board(self, cards: tuple[BrandCard, ...]) -> None:
        """All brands as they stand; who has the same card as before has not moved."""
        before, self._board = self._board, cards
        moved = (
            (card for was, card in zip(before, cards, strict=True) if card is not was)
            if len(before) == len(cards)
            else cards
        )
        for card in moved:
            self.assessed(card)

    def assessed(self, card: BrandCard) -> None:
        """One brand as it stands; costs next to nothing where nothing moved."""
        shown = (card.assessment, card.incident)
        before = self._shown.get(card.name)
        if card.name not in self._holders or (before is not None and before[0] is shown[0] and before[1] is shown[1]):
            return
        self._shown[card.name] = shown
        if before is None and card.assessment is None and card.incident is None:
            return  # as it was declared
        if before is None or before[0] is not card.assessment:
            self._owed[card.name] = card.assessment
        if before is None or before[1] is not card.incident:
            self._stands(card.name, card.incident, first=before is None)

    def _settle(self) -> Iterator[None]:
        """Write what is owed, with a break after each brand."""
        while self._owed:
            self._scored(*self._owed.popitem())
            yield

    def _scored(self, brand: str, seen: Assessment | None) -> None:
        score = seen.score if seen is not None else None
        if (before := self._bounded.pop(brand, None)) is not None:
            self._count_bounded(-1, before)
        if seen is not None and score is not None and seen.unseen:
            self._bounded[brand] = seen.level
            self._count_bounded(1, seen.level)
        for table, value in (
            (self._score, score),
            (self._level, float(seen.level.rank) if seen and score is not None else None),
        ):
            if (cell := table.get(brand)) is not None:
                cell.set(math.nan if value is None else value)
        for signal in self._signals:
            if (cell := self._points.get(brand, signal)) is not None:
                cell.set(math.nan if score is None or seen is None else seen.contributions.get(signal, 0.0))

    def _count_bounded(self, more: int, level: Level) -> None:
        if (cell := self._bounds.get(level.value)) is not None:
            cell.inc(more)

    def _stands(self, brand: str, incident: Incident | None, *, first: bool) -> None:
        level = incident.level if incident is not None and incident.live else None
        for each in OPEN_LEVELS:
            if (cell := self._open.get(brand, each.value)) is not None:
                cell.set(each is level)
        holder, took = NOBODY, math.nan
        taken = incident.acknowledgement if incident is not None and incident.state is State.ACKNOWLEDGED else None
        if incident is not None and taken is not None:
            holder = self._contacts.get(taken.by, SOMEBODY)
            took = (taken.at - incident.opened_at).total_seconds()
            if self._known.get(brand) != incident.id:
                self._known[brand] = incident.id
                if not first and not incident.drill:  # what a start finds acknowledged was counted by the run before
                    self._acknowledged(took, incident)
        self._taken.move((brand, self._holders[brand]), (brand, holder))
        self._holders[brand] = holder
        if (cell := self._taken.get(brand, holder)) is not None:
            cell.set(took)
