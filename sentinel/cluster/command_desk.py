"""Command desk of a partition: does what the store keeps for its owner, one thing after the other, each once.

What people ask waits for a while only: whoever asked was told that nobody answered. What providers say has no end.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import assert_never

import msgspec
import structlog

from sentinel.clock import Clock
from sentinel.cluster.asked import (
    AskedDrill,
    AskedOfOwner,
    CommandAnswer,
    LinksRenewed,
    read_asked,
    write_answer,
)
from sentinel.cluster.glance import Glance
from sentinel.daemon.annotation_keeper import AnnotationKeeper
from sentinel.daemon.loop import FoldLoop
from sentinel.incidents.annotations import AccountIgnored, Judgement, Note, Reply, Tick
from sentinel.incidents.change import Change
from sentinel.incidents.command import Command, Refusal, StepFailed
from sentinel.incidents.incident import Incident
from sentinel.store.commands import CommandRows
from sentinel.store.health import StoreFailing

LOOK_EVERY = 0.2
"""Seconds between looks."""
STALE = timedelta(minutes=5)
"""Whoever asked and is told nothing takes it back, unless they are gone: then it is not done either after so long. Our
clock may be ahead of theirs by less.
"""
log = structlog.get_logger(__name__)


class CommandDesk:
    """Of one partition.

    Parameters
    ----------
    glance
        The process's, at the partitions of which something is asked.
    secrets
        Takes up those that another process has rotated.
    """

    def __init__(
        self,
        part: int,
        rows: CommandRows,
        glance: Glance[frozenset[int]],
        loop: FoldLoop,
        annotations: AnnotationKeeper,
        clock: Clock,
        secrets: Callable[[], Awaitable[None]],
    ) -> None:
        self._secrets = secrets
        self._part = part
        self._glance = glance
        self._rows = rows
        self._loop = loop
        self._annotations = annotations
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(StoreFailing):  # it waits in the store
                asked, _ = await self._glance.now()
                if self._part in asked:
                    await self.look()
            await self._clock.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Do what waits now."""
        for number, body, asked_at in await self._rows.waiting(self._part):
            try:
                asked = read_asked(body)
            except (msgspec.MsgspecError, UnicodeError) as error:
                log.error("command_unreadable", number=number, error=str(error))
                await self._loop.asked(number, lambda _: ((), _text(Refusal.UNKNOWN)))
                continue
            if not isinstance(asked, StepFailed | LinksRenewed) and self._clock.now() - asked_at > STALE:
                await self._loop.asked(number, lambda _: ((), _text(Refusal.UNKNOWN)))
                continue
            await self._do(number, asked)

    async def _do(self, number: int, asked: AskedOfOwner) -> None:
        engine = self._loop.engine
        match asked:
            case Command():
                await self._loop.asked(number, lambda now: _told(engine.command(asked, now)))
            case StepFailed():
                await self._loop.asked(number, lambda now: _told(engine.step_failed(asked, now)))
            case LinksRenewed():
                await self._secrets()
                await self._loop.asked(number, self._paged_anew)
            case AskedDrill():
                await self._loop.asked(number, lambda now: _told(engine.drill(asked.brand, asked.level, now)))
            case Note() | Reply() | Tick() | Judgement() | AccountIgnored():
                answer = await self._annotations.say(asked, lambda change: [(number, _text(change))])
                if isinstance(answer, Refusal) or not answer.timeline:  # nothing was written
                    await self._loop.asked(number, lambda _: ((), _text(answer)))
            case never:
                assert_never(never)

    def _paged_anew(self, now: datetime) -> tuple[Sequence[Change], str]:
        changes = self._loop.paged_anew(now)
        return changes, write_answer(CommandAnswer(paged=len(changes)))


def _told(value: Change | Refusal | Incident | None) -> tuple[Sequence[Change], str]:
    return [value] if isinstance(value, Change) else [], _text(value)


def _text(value: Change | Refusal | Incident | None) -> str:
    return write_answer(CommandAnswer.of(value))
