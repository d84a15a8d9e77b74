"""What the web asks of everything heard, and of the filters that people keep under a name."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from sentinel.incidents.incident import Incident
from sentinel.store.assistant_store import AssistantText
from sentinel.store.heard_mention import HeardMention, MentionFilter
from sentinel.store.saved_views import SavedView
from sentinel.topics.brand_talk import BrandTalk


class HeardPort(Protocol):
    """Finds mentions by what they were heard as. All raise `Unsearchable` for a text that cannot be searched for."""

    async def find(
        self,
        wanted: MentionFilter,
        *,
        before: int | None = None,
        limit: int = 50,
        brands: Collection[str] | None = None,
    ) -> Sequence[HeardMention]:
        """Newest first, those before a number; of these brands alone where some are named."""
        ...

    async def count(
        self, wanted: MentionFilter, *, beyond: int = 0, most: int = 1000, brands: Collection[str] | None = None
    ) -> int:
        """How many there are beyond a number, as far as ``most``."""
        ...

    async def get(self, number: int, *, brands: Collection[str] | None = None) -> HeardMention | None:
        """The mention of that number; ``None`` where there is none, or it is about none of these brands."""
        ...

    async def newest(self) -> int:
        """The number of the newest mention that was heard; 0 where none ever was."""
        ...


class TalkPort(Protocol):
    """Says what is talked about."""

    async def of(self, brand: str, since: datetime, until: datetime, *, compared: bool = True) -> BrandTalk:
        """Of a brand, in a span of time; ``compared`` with as long a time before."""
        ...

    async def of_incident(self, incident: Incident) -> BrandTalk:
        """From an hour before it began until it was over, or now."""
        ...


class AssistantPort(Protocol):
    """What a machine phrased."""

    async def of(self, incident_id: str) -> Sequence[AssistantText]:
        """About an incident."""
        ...


class SavedViewPort(Protocol):
    """Filters under a name: of an owner, or of everybody (``""``)."""

    async def all(self, owner: str) -> Sequence[SavedView]:
        """The owner's and everybody's, by name."""
        ...

    async def save(self, owner: str, name: str, query: dict[str, str], now: datetime) -> SavedView | None:
        """In place of what the owner had under that name; ``None`` where they have too many."""
        ...

    async def delete(self, owner: str, view: str) -> bool:
        """Whether the owner had it."""
        ...
