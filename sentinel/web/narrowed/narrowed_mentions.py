"""Everything heard, and saved views, of some brands alone: others' mentions are as if nobody had said them."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from sentinel.incidents.incident import Incident
from sentinel.store.assistant_store import AssistantText
from sentinel.store.heard_mention import HeardMention, MentionFilter
from sentinel.store.saved_views import EVERYBODY, SavedView
from sentinel.topics.brand_talk import SILENCE, BrandTalk
from sentinel.web.access.brand_rights import BrandRights, refuse
from sentinel.web.narrowed.event_marks import mark_of, number_at
from sentinel.web.narrowed.narrowed_incidents import NarrowedIncidents
from sentinel.web.ports.ports import Ports


class NarrowedMentions:
    """Implements `HeardPort`. Numbers are marks, since running ones count everybody's."""

    def __init__(self, ports: Ports, rights: BrandRights) -> None:
        self._ports = ports
        self._rights = rights

    async def find(
        self,
        wanted: MentionFilter,
        *,
        before: int | None = None,
        limit: int = 50,
        brands: Collection[str] | None = None,
    ) -> Sequence[HeardMention]:
        """Of own brands, and what each is to them."""
        secret = await self._ports.sessions.secret()
        place = number_at(before, secret) if before else None
        found = await self._ports.heard.find(wanted, before=place, limit=limit, brands=self._own(brands))
        return [msgspec.structs.replace(each, number=mark_of(each.number, secret)) for each in found]

    async def count(
        self, wanted: MentionFilter, *, beyond: int = 0, most: int = 1000, brands: Collection[str] | None = None
    ) -> int:
        """Of own brands."""
        place = number_at(beyond, await self._ports.sessions.secret()) if beyond else 0
        return await self._ports.heard.count(wanted, beyond=place, most=most, brands=self._own(brands))

    async def get(self, number: int, *, brands: Collection[str] | None = None) -> HeardMention | None:
        """Of own brands."""
        place = number_at(number, await self._ports.sessions.secret())
        found = await self._ports.heard.get(place, brands=self._own(brands))
        return None if found is None else msgspec.structs.replace(found, number=number)

    async def newest(self) -> int:
        """Of own brands."""
        found = await self.find(MentionFilter(), limit=1)
        return found[0].number if found else 0

    def _own(self, brands: Collection[str] | None) -> Collection[str]:
        own = self._rights.names or frozenset()
        return own if brands is None else own.intersection(brands)


class NarrowedTalk:
    """Implements `TalkPort`, for own brands."""

    def __init__(self, ports: Ports, rights: BrandRights) -> None:
        self._ports = ports
        self._rights = rights

    async def of(self, brand: str, since: datetime, until: datetime, *, compared: bool = True) -> BrandTalk:
        """Of an own brand; of any other, nobody says anything."""
        if not self._rights.sees(brand):
            return SILENCE
        return await self._ports.talk.of(brand, since, until, compared=compared)

    async def of_incident(self, incident: Incident) -> BrandTalk:
        """Of an own brand's."""
        return await self._ports.talk.of_incident(incident) if self._rights.sees(incident.brand) else SILENCE


class NarrowedAssistant:
    """Implements `AssistantPort`, for own brands' incidents."""

    def __init__(self, ports: Ports, incidents: NarrowedIncidents) -> None:
        self._ports = ports
        self._incidents = incidents

    async def of(self, incident_id: str) -> Sequence[AssistantText]:
        """Of an own incident."""
        return [] if await self._incidents.get(incident_id) is None else await self._ports.assistant.of(incident_id)


class NarrowedViews:
    """Implements `SavedViewPort`: their own; everybody's may name whatever the house has."""

    def __init__(self, ports: Ports) -> None:
        self._views = ports.views

    async def all(self, owner: str) -> Sequence[SavedView]:
        """Own ones."""
        return [each for each in await self._views.all(owner) if each.owner != EVERYBODY]

    async def save(self, owner: str, name: str, query: dict[str, str], now: datetime) -> SavedView | None:
        """For oneself."""
        if owner == EVERYBODY:
            refuse()
        return await self._views.save(owner, name, query, now)

    async def delete(self, owner: str, view: str) -> bool:
        """An own one."""
        return owner != EVERYBODY and await self._views.delete(owner, view)
