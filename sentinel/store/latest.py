"""Incidents as they are now: the store's, with what memory has newer while the store takes no writes.

What pages and API read.
"""

from collections.abc import Collection, Sequence

from sentinel.incidents.incident import Incident, State
from sentinel.incidents.timeline import TimelineEntry
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import IncidentStore


class LatestIncidents:
    """Reads as `IncidentStore` does.

    Events are the store's alone: their running number is given when they are written.
    """

    def __init__(self, incidents: IncidentStore, store: FailoverStore) -> None:
        self._incidents = incidents
        self._store = store

    async def get(self, incident_id: str) -> Incident | None:
        """One incident by its id; as the engine has it where nothing can be read, so that it can be acknowledged."""
        if (known := await self._store.incident(incident_id)) is not None:
            return known
        try:
            return await self._incidents.get(incident_id)
        except StoreFailing:
            if (known := self._store.remembered(incident_id)) is None:
                raise
            return known

    async def find(self, *, states: Sequence[State] = (), brand: str | None = None, limit: int = 50) -> list[Incident]:
        """Incidents, newest first."""
        newer = {incident.id: incident for incident in await self._store.incidents()}
        if not newer:
            return await self._incidents.find(states=states, brand=brand, limit=limit)
        try:
            stored = await self._incidents.find(states=states, brand=brand, limit=limit + len(newer))
        except StoreFailing:
            stored = []
        mine = [each for each in newer.values() if (not states or each.state in states) and brand in (None, each.brand)]
        found = [*mine, *(each for each in stored if each.id not in newer)]
        return sorted(found, key=lambda each: each.opened_at, reverse=True)[:limit]

    async def timeline(self, incident_id: str) -> list[TimelineEntry]:
        """An incident's history, oldest first."""
        lines = await self._store.lines(incident_id)
        try:
            return [*await self._incidents.timeline(incident_id), *lines]
        except StoreFailing:
            if not lines:
                raise
            return lines

    async def events_after(
        self, after: int = 0, limit: int = 1000, brands: Collection[str] | None = None
    ) -> list[tuple[int, bytes]]:
        """Events as JSON with their running number, oldest first; of these brands alone where some are named."""
        return await self._incidents.events_after(after, limit, brands)
