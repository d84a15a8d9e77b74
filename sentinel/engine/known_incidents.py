"""Known incidents: each brand's latest, the running drills, and those whose brand the configuration no longer has."""

from collections.abc import Collection, Iterable, Sequence

from sentinel.engine.brand_state import BrandState
from sentinel.engine.drills import Drills
from sentinel.engine.due_brands import DueBrands
from sentinel.engine.removed_brands import RemovedBrands
from sentinel.incidents.change import Change
from sentinel.incidents.incident import Incident, State


class KnownIncidents:
    """Finds an incident by its id wherever it is kept, and goes on with it there."""

    def __init__(self, brands: Sequence[BrandState], due: DueBrands, drills: Drills, removed: RemovedBrands) -> None:
        self._brands = brands
        self._due = due
        self._drills = drills
        self._removed = removed
        self.places = {place for place, state in enumerate(brands) if state.incident is not None}
        """Of the brands that have an incident: of very many only a few do."""

    def find(self, incident_id: str) -> Incident | None:
        """The incident of that id, if it is some brand's latest or a running drill."""
        if (drill := self._drills.running.get(incident_id)) is not None:
            return drill
        if (left := self._removed.incidents.get(incident_id)) is not None:
            return left
        place = self._place(incident_id)
        return self._brands[place].incident if place is not None else None

    def _place(self, incident_id: str) -> int | None:
        return next(
            (place for place in self.places if (own := self._brands[place].incident) and own.id == incident_id), None
        )

    def opened(self, place: int) -> None:
        """The brand at this place may have an incident now."""
        if self._brands[place].incident is not None:
            self.places.add(place)

    def live(self) -> list[Incident]:
        """Those that are not over, drills left out."""
        own = (each for place in sorted(self.places) if (each := self._brands[place].incident) is not None)
        return [each for each in (*own, *self._removed.incidents.values()) if each.live]

    def take(self, change: Change) -> Change:
        """Go on with an incident that `find` knows as a change leaves it."""
        if change.incident.drill:
            return self._drills.took(change)
        if change.incident.id in self._removed.incidents:
            return self._removed.took(change)
        place = self._place(change.incident.id)
        assert place is not None, "whoever changes an incident found it"
        self._keep(place, change.incident)
        return change

    def adopt(self, incidents: Iterable[Incident], elsewhere: Collection[str] = ()) -> None:
        """Take the incidents that the store holds, at a start; not those of brands that are folded ``elsewhere``."""
        known = [each for each in incidents if each.brand not in elsewhere]
        places = {state.name: index for index, state in enumerate(self._brands)}
        self._drills.adopt(incident for incident in known if incident.drill)
        for incident in known:
            if not incident.drill and (index := places.get(incident.brand)) is not None:
                self._keep(index, incident)
        self._removed.keep(each for each in known if not each.drill and each.brand not in places)

    def take_back(self) -> None:
        """Brands that are in the configuration again have their newest incident back."""
        if not self._removed.incidents:
            return
        for place, state in enumerate(self._brands):
            if state.incident is None or state.incident.state is State.CLOSED:
                state.incident = self._removed.returned(state.name) or state.incident
                self.opened(place)

    def _keep(self, index: int, incident: Incident) -> None:
        self._brands[index].incident = incident
        self.places.add(index)
        self._due.add(index, incident.next_at)
