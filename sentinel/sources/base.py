"""What a source is: it reads its far side and puts batches into an inlet; supervision, back-off and silence are the
runner's business.
"""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Generic, Protocol, TypeVar

from sentinel.clock import Clock
from sentinel.config.source_settings import ConfiguredSource, SourceSettings
from sentinel.mention import Mention

S = TypeVar("S", bound=SourceSettings)


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

    def trouble(self, detail: str, part: str = "") -> None:
        """A part fails and the source works around it; shown beside the source until the part is alive.

        Never a secret.
        """
        ...

    def refused(self, count: int, detail: str) -> None:
        """Items that are no mentions were passed over; ``detail`` tells where the first stands and why."""
        ...


class Source(ConfiguredSource, Generic[S]):
    """One configured source. The module's name is the ``type`` in YAML; its settings model stands beside it.

    Parameters
    ----------
    name
        The key in the configuration; also the ``source`` of the mentions it makes, where they carry none of their own.
    """

    default_silence: ClassVar[timedelta | None] = None
    """No success for this long is silence, unless the configuration says otherwise; ``None``: it may be silent for
    ever.
    """
    normal_lag: ClassVar[timedelta | None] = None
    """How long after publication this source normally sees things, where that is longer than the grace."""
    can_wait: ClassVar[bool] = True
    """Whether its far side keeps things for us while the queue is full; what cannot wait goes on into the journal."""

    def __init__(self, name: str, settings: S, clock: Clock, *, user_agent: str) -> None:
        self.name = name
        self.settings = settings
        self.clock = clock
        self.user_agent = user_agent

    @abstractmethod
    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Read from ``cursor`` on until cancelled, or until there is no more.

        Raises
        ------
        SourceError
            When the far side fails; the runner starts it again after a while.
        """
