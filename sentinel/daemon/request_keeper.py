"""RequestKeeper: what people do about mentions, on disk before it is shown; what one asks for is learnt from them."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from sentinel.clock import Clock
from sentinel.mention import Mention
from sentinel.micros import EPOCH
from sentinel.requests.classifier import RequestClassifier
from sentinel.requests.features import request_features
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState, RequestStep
from sentinel.sentiment.sentiment import Sentiment
from sentinel.store.group import Key
from sentinel.store.request_store import Stepped

Hears = Callable[[str, str | None], tuple[str, Sentiment]]
"""A text and its declared language to its language and sentiment."""
OVERLAP = timedelta(minutes=1)
"""How far back each look goes: what another clock stamped is not missed."""
log = structlog.get_logger(__name__)


class RequestKeeping(Protocol):
    """Where they are kept."""

    async def step(self, number: int, step: RequestStep, seen: int | None = None) -> Stepped | None:
        """Go a step further, on disk when it returns; not where somebody else has since there were ``seen``."""
        ...

    def chosen(self, since: datetime = EPOCH) -> AsyncIterator[tuple[Mention, RequestKind]]:
        """What people said that mentions ask for, of those touched since then, oldest first."""
        ...


class RequestKeeper:
    """Takes steps, and teaches the classifier.

    Parameters
    ----------
    hears
        The sentiment model that serves.
    changed
        Called when a mention is shown otherwise than before.
    answered
        Called with the time that somebody waited for an answer.
    """

    def __init__(
        self,
        store: RequestKeeping,
        classifier: RequestClassifier,
        clock: Clock,
        *,
        hears: Hears,
        changed: Callable[[], None],
        answered: Callable[[timedelta], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._classifier = classifier
        self._clock = clock
        self._hears = hears
        self._changed = changed
        self._answered = answered
        self._taught: dict[Key, RequestKind] = {}
        self._looked = EPOCH
        self.learnt = 0
        """Choices that the classifier has learnt from since this process began, those of earlier ones among them."""

    async def start(self) -> None:
        """Teach the classifier again what people said before."""
        await self.refresh()

    async def refresh(self) -> None:
        """Learn what people said in other processes as well.

        Raises
        ------
        StoreFailing
            When the store cannot be read.
        """
        looked = self._clock.now()
        async for mention, kind in self._store.chosen(max(self._looked - OVERLAP, EPOCH)):
            if self._taught.get(mention.key) is not kind:
                self._learn(mention, kind)
        self._looked = looked

    async def act(
        self,
        number: int,
        state: RequestState | None,
        by: str,
        *,
        note: str = "",
        kind: RequestKind | None = None,
        seen: int | None = None,
    ) -> Stepped | None:
        """Go a step further with a mention; without a state only what it asks for is said.

        Parameters
        ----------
        seen
            How many steps whoever acts had seen: where somebody else has gone one since, nothing is done.

        Returns
        -------
        Stepped or None
            ``None`` when there is no such mention.
        """
        step = RequestStep(state=state, by=by, at=self._clock.now(), note=note, kind=kind)
        done = await self._store.step(number, step, seen)
        if done is not None and done.took:
            log.info("request", number=number, state=done.record.state.value, by=by)
            if kind is not None:
                self._learn(done.mention, kind)
            if state is RequestState.ANSWERED:
                self._answered(step.at - done.record.waits_since(done.heard_at))
            self._changed()
        return done

    def _learn(self, mention: Mention, kind: RequestKind) -> None:
        text = f"{mention.title}. {mention.text}" if mention.title else mention.text
        lang, said = self._hears(text, mention.lang)
        self._taught[mention.key] = kind
        self._classifier.learn_one(request_features(text, lang, said), kind)
        self.learnt += 1
