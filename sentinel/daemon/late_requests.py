"""Late requests: whoever is on call for a brand is told, once and quietly, of requests that nobody took in their
time.

What was told is written down in the commit that tells it, so that a restart tells nothing twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final, Protocol

import msgspec
import structlog

from sentinel.clock import Clock
from sentinel.escalation.contact import Contact, Occasion
from sentinel.mention import Mention
from sentinel.notify.base import Delivery, Message
from sentinel.requests.priority import Priority, priority_as_said
from sentinel.requests.request_record import RequestState
from sentinel.store.decision import Decision
from sentinel.store.facts import LATE_REQUESTS as FACT
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing
from sentinel.store.heard_mention import HeardMention, MentionFilter
from sentinel.store.outbox import key_of

EVERY: Final = 30.0
"""Seconds between looks."""
APART: Final = timedelta(minutes=15)
"""Between two messages about one brand: what becomes late meanwhile goes with the next."""
MOST: Final = 500
"""Late requests of one priority that are looked at, the newest."""
REMEMBERED: Final = 4000
"""Requests of which is remembered that they were told."""
log = structlog.get_logger(__name__)


class FindsLate(Protocol):
    """Where they are."""

    async def find(self, wanted: MentionFilter, *, before: int | None = None, limit: int = 50) -> list[HeardMention]:
        """The newest first."""
        ...


class ToldRequests(msgspec.Struct, frozen=True, kw_only=True):
    """What was told: each request with since when it waited then, and when each brand's newest message went."""

    requests: tuple[tuple[str, int, int], ...] = ()
    brands: dict[str, datetime] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRule:
    """The configuration in force, as far as late requests hang on it.

    Parameters
    ----------
    within
        Which priorities are told, and how soon each is to be answered.
    on_call, silenced
        Whom a brand's first step means now; whether its pages are held back now.
    message
        Makes the words for a contact: of a brand, how many, and the newest of them.
    """

    within: Mapping[Priority, timedelta]
    contacts: Mapping[str, Contact]
    on_call: Callable[[Sequence[str], datetime], Sequence[str]]
    silenced: Callable[[str, datetime], bool]
    message: Callable[[str, str, int, Sequence[Mention]], Message]

    def listeners(self, brand: str, now: datetime) -> tuple[str, ...]:
        """Who is told now: nobody in a silence, and nobody in quiet hours."""
        if self.silenced(brand, now):
            return ()
        meant = [each for each in self.on_call((brand,), now) if each in self.contacts]
        return tuple(
            each
            for each in meant
            if self.contacts[each].kinds(Occasion.NEWS) and not self.contacts[each].leaves_alone(Occasion.NEWS, now)
        )


class LateRequests:
    """Looks for them.

    Parameters
    ----------
    committed
        Called after each commit: there is something to send.
    """

    def __init__(
        self,
        mentions: FindsLate,
        failover: FailoverStore,
        rule: Callable[[], LateRule],
        committed: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._mentions = mentions
        self._failover = failover
        self._rule = rule
        self._committed = committed
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        """Tell what is new; while the store fails nothing, since it can wait."""
        rule, now = self._rule(), self._clock.now()
        if not rule.within or self._failover.failing:
            return
        try:
            told = _read(await self._failover.fact(FACT))
            late = await self._late(rule, now)
            for brand, found in late.items():
                told = await self._tell(rule, brand, found, told, now)
        except StoreFailing:  # said where it was noticed
            return

    async def _late(self, rule: LateRule, now: datetime) -> dict[str, list[HeardMention]]:
        """By brand, the newest first."""
        by_brand: dict[str, list[HeardMention]] = {}
        for priority, within in rule.within.items():
            wanted = MentionFilter(state=RequestState.NEW, priority=priority, until=now - within)
            for each in await self._mentions.find(wanted, limit=MOST):
                if now - each.request.waits_since(each.heard_at) <= within:
                    continue  # somebody opened it again not long ago
                for one in each.hearing.brands:
                    if priority_as_said(one.priority, each.request.kind) is priority:
                        by_brand.setdefault(one.brand, []).append(each)
        return by_brand

    async def _tell(
        self, rule: LateRule, brand: str, late: Sequence[HeardMention], told: ToldRequests, now: datetime
    ) -> ToldRequests:
        known = set(told.requests)
        fresh = {_mark(brand, each): each for each in late if _mark(brand, each) not in known}
        newest = told.brands.get(brand)
        if not fresh or (newest is not None and now - newest < APART):
            return told
        if not (listeners := rule.listeners(brand, now)):
            return told
        kept = sorted({*told.requests, *fresh}, key=lambda mark: mark[1])[-REMEMBERED:]
        brands = {name: at for name, at in told.brands.items() if now - at < APART} | {brand: now}
        after = ToldRequests(requests=tuple(kept), brands=brands)
        mentions = [each.mention for each in fresh.values()]
        rows = tuple(
            _row(contact, list(fresh), rule.message(contact, brand, len(fresh), mentions), now) for contact in listeners
        )
        await self._failover.commit(Decision(rows=rows, facts={FACT: msgspec.json.encode(after).decode()}))
        log.info("late_requests", brand=brand, count=len(fresh))
        self._committed()
        return after


def _mark(brand: str, each: HeardMention) -> tuple[str, int, int]:
    """A request that waits since then: opened again, it is another one."""
    return brand, each.number, round(each.request.waits_since(each.heard_at).timestamp())


def _row(contact: str, marks: Sequence[tuple[str, int, int]], message: Message, now: datetime) -> Delivery:
    about = blake2b(msgspec.json.encode(marks), digest_size=16).hexdigest()
    return Delivery(
        id=0,
        key=key_of(FACT, 0, 0, 0, contact, about),
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


def _read(fact: str | None) -> ToldRequests:
    try:
        return msgspec.json.decode(fact, type=ToldRequests) if fact else ToldRequests()
    except (msgspec.MsgspecError, UnicodeError):
        return ToldRequests()
