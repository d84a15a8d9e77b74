"""Takes what people say of an incident: in the engine's turn, on disk, and only then in what the engine goes on
with.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

import structlog

from sentinel.engine.engine import Engine
from sentinel.incidents.annotations import Annotation, Tick, annotated
from sentinel.incidents.change import Change
from sentinel.incidents.command import Refusal
from sentinel.store.annotations import AnnotationStore, Ticked

log = structlog.get_logger(__name__)


class AnnotationKeeper:
    """Implements the pages' `AnnotationPort`.

    Parameters
    ----------
    turn
        Keeps the engine still while its block runs, and gives the instant.
    changed
        Called when there is something new to show.
    """

    def __init__(
        self,
        engine: Engine,
        store: AnnotationStore,
        turn: Callable[[], AbstractAsyncContextManager[datetime]],
        changed: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._store = store
        self._turn = turn
        self._changed = changed

    async def say(
        self, annotation: Annotation, answers: Callable[[Change], Sequence[tuple[int, str]]] = lambda _: ()
    ) -> Change | Refusal:
        """Returns once it is on disk; a change without a line had been said before.

        ``answers``: to commands that are kept in the store, written with it.

        Raises
        ------
        StoreFailing
            When the store does not take it; then it was not said.
        """
        async with self._turn() as now:
            known = self._engine.incident(annotation.incident)
            incident = known or await self._store.get(annotation.incident)
            if incident is None:
                return Refusal.UNKNOWN
            if isinstance(annotation, Tick) and annotation.done is any(
                each.item == annotation.item for each in await self.ticked(incident.id)
            ):
                return Change(incident=incident, timeline=(), events=(), notices=())
            answer = annotated(incident, annotation, now)
            if isinstance(answer, Refusal) or not answer.timeline:
                return answer
            await self._store.write(answer, annotation, now, answers(answer))
            if known is not None:
                self._engine.took(answer)
        log.info("annotation", what=answer.timeline[0].what.value, incident=incident.id, by=annotation.by)
        self._changed()
        return answer

    async def ticked(self, incident_id: str) -> tuple[Ticked, ...]:
        """What of its checklists is done."""
        return await self._store.ticked(incident_id)
