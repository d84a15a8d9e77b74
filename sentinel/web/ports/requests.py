"""What the HTTP side may ask of requests; part of `Ports`."""

from typing import Protocol

from sentinel.daemon.consultation_keeper import NotAsked
from sentinel.requests.consultation import Consultation, QuickAnswer
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestRecord, RequestState
from sentinel.store.consultation_store import ConsultedMention
from sentinel.store.request_store import Stepped


class RequestPort(Protocol):
    """What people do about mentions."""

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
        """Go a step further with a mention, or say what it asks for; ``None`` when there is no such mention.

        Not where somebody else has gone one since there were ``seen`` of them.
        """
        ...


class ConsultationPort(Protocol):
    """What areas of the house are asked about mentions."""

    async def ask(self, number: int, area: str, question: str, by: str) -> RequestRecord | NotAsked:
        """Ask an area; on disk when it returns."""
        ...

    async def find(self, name: str) -> tuple[Consultation, ConsultedMention] | None:
        """One with what it is about, as it stands; ``None`` when there is none, or its mention is gone."""
        ...

    async def answer(self, name: str, contact: str, quick: QuickAnswer | None, text: str) -> bool:
        """Take an answer, on disk when it returns; ``False`` when it is too late for one."""
        ...
