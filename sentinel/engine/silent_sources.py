"""Silent sources: which sources say nothing that should, and whose scores are lower bounds for it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sentinel.engine.brand_state import BrandState
from sentinel.engine.setup import BrandSetup
from sentinel.incidents.change import Event, EventName
from sentinel.scoring.level import Level
from sentinel.silent_part import part_of


class SilentSources:
    """Names of the sources, and of parts of sources, that are silent now."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()
        self._hiding: dict[tuple[str, ...], tuple[str, ...]] = {}
        """By what brands listen to, which many do alike."""

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.names)

    def turn(
        self, source: str, fresh: bool, setups: Sequence[BrandSetup], states: Sequence[BrandState], now: datetime
    ) -> Iterator[tuple[int, Event]]:
        """A source went silent or came back: gives the brands that listen to it, which are told, each with what the
        outside reads of it; none when it is no news.
        """
        if fresh == (source not in self.names):
            return
        self.names, self._hiding = self.names ^ {source}, {}
        for index, (setup, state) in enumerate(zip(setups, states, strict=True)):
            if _listens(setup.sources, source):
                unseen = self.hiding(setup.sources)
                state.blind(bool(unseen), now)
                yield index, _event(state, source, fresh, unseen, now)

    def tell(self, setups: Sequence[BrandSetup], states: Sequence[BrandState], now: datetime) -> None:
        """Brands may be new, or listen to other sources than before; whoever knows is not told again."""
        self._hiding = {}  # what brands listened to before is nobody's any more
        for setup, state in zip(setups, states, strict=True):
            if (blind := bool(self.hiding(setup.sources))) != state.is_blind:
                state.blind(blind, now)

    def hiding(self, listens: tuple[str, ...]) -> tuple[str, ...]:
        """Those that may hide mentions of a brand that listens to these sources, or, when there are none, to all."""
        if (found := self._hiding.get(listens)) is None:
            found = self._hiding[listens] = tuple(sorted(each for each in self.names if _listens(listens, each)))
        return found


def _listens(sources: Sequence[str], name: str) -> bool:
    """Whether a brand that listens to these sources (none: to all) needs this one, or the one that it is a part of."""
    return not sources or any(part_of(each, name) is not None for each in sources)


def _event(state: BrandState, source: str, fresh: bool, unseen: tuple[str, ...], now: datetime) -> Event:
    seen = state.assessment
    shown = seen if seen is not None and seen.level.rank >= Level.ALERT.rank else None
    return Event(
        event=EventName.SOURCE_RECOVERED if fresh else EventName.SOURCE_STALE,
        at=now,
        brand=state.name,
        incident=state.incident.id if state.incident and state.incident.live else None,
        level=seen.level if seen else None,
        score=shown.score if shown else None,
        contributions=shown.contributions if shown and shown.score is not None else {},
        source=source,
        unseen=unseen,
    )
