"""What a source is: it reads its far side and puts batches into an inlet; supervision, back-off and silence are the runner's business."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Generic, Protocol, TypeVar

from sentinel.clock import Clock
from sentinel.config.schema import SourceSettings
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

    async def put(self, batch: Batch) -> None:
        """Returns once the batch and its cursor are on disk; waits before that while too much is queued."""
        ...

    def wants(self, mention: Mention) -> bool:
        """Whether any brand is spoken of; a firehose drops the rest before it costs anything."""
        ...

    def alive(self) -> None:
        """The far side answered, even if it had nothing new."""
        ...

    def trouble(self, detail: str) -> None:
        """Something failed that the source works around; shown beside it. Never a secret."""
        ...


class Source(ABC, Generic[S]):
    """One configured source. The module's name is the ``type`` in YAML; its settings model stands beside it.

    Parameters
    ----------
    name
        The key in the configuration; also the ``source`` of the mentions it makes, where they carry none of their own.
    """

    settings_model: ClassVar[type[SourceSettings]]
    default_silence: ClassVar[timedelta | None] = None
    """No success for this long is silence, unless the configuration says otherwise; ``None``: it may be silent for ever."""
    normal_lag: ClassVar[timedelta | None] = None
    """How long after publication this source normally sees things, where that is longer than the grace."""

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
