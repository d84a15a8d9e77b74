"""Calendars that the engine knows: handed to the brands that they concern."""

from collections.abc import Iterable, Sequence

from sentinel.engine.brand_state import BrandState
from sentinel.scoring.event_calendar import CalendarVersion, EventCalendar, KnownEvents


class KnownCalendars:
    """What every calendar held at each instant."""

    def __init__(self, versions: Iterable[CalendarVersion]) -> None:
        self._calendars: tuple[EventCalendar, ...] = ()
        self.versions = tuple(versions)

    def configure(self, calendars: Sequence[EventCalendar], brands: Sequence[BrandState]) -> None:
        """These are followed from now on."""
        self._calendars = tuple(calendars)
        self._hand_out(brands)

    def take(self, versions: Iterable[CalendarVersion], brands: Sequence[BrandState]) -> list[int]:
        """These are the versions from now on; gives the places of the brands that they concern."""
        self.versions = tuple(versions)
        return self._hand_out(brands)

    def _hand_out(self, brands: Sequence[BrandState]) -> list[int]:
        known = [(each, KnownEvents(each, self.versions)) for each in self._calendars]
        concerned = []
        for place, state in enumerate(brands):
            own = [events for calendar, events in known if calendar.concerns(state.name)]
            state.know_events(own)
            if own:
                concerned.append(place)
        return concerned
