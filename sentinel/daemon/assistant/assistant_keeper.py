"""Assistant keeper: has a summary and a draft written for each alert and crisis, once, within the day's bounds.

Runs beside everything else and looks at what is there already: no incident, no page and no reader waits for it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
import structlog

from sentinel.clock import Clock
from sentinel.config.assistant import AssistantSettings
from sentinel.daemon.assistant.chat_client import ChatOutcome, ModelAnswer, ask_chat
from sentinel.daemon.assistant.question import guessed_tokens, kept_answer, posts_of, question
from sentinel.incidents.incident import Incident
from sentinel.scoring.level import Level
from sentinel.store.assistant_store import AssistantSpending, AssistantStore, AssistantText, AssistantTextKind
from sentinel.store.health import StoreFailing
from sentinel.topics.brand_talk import BrandTalk
from sentinel.topics.said_post import SaidPost

EVERY = 10.0
"""Seconds between two looks."""
WAIT = timedelta(minutes=1)
"""After an incident begins: by then people have said what it is about."""
AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
"""After a call that failed; then no more for this incident."""
GIVEN_UP = (ChatOutcome.TIMEOUT, ChatOutcome.TOO_LARGE)
"""The server wrote on, nobody knows how much: such a call stays booked in full."""
LEAST = 3
"""Posts without which there is nothing to phrase."""
log = structlog.get_logger(__name__)


class ReadsTalk(Protocol):
    """Reads what is talked about in an incident."""

    async def of_incident(self, incident: Incident) -> BrandTalk:
        """From its beginning until now."""
        ...


@dataclass(frozen=True, slots=True)
class _Failed:
    times: int
    at: datetime


class AssistantKeeper:
    """Keeps them.

    Parameters
    ----------
    settings, language
        In force; in which language it writes.
    incidents
        Gives those that are not over.
    told
        Called with what became of each call and how many tokens it took.
    changed
        Called when there is something new to show.
    """

    def __init__(
        self,
        store: AssistantStore,
        talk: ReadsTalk,
        clock: Clock,
        *,
        settings: Callable[[], AssistantSettings],
        language: Callable[[], str],
        incidents: Callable[[], Iterable[Incident]],
        told: Callable[[ChatOutcome, int], None],
        changed: Callable[[], None],
    ) -> None:
        self._store = store
        self._talk = talk
        self._clock = clock
        self._settings = settings
        self._language = language
        self._incidents = incidents
        self._told = told
        self._changed = changed
        self._failed: dict[tuple[str, AssistantTextKind], _Failed] = {}

    async def of(self, incident_id: str) -> Sequence[AssistantText]:
        """What was written about an incident; while the store fails, nothing."""
        try:
            return await self._store.of(incident_id)
        except StoreFailing:
            return ()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        """Have written what is wanted and not there, one after the other; while the store fails, nothing."""
        if self._settings().url is None:
            return
        live = [each for each in self._incidents() if self._wants(each)]
        self._failed = {key: each for key, each in self._failed.items() if key[0] in {one.id for one in live}}
        try:
            for incident in live:
                there = {each.kind for each in await self._store.of(incident.id)}
                for kind in AssistantTextKind:
                    if kind not in there and self._may_try(incident.id, kind):
                        await self._write(incident, kind)
        except StoreFailing:  # said where it was noticed
            return

    def _wants(self, incident: Incident) -> bool:
        loud = incident.level in (Level.ALERT, Level.CRISIS)
        return incident.live and loud and not incident.drill and self._clock.now() - incident.opened_at >= WAIT

    def _may_try(self, incident: str, kind: AssistantTextKind) -> bool:
        failed = self._failed.get((incident, kind))
        if failed is None:
            return True
        return failed.times <= len(AGAIN) and self._clock.now() - failed.at >= AGAIN[failed.times - 1]

    async def _write(self, incident: Incident, kind: AssistantTextKind) -> None:
        settings, now, language = self._settings(), self._clock.now(), self._language()
        spent = await self._store.spent(now.date())
        if spent.calls >= settings.calls_per_day or spent.tokens >= settings.tokens_per_day:
            return
        talk = await self._talk.of_incident(incident)
        posts = posts_of(talk)
        if len(posts) < LEAST:
            return
        chat = question(kind, incident.brand, talk, language)
        most = guessed_tokens(chat, "") + settings.max_tokens
        if spent.tokens + most > settings.tokens_per_day:
            return
        booked = msgspec.structs.replace(spent, calls=spent.calls + 1, tokens=spent.tokens + most)
        await self._store.spend(booked)  # first: a call whose answer never comes has cost as well
        answer = await ask_chat(settings, chat)
        tokens = answer.tokens or (most if answer.outcome in GIVEN_UP else guessed_tokens(chat, answer.text))
        paid = msgspec.structs.replace(booked, tokens=spent.tokens + tokens)
        outcome = await self._keep(incident, kind, answer, posts, paid)
        self._told(outcome, tokens)
        if outcome is not ChatOutcome.ANSWERED:
            before = self._failed.get((incident.id, kind))
            self._failed[incident.id, kind] = _Failed((before.times if before else 0) + 1, now)
            log.warning("assistant_failed", incident=incident.id, kind=kind.value, outcome=outcome.value)
            return
        self._failed.pop((incident.id, kind), None)
        self._changed()

    async def _keep(
        self,
        incident: Incident,
        kind: AssistantTextKind,
        answer: ModelAnswer,
        posts: Sequence[SaidPost],
        paid: AssistantSpending,
    ) -> ChatOutcome:
        """Write down what came, once, and what it cost."""
        text = kept_answer(answer.text)
        if answer.outcome is not ChatOutcome.ANSWERED or not text:
            await self._store.spend(paid)
            return ChatOutcome.REFUSED if answer.outcome is ChatOutcome.ANSWERED else answer.outcome
        written = AssistantText(
            kind=kind,
            text=text,
            language=self._language(),
            model=self._settings().model,
            at=self._clock.now(),
        )
        made_of = {each.number: each.mention for each in posts}
        kept = await self._store.put(incident.id, written, made_of, paid)
        return ChatOutcome.ANSWERED if kept else ChatOutcome.GONE
