"""Memory ladders: pages of incidents that stood open when the store of a cluster went away.

Whoever decides on an incident cannot write meanwhile, and so decides nothing. What it would have decided is known all
the same: an incident that nobody has taken is climbed on here, in a copy, and whoever is next is paged. A page bears
the name that its owner would give it, so that what went from here is in the store, once that is back, before it is
decided there, and goes once. The incident itself is left as it is.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from msgspec.structs import replace

from sentinel.engine.engine import Engine
from sentinel.incidents.change import Change, Notice, NoticeKind
from sentinel.incidents.climbing import finish
from sentinel.incidents.draft import ChangeDraft
from sentinel.incidents.incident import Incident, State

log = structlog.get_logger(__name__)


class MemoryLadders:
    """Climbs while it is asked to, until it is told to `forget`.

    Parameters
    ----------
    engine
        Knows every incident as it was last seen.
    page
        Sends the pages of changes, and nothing else of them.
    heard
        Whether others than the store are heard. Whoever hears nobody is more likely cut off alone.
    """

    def __init__(
        self, engine: Engine, page: Callable[[Sequence[Change]], Awaitable[None]], heard: Callable[[], bool]
    ) -> None:
        self._engine = engine
        self._page = page
        self._heard = heard
        self._copies: dict[str, Incident] = {}
        self._paged: set[tuple[str, str]] = set()
        """Incident and contact: nobody can acknowledge, so nobody is rung twice."""

    def standing(self) -> list[str]:
        """Brands with an incident that nobody had taken when they were last seen."""
        return sorted({each.brand for each in self._open()})

    async def climb(self, now: datetime) -> None:
        """Page whoever is next."""
        if not self._heard():
            return
        changes = [change for each in self._open() if (change := self._climbed(each, now)) is not None]
        if changes:
            count = sum(len(each.notices) for each in changes)
            log.warning("paged_from_memory", pages=count, incidents=[each.incident.id for each in changes])
            await self._page(changes)

    def forget(self) -> None:
        """The store is back: its owners go on from what stands there."""
        self._copies.clear()
        self._paged.clear()

    def _open(self) -> list[Incident]:
        live = self._engine.live_incidents()
        return [each for each in live if each.state is State.OPEN and each.snooze is None and each.suppression is None]

    def _climbed(self, known: Incident, now: datetime) -> Change | None:
        """Its pages that are due; none that would be the contact's second."""
        copy = self._copies.get(known.id)
        draft = ChangeDraft(known if copy is None or copy.epoch != known.epoch else copy, now)
        finish(draft, self._engine.rules)
        self._copies[known.id] = draft.incident
        pages = tuple(each for each in draft.notices if self._is_first(known.id, each))
        if not pages:
            return None
        self._paged.update((known.id, each.contact) for each in pages)
        return Change(incident=replace(draft.incident, updated_at=now), timeline=(), events=(), notices=pages)

    def _is_first(self, incident: str, notice: Notice) -> bool:
        return notice.kind is NoticeKind.PAGE and (incident, notice.contact) not in self._paged
