"""Networks that are asked in rounds: a round asks part by part, what fails of it costs only itself, and how far each
part was read is committed with what it brought.

`polling.py` makes the requests; a source says what to ask and what the answers mean.
"""

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Generic, TypeVar

import aiohttp
import msgspec

from sentinel.config.source_settings import SourceSettings
from sentinel.errors import SourceError
from sentinel.mention import Mention
from sentinel.sources.base import Batch, Inlet, Reason, Source
from sentinel.sources.polling import MOST as LARGEST
from sentinel.sources.polling import Answer, Request, RequestRefused, ask, each_of, open_session, read_json
from sentinel.sources.topics import Grammar, questions

MOST = 500
"""Mentions in one batch at most: others get their turn in between."""
LARGE = 2**18
"""Bytes of an answer from which it is read beside the event loop."""
AGAIN = 900.0
"""Seconds until a part that its network refuses for good is asked again."""
WHOLE = (401, 429)
"""Refusals that are of the whole network, whatever part was asked."""
S = TypeVar("S", bound=SourceSettings)
C = TypeVar("C", bound=msgspec.Struct)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RoundPart(Generic[C]):
    """One thing to ask in a round; ``name`` is how people call it, and never a secret.

    A part ``beside`` the others brings nothing new: where all the others fail, the round has failed.
    """

    name: str
    look: Callable[["Round[C]"], Awaitable[None]]
    beside: bool = False


class Round(Generic[C]):
    """One round: asks at the network's pace, and commits what was found together with how far it was read."""

    def __init__(self, source: "PolledSource[S, C]", session: aiohttp.ClientSession, inlet: Inlet, state: C) -> None:
        self.state = state
        self.inlet = inlet
        self._source = source
        self._session = session
        self._next_at = 0.0
        self._written = msgspec.json.encode(state)

    async def ask(self, request: Request, *, most: int = LARGEST) -> Answer:
        """One request, no sooner after the last than the network allows."""
        clock = self._source.clock
        wait = self._next_at - clock.monotonic()
        if wait > 0:
            await clock.sleep(wait)
        self._next_at = clock.monotonic() + self._source.pace
        answer = await ask(self._session, request, most=most)
        if slower := self._source.slow_down(answer):
            self._next_at = clock.monotonic() + slower
        return answer

    async def json(self, request: Request, kind: type[T]) -> T:
        """One request whose answer is JSON of the given shape."""
        answer = await self.ask(request)
        body = answer.body or b""
        if len(body) > LARGE:
            return await asyncio.to_thread(read_json, body, kind, request.name)
        return read_json(body, kind, request.name)

    async def items(self, raw: list[msgspec.Raw], kind: type[T], name: str) -> list[T]:
        """The items of an answer that have the given shape; the others are counted."""
        good, bad = await asyncio.to_thread(each_of, raw, kind) if len(raw) > MOST else each_of(raw, kind)
        if bad:
            self.inlet.refused(bad, f"{name}: items of another shape", Reason.UNREADABLE)
        return good

    async def put(
        self, mentions: Sequence[Mention] = (), *, edited: Sequence[Mention] = (), deleted: Iterable[str] = ()
    ) -> None:
        """Commit what speaks of a brand, and how far was read.

        Parameters
        ----------
        edited
            As they read now: those that speak of no brand any more are taken back.
        deleted
            Ids of mentions that their network took back.
        """
        kept = [mention for mention in (*mentions, *edited) if self.inlet.wants(mention)]
        gone = [*deleted, *(mention.id for mention in edited if not self.inlet.wants(mention))]
        cursor = msgspec.json.encode(self.state)
        for start in range(0, len(kept), MOST):
            last = start + MOST >= len(kept) and not gone
            await self.inlet.put(Batch(mentions=tuple(kept[start : start + MOST]), cursor=cursor if last else None))
        if gone or (not kept and cursor != self._written):
            await self.inlet.put(Batch(deletes=tuple(gone), cursor=cursor))
        self._written = cursor


class PolledSource(Source[S], Generic[S, C]):
    """A source that asks its network in rounds.

    Beside ``settings_model`` it names the type of its state, which is kept from one run to the next and is small.
    """

    state_model: ClassVar[type[msgspec.Struct]]
    pace: ClassVar[float] = 1.0
    """Seconds between two requests at least."""
    grammar: ClassVar[Grammar | None] = None
    """How its network is asked for words; ``None`` where it cannot be."""

    @abstractmethod
    def parts(self, state: C) -> Sequence[RoundPart[C]]:
        """What to ask in a round, now."""

    @abstractmethod
    def pause(self, state: C) -> float:
        """Seconds between two rounds."""

    def headers(self) -> dict[str, str]:
        """Of every request."""
        return {}

    def slow_down(self, answer: Answer) -> float:
        """Seconds that an answer asks us to wait before the next request."""
        return 0.0

    def asks(self) -> tuple[str, ...]:
        return questions(self.looked_for(), self.grammar) if self.grammar is not None else ()

    def forget(self, cursor: bytes | None, part: str | None) -> bytes:
        super().forget(cursor, part)
        return msgspec.json.encode(self.state_model())

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Ask round after round until cancelled."""
        refused: dict[str, float] = {}
        async with open_session(self.user_agent, self.headers()) as session:
            turn = Round(self, session, inlet, self._restored(cursor))
            while True:
                await self._round(turn, refused)
                await self.clock.sleep(self.pause(turn.state))

    async def _round(self, turn: Round[C], refused: dict[str, float]) -> None:
        parts = self.parts(turn.state)
        failed: list[SourceError] = []
        for part in parts:
            if refused.get(part.name, 0.0) > self.clock.monotonic():
                continue
            try:
                await part.look(turn)
            except SourceError as error:
                if isinstance(error, RequestRefused) and error.status in WHOLE:
                    raise
                if error.permanent:
                    refused[part.name] = self.clock.monotonic() + AGAIN
                failed += [] if part.beside else [error]
                turn.inlet.trouble(str(error), part.name, unheard=not part.beside)
            else:
                turn.inlet.alive(part.name)
        if failed and len(failed) == sum(not part.beside for part in parts):
            raise failed[0]
        if not parts:
            turn.inlet.trouble(f"{self.name} has nothing to ask: no brand has a term, and nothing else is named")

    def _restored(self, cursor: bytes | None) -> C:
        try:
            return msgspec.json.decode(cursor, type=self.state_model) if cursor else self.state_model()  # type: ignore[return-value]
        except msgspec.MsgspecError:
            return self.state_model()  # type: ignore[return-value]


def seconds(span: timedelta) -> float:
    """A setting as seconds."""
    return span.total_seconds()
