"""Requests of some brands alone: others' mentions are as if nobody had said them."""

from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState
from sentinel.store.heard_mention import MentionFilter
from sentinel.store.request_store import Stepped
from sentinel.web.access.brand_rights import BrandRights, refuse
from sentinel.web.narrowed.event_marks import number_at
from sentinel.web.ports.ports import Ports


class NarrowedRequests:
    """Implements `RequestPort`. Numbers are marks, as `NarrowedMentions` gives them."""

    def __init__(self, ports: Ports, rights: BrandRights) -> None:
        self._ports = ports
        self._rights = rights

    async def act(
        self, number: int, state: RequestState | None, by: str, *, note: str = "", kind: RequestKind | None = None
    ) -> Stepped | None:
        """With a mention of own brands alone; of one about others as well, the request is theirs, too."""
        place = number_at(number, await self._ports.sessions.secret())
        own = self._rights.names or frozenset()
        found = await self._ports.heard.find(MentionFilter(), before=place + 1, limit=1, brands=own)
        if kind is not None:  # what is learnt of it is learnt for all brands
            refuse()
        if not found or found[0].number != place or found[0].shared:
            return None
        return await self._ports.requests.act(place, state, by, note=note, kind=kind)
