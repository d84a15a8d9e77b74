"""Sources that are posted to: a program calls ``/ingest/NAME``, and the source says whether it believes it and what it
takes.

The route is the web's; it hands over the bytes as they came, since a signature is over them.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from sentinel.mention import Mention
from sentinel.sources.base import Batch, Inlet, S, Source

MOST = 500
"""Mentions in one batch at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A request as it came; names of headers in lower case."""

    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the caller is answered."""

    status: int = 202
    body: str = ""
    content_type: str = "application/json"


NOT_BELIEVED = Told(status=401, body='{"error":"the signature or the token is not right"}')
"""Whatever was wrong with it: a guesser learns nothing."""


class PostedSource(Source[S]):
    """A source that is posted to; nothing is fetched, and silence matters only if ``silence_after`` is set."""

    default_silence: ClassVar[timedelta | None] = None

    @abstractmethod
    async def receive(self, posted: Posted, inlet: Inlet) -> Told:
        """What to answer; what is taken is on disk by then.

        Raises
        ------
        BadMention
            When it is believed and cannot be read.
        """

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Wait: others bring what there is."""
        if self.settings.silence_after is None:
            inlet.alive()
        while True:
            await self.clock.sleep(3600.0)


async def put_all(inlet: Inlet, mentions: Sequence[Mention], deleted: Sequence[str] = ()) -> int:
    """Commit them, a bounded number at a time; gives how many were new."""
    new = 0
    for start in range(0, len(mentions), MOST):
        new += await inlet.put(Batch(mentions=tuple(mentions[start : start + MOST])))
    if deleted:
        await inlet.put(Batch(deletes=tuple(deleted)))
    return new
