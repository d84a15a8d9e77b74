"""ConsultationKeeper: asks areas of the house about a mention, reminds them, takes their answers, and tells whoever
asked; all of it is on disk before anybody is told.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec
import structlog

from sentinel.clock import Clock
from sentinel.config.areas import AreaSettings
from sentinel.daemon.messages.consultation_words import ConsultationWords
from sentinel.escalation.contact import Contact, Occasion
from sentinel.notify.base import Delivery, Message
from sentinel.requests.consultation import AreaAnswer, Consultation, ConsultationState, QuickAnswer, consultation_id
from sentinel.requests.consultation_steps import answerable, step_answered, step_asked, step_overdue
from sentinel.requests.request_record import RequestRecord
from sentinel.store.consultation_rows import asking_key
from sentinel.store.consultation_store import ConsultationStore, ConsultedMention
from sentinel.store.health import StoreFailing
from sentinel.store.outbox import key_of

EVERY = 20.0
"""Seconds between looks at what is due."""
MOST_TOLD = 5
"""Contacts who hear what became of one question."""
log = structlog.get_logger(__name__)


class NotAsked(StrEnum):
    """Why a question did not go out."""

    GONE = "gone"
    """There is no such mention, or not any more."""
    AREA = "area"
    """There is no such area."""
    BRAND = "brand"
    """The area is not asked about brands of this mention."""
    NOBODY = "nobody"
    """The area means nobody now who reads messages that are no pages."""
    STANDS = "stands"
    """The request is closed, or an area is asked already."""


class ConsultationCounts(Protocol):
    """Who counts."""

    def asked(self, area: str) -> None:
        """A question went out."""
        ...

    def answered(self, area: str, seconds: float) -> None:
        """An area answered, so long after it was asked."""
        ...

    def overdue(self, area: str) -> None:
        """Nobody answered in time."""
        ...

    def waiting(self, count: int) -> None:
        """So many questions wait for an answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationHouse:
    """The configuration in force, as far as questions hang on it.

    Parameters
    ----------
    people
        Whom targets mean at an instant.
    on_call
        Whom the first step of the policy of the first of these brands means at an instant.
    """

    areas: Mapping[str, AreaSettings]
    contacts: Mapping[str, Contact]
    words: ConsultationWords
    people: Callable[[Iterable[str], datetime], Sequence[str]]
    on_call: Callable[[Sequence[str], datetime], Sequence[str]]

    def readers(self, contacts: Iterable[str]) -> tuple[str, ...]:
        """Those of them who take messages that are no pages."""
        return tuple(each for each in contacts if each in self.contacts and self.contacts[each].kinds(Occasion.NEWS))

    def awake(self, contacts: Iterable[str], now: datetime) -> tuple[str, ...]:
        """Those of them who have no quiet hours now."""
        return tuple(each for each in contacts if not self.contacts[each].leaves_alone(Occasion.NEWS, now))

    def contact_of(self, by: str) -> str | None:
        """The contact whom a name means: its key, or else what it is called."""
        if by in self.contacts:
            return by
        named = by.strip().casefold()
        return next((each for each in self.contacts if self.words.briefing.name_of(each).casefold() == named), None)


class ConsultationKeeper:
    """Takes every step of every consultation, one at a time. Implements the pages' `ConsultationPort`.

    Parameters
    ----------
    committed
        Called when rows were added to the outbox, and a request is shown otherwise than before.
    """

    def __init__(
        self,
        store: ConsultationStore,
        house: Callable[[], ConsultationHouse],
        counts: ConsultationCounts,
        committed: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._store = store
        self._house = house
        self._counts = counts
        self._committed = committed
        self._clock = clock
        self._turn = asyncio.Lock()

    async def ask(self, number: int, area: str, question: str, by: str) -> RequestRecord | NotAsked:
        """Ask an area; without a question, what is mostly asked. Returns once question, step and messages are on disk.

        Raises
        ------
        StoreFailing
            When it cannot be written; then nothing has changed.
        """
        house, now = self._house(), self._clock.now()
        async with self._turn:
            about, settings = await self._store.about(number), house.areas.get(area)
            if about is None or settings is None:
                return NotAsked.GONE if about is None else NotAsked.AREA
            if not settings.covers(about.brands):
                return NotAsked.BRAND
            readers = house.readers(house.people(settings.contacts, now))
            if not readers:
                return NotAsked.NOBODY
            question = question or house.words.suggestion(about.record.kind or about.hearing.asks)
            one = self._question(number, area, settings, question, by, now)
            asked, told = house.awake(readers, now), self._told(house, by, about, now)
            one = msgspec.structs.replace(one, asked=asked, told=told)
            rows = self._asking(house, one, one.asked, about, now)
            done = await self._store.begin(one, step_asked(one), rows)
        if done is None or not done.took:
            return NotAsked.GONE if done is None else NotAsked.STANDS
        log.info("consultation_asked", number=number, area=area, id=one.id, by=by)
        self._counts.asked(area)
        self._committed()
        return done.record

    async def find(self, name: str) -> tuple[Consultation, ConsultedMention] | None:
        """One with what it is about, as it stands; ``None`` when there is none, or its mention is gone."""
        return await self._store.get(name)

    async def answer(self, name: str, contact: str, quick: QuickAnswer | None, text: str) -> bool:
        """Take an answer; returns once it is on disk.

        Returns
        -------
        bool
            ``False`` when it is too late for one: somebody answered, or nobody asks any more.
        """
        house, now = self._house(), self._clock.now()
        async with self._turn:
            found = await self._store.get(name)
            if found is None or not answerable(found[0], found[1].record):
                return False
            before, about = found
            after = before.answered(AreaAnswer(by=contact, at=now, quick=quick, text=text))
            rows = [
                self._row(after, each, "answered", house.words.answered(after, each, about.brands), now)
                for each in house.readers(after.told)
                if each != contact
            ]
            done = await self._store.go_on(before, after, step_answered(before, after, now), rows)
        if done:
            log.info("consultation_answered", number=after.number, area=after.area, id=after.id, by=contact)
            self._counts.answered(after.area, (now - after.at).total_seconds())
            self._committed()
        return done

    async def run(self) -> None:
        """Remind and end until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        """Do what is due, once; while the store fails nothing is, and nothing is forgotten."""
        try:
            for each in await self._store.due(self._clock.now()):
                async with self._turn:
                    await self._go_on(each, self._clock.now())
            self._counts.waiting(await self._store.open())
        except StoreFailing:  # said where it was noticed
            return

    async def _go_on(self, before: Consultation, now: datetime) -> None:
        found = await self._store.get(before.id)
        if found is None or found[0] != before:
            return
        house, about = self._house(), found[1]
        if now >= before.until:
            await self._end(house, before, about, now)
            return
        settings = house.areas.get(before.area)
        meant = house.people(settings.contacts, now) if settings is not None else before.asked
        asked = house.awake(house.readers(meant), now)
        after = before.after_reminder(asked, now)
        if await self._store.go_on(before, after, None, self._asking(house, after, asked, about, now)):
            log.info("consultation_reminded", number=after.number, area=after.area, id=after.id, times=after.reminded)
            self._committed()

    async def _end(
        self, house: ConsultationHouse, before: Consultation, about: ConsultedMention, now: datetime
    ) -> None:
        """Nobody answered: whoever asked has it again, and hears what they may do alone."""
        after = before.ended(ConsultationState.OVERDUE)
        asks = about.record.kind or about.hearing.asks
        rows = [
            self._row(after, each, "overdue", house.words.overdue(after, each, about.brands, asks), now)
            for each in house.readers(after.told)
        ]
        if await self._store.go_on(before, after, step_overdue(after, now), rows):
            log.warning("consultation_overdue", number=after.number, area=after.area, id=after.id)
            self._counts.overdue(after.area)
            self._committed()

    def _question(
        self, number: int, area: str, settings: AreaSettings, question: str, by: str, now: datetime
    ) -> Consultation:
        return Consultation(
            id=consultation_id(number, area, now),
            number=number,
            area=area,
            by=by,
            question=question,
            at=now,
            until=now + settings.answer_within,
            remind_every=settings.remind_every,
            authority=settings.authority,
            labels=settings.labels(area),
        )

    def _told(self, house: ConsultationHouse, by: str, about: ConsultedMention, now: datetime) -> tuple[str, ...]:
        """Whoever asked; where no contact is called so, or reads no such messages, whoever is on call for the brand."""
        asker = house.contact_of(by)
        own = house.readers((asker,)) if asker is not None else ()
        return own or tuple(house.on_call(about.brands, now))[:MOST_TOLD]

    def _asking(
        self,
        house: ConsultationHouse,
        one: Consultation,
        contacts: Sequence[str],
        about: ConsultedMention,
        now: datetime,
    ) -> list[Delivery]:
        return [
            replace(
                self._row(
                    one,
                    each,
                    "",
                    house.words.asking(one, each, about.mention, about.brands, now, turn=one.reminded),
                    now,
                ),
                key=asking_key(one, each, one.reminded),
            )
            for each in contacts
        ]

    def _row(self, one: Consultation, contact: str, what: str, message: Message, now: datetime) -> Delivery:
        return Delivery(
            id=0,
            key=key_of(one.id, 0, 0, 0, contact, what),
            incident=None,
            epoch=0,
            step=0,
            round=0,
            contact=contact,
            message=message,
            channel=0,
            attempts=0,
            ambiguous=False,
            created_at=now,
            tipped_at=None,
        )
