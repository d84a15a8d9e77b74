"""What a source is: it reads its far side and puts batches into an inlet; supervision, back-off and silence are the
runner's business.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Generic, Protocol, TypeVar

from sentinel.clock import Clock
from sentinel.config.source_settings import ConfiguredSource, SourceSettings
from sentinel.errors import BadInput
from sentinel.mention import Mention
from sentinel.sources.topics import BrandTerms

S = TypeVar("S", bound=SourceSettings)


class Reason(StrEnum):
    """Why something that came in is no mention."""

    UNREADABLE = "unreadable"
    """It has not the shape that it should have."""
    EMPTY = "empty"
    """It says nothing."""
    DAMAGED = "damaged"
    """What follows, or stood before, cannot be had."""


def no_brands() -> tuple[BrandTerms, ...]:
    """For a source that was told of none."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What was read since the last batch, and how far: both are committed together.

    Parameters
    ----------
    deletes
        Ids of mentions that were taken back where they stood.
    erased
        Prefixes of ids: everything that starts so was taken back.
    cursor
        Where to go on after a restart, as the source's own bytes; ``None`` leaves it where it was.
    """

    mentions: tuple[Mention, ...] = ()
    deletes: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()
    cursor: bytes | None = None


class Inlet(Protocol):
    """Where a source puts what it reads."""

    async def put(self, batch: Batch) -> int:
        """How many of the mentions were new; returns once batch and cursor are on disk, and waits before while too much
        is queued.
        """
        ...

    def wants(self, mention: Mention) -> bool:
        """Whether any brand is spoken of; a firehose drops the rest before it costs anything."""
        ...

    def alive(self, part: str = "") -> None:
        """The far side answered, even if it had nothing new; ``part`` of it that was in trouble is well again."""
        ...

    def trouble(self, detail: str, part: str = "", *, unheard: bool = False) -> None:
        """A part fails and the source works around it; shown beside the source until the part is alive.

        ``unheard``: nothing else brings what this part would, so that after a while the brands say so. Never a secret.
        """
        ...

    def refused(self, count: int, detail: str, reason: Reason = Reason.UNREADABLE) -> None:
        """Items that are no mentions were passed over; ``detail`` tells where the first stands and why."""
        ...


class Source(ConfiguredSource, Generic[S]):
    """One configured source. The module's name is the ``type`` in YAML; its settings model stands beside it.

    Parameters
    ----------
    name
        The key in the configuration; also the ``source`` of the mentions it makes, where they carry none of their own.
    brands
        What each brand is looked for by, as the configuration in force has it: for networks that have to be asked.
    """

    default_silence: ClassVar[timedelta | None] = None
    """No success for this long is silence, unless the configuration says otherwise; ``None``: it may be silent for
    ever.
    """
    normal_lag: ClassVar[timedelta | None] = None
    """How long after publication this source normally sees things, where that is longer than the grace."""
    can_wait: ClassVar[bool] = True
    """Whether its far side keeps things for us while the queue is full; what cannot wait goes on into the journal."""

    def __init__(
        self,
        name: str,
        settings: S,
        clock: Clock,
        *,
        user_agent: str,
        brands: Callable[[], tuple[BrandTerms, ...]] = no_brands,
    ) -> None:
        self.name = name
        self.settings = settings
        self.clock = clock
        self.user_agent = user_agent
        self.brands = brands

    @abstractmethod
    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Read from ``cursor`` on until cancelled, or until there is no more.

        Raises
        ------
        SourceError
            When the far side fails; the runner starts it again after a while.
        """

    def forget(self, cursor: bytes | None, part: str | None) -> bytes:
        """The cursor after somebody asked to begin anew, with one ``part`` of the source or with all of it.

        Raises
        ------
        BadInput
            When there is no such part.
        """
        if part is not None:
            raise BadInput(f"{self.name} has no parts that could be reset one by one; leave out {part}")
        return b""

    def looked_for(self) -> tuple[BrandTerms, ...]:
        """Brands that are looked for in this source."""
        return tuple(brand for brand in self.brands() if not brand.sources or self.name in brand.sources)

    def asks(self) -> tuple[str, ...]:
        """What it asks its network for, in the network's own words; nothing for one that is not asked."""
        return ()

    def budget(self) -> str:
        """What is left of what the network grants; empty where it grants without counting."""
        return ""
