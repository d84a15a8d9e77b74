"""What the web asks of mentions and of those who wrote them."""

from collections.abc import Sequence
from typing import Protocol

from sentinel.daemon.person_keeper import Erased, HeldOn
from sentinel.store.person import Sought


class PostedMentions(Protocol):
    """What became of a posted body: counts, and (line, error) of what was refused, lines from 1."""

    @property
    def accepted(self) -> int:
        """New mentions, on disk now."""
        ...

    @property
    def duplicates(self) -> int:
        """Mentions that were known already."""
        ...

    @property
    def rejected(self) -> Sequence[tuple[int, str]]:
        """Lines that are no mention, and why."""
        ...

    @property
    def whole(self) -> bool:
        """False when the queue was full and the rest was not taken."""
        ...


class MentionPort(Protocol):
    """Takes posted mentions to disk."""

    async def take(self, body: bytes, content_type: str, sources: tuple[str, ...]) -> PostedMentions:
        """Returns after the commit; ``sources`` are those that may be named, none for any.

        Raises `BadMention` for a body that cannot be read at all.
        """
        ...


class PersonPort(Protocol):
    """Finds and erases those who posted."""

    def admit(self) -> None:
        """Whoever asks may ask; refuses whoever has some brands only, since people post about all of them."""
        ...

    async def show(self, sought: Sought) -> HeldOn:
        """Everything that is held on somebody."""
        ...

    async def erase(self, sought: Sought, number: int | None = None) -> Erased:
        """It is gone when this returns. Raises `FoldBehind` when that takes too long; in a cluster `ErasurePending`:
        with the number that this gives it is waited for again, or `NoSuchErasure` is raised.
        """
        ...
