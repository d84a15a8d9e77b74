"""What the HTTP side may ask of requests; part of `Ports`."""

from typing import Protocol

from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState
from sentinel.store.request_store import Stepped


class RequestPort(Protocol):
    """What people do about mentions."""

    async def act(
        self, number: int, state: RequestState | None, by: str, *, note: str = "", kind: RequestKind | None = None
    ) -> Stepped | None:
        """Go a step further with a mention, or say what it asks for; ``None`` when there is no such mention."""
        ...
