"""Requests of some brands alone: others' mentions are as if nobody had said them."""

from sentinel.daemon.consultation_keeper import NotAsked
from sentinel.requests.consultation import Consultation, QuickAnswer
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestRecord, RequestState
from sentinel.store.consultation_store import ConsultedMention
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
        self,
        number: int,
        state: RequestState | None,
        by: str,
        *,
        note: str = "",
        kind: RequestKind | None = None,
        seen: int | None = None,
    ) -> Stepped | None:
        """With a mention of own brands alone; of one about others as well, the request is theirs, too."""
        if kind is not None:  # what is learnt of it is learnt for all brands
            refuse()
        place = await _own_place(self._ports, self._rights, number)
        if place is None:
            return None
        return await self._ports.requests.act(place, state, by, note=note, kind=kind, seen=seen)


class NarrowedConsultations:
    """Implements `ConsultationPort`. What a link leads to, the link itself shows."""

    def __init__(self, ports: Ports, rights: BrandRights) -> None:
        self._ports = ports
        self._rights = rights

    async def ask(self, number: int, area: str, question: str, by: str) -> RequestRecord | NotAsked:
        """About a mention of own brands alone, an area that is there for one of them."""
        place = await _own_place(self._ports, self._rights, number)
        if place is None:
            return NotAsked.GONE
        settings = self._ports.config().areas.get(area)
        if settings is None or (settings.brands and not self._rights.of(settings.brands)):
            return NotAsked.AREA
        return await self._ports.consultations.ask(place, area, question, by)

    async def find(self, name: str) -> tuple[Consultation, ConsultedMention] | None:
        """None."""
        return None

    async def answer(self, name: str, contact: str, quick: QuickAnswer | None, text: str) -> bool:
        """Never."""
        return False


async def _own_place(ports: Ports, rights: BrandRights, number: int) -> int | None:
    """The place of a mention that is about own brands alone; numbers are marks, as `NarrowedMentions` gives them."""
    place = number_at(number, await ports.sessions.secret())
    found = await ports.heard.get(place, brands=rights.names or frozenset())
    return place if found is not None and not found.shared else None
