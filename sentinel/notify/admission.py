"""Admission: what of the due rows goes now, what waits to go together with others, what is not sent to this contact at
all.

Stands between the outbox and the dispatcher. Decides from the rows, the instant and what was sent before, and from
nothing else. A crisis always goes at once; a page is never dropped: it waits `PATIENCE` at most, goes with others,
takes another channel, or is passed on to the next person.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sentinel.escalation.budget import PATIENCE, Budget, BudgetKind, group_ends
from sentinel.notify.base import Delivery, occasion_of
from sentinel.notify.channels import destination_of
from sentinel.notify.plan import (
    DispatchPlan,
    Ending,
    Exhausted,
    Limits,
    Send,
    counts_at_night,
    is_first,
    is_news,
    is_page,
    never_waits,
    was_tried,
)
from sentinel.notify.retry import with_room
from sentinel.notify.spent_budgets import Route, SpentBudgets

Reserve = Callable[[str], bool]
"""Takes a place among the sends under way to a destination; False when there is none."""
_MIDNIGHT = datetime(1970, 1, 1, tzinfo=UTC)


class _Group(NamedTuple):
    """What goes together: pages, or news, of one contact; what was tried, over one channel; what never waits goes
    ``alone``.
    """

    contact: str
    page: bool
    tried: int | None
    alone: str | None

    @property
    def in_turn(self) -> bool:
        """Whether it may have to wait."""
        return self.tried is None and self.alone is None


def _group(row: Delivery) -> _Group:
    free = never_waits(row)
    return _Group(
        row.contact, is_page(row), row.channel if was_tried(row) and not free else None, row.key if free else None
    )


class Admission:
    """Decides what is next.

    Parameters
    ----------
    account
        What was sent so far; every send that is planned is counted in it.
    """

    def __init__(self, limits: Limits, route: Route, account: SpentBudgets) -> None:
        self._limits = limits
        self._route = route
        self.account = account
        self._told: dict[tuple[BudgetKind, str], str] = {}

    def plan(self, due: Sequence[Delivery], held: Sequence[Delivery], reserve: Reserve, now: datetime) -> DispatchPlan:
        """Decide on every row that is due.

        Parameters
        ----------
        due
            Most urgent first.
        held
            Rows of the same contacts that wait, not due yet: they go along with what goes.
        """
        plan = DispatchPlan()
        for group, rows in self._groups(self._newest(due, held, plan)).items():
            if group.in_turn:
                waiting = [row for row in held if _group(row) == group]
                self._in_turn(plan, rows, waiting, reserve, now)
            else:
                self._send(plan, tuple(rows), rows[0].channel, reserve, now)
        return plan

    def _groups(self, rows: Iterable[Delivery]) -> dict[_Group, list[Delivery]]:
        """Rows that may go together, in the order of the most urgent of each."""
        groups: dict[_Group, list[Delivery]] = {}
        for row in rows:
            groups.setdefault(_group(row), []).append(row)
        return groups

    def _newest(self, due: Sequence[Delivery], held: Sequence[Delivery], plan: DispatchPlan) -> list[Delivery]:
        """What is due, without news that newer news of the same incident has overtaken."""
        newest: dict[tuple[str, str | None], datetime] = {}
        for row in (*due, *held):
            if is_news(row):
                known = newest.get((row.contact, row.incident), row.created_at)
                newest[row.contact, row.incident] = max(known, row.created_at)
        old = [
            row
            for row in due
            if is_news(row) and row.incident is not None and row.created_at < newest[row.contact, row.incident]
        ]
        plan.ends += [(row, Ending.SUPERSEDED) for row in old]
        gone = {row.key for row in old}
        return [row for row in due if row.key not in gone]

    def _in_turn(
        self, plan: DispatchPlan, rows: list[Delivery], held: list[Delivery], reserve: Reserve, now: datetime
    ) -> None:
        """Rows of one contact that were never tried, all pages or all news: the first goes, the others with it once
        they have waited.
        """
        while rows := self._within_night(plan, rows, now):
            place, until = self._way(plan, rows, now)
            due_by = min(row.created_at for row in (*rows, *held)) + PATIENCE
            if until is not None and self.account.has_digest(rows[0].contact):
                plan.ends += [(row, Ending.DIGEST) for row in rows if is_news(row)]
                if not (rows := [row for row in rows if not is_news(row)]):
                    return
            if until is not None and now < due_by:
                plan.waits.append((tuple(rows), min(until, due_by)))
                return
            together = until is not None or bool(held) or any(row.waited for row in rows)
            going = (*rows, *self._within_night(plan, held, now)) if together else (rows[0],)
            if not self._send(plan, going, place, reserve, now):
                return
            rows, held = rows[len(going) :], []

    def _within_night(self, plan: DispatchPlan, rows: list[Delivery], now: datetime) -> list[Delivery]:
        """Without the pages that are too many for this contact's night; what has no ladder has nobody to be passed on
        to.
        """
        if not rows or not is_page(rows[0]):
            return rows
        contact = rows[0].contact
        nights = self.account.nights(contact)
        if nights is None or not self.account.spending(contact, now).is_over(nights, now):
            return rows
        passed_on = [row for row in rows if row.incident is not None]
        plan.ends += [(row, Ending.NIGHT) for row in passed_on]
        if passed_on:
            self._met(plan, BudgetKind.NIGHT, contact, str(nights.night(now)), now)
        return [row for row in rows if row.incident is None]

    def _way(self, plan: DispatchPlan, rows: list[Delivery], now: datetime) -> tuple[int, datetime | None]:
        """Over which channel these go, and until when they wait, if they must: for their group, for the contact, for
        the provider.
        """
        contact, page = rows[0].contact, is_page(rows[0])
        spent, first = self.account.spending(contact, now), any(is_first(row) for row in rows)
        urls = self._route(contact, occasion_of(rows[0].message))
        waits = [self.account.provider_wait(url, now, first=first) for url in urls]
        place = min(range(len(waits)), key=lambda each: waits[each], default=0)
        if any(waits[:1]) and self._limits.provider is not None:
            self._met(plan, BudgetKind.PROVIDER, contact, _window(self._limits.provider, now), now)
        if page and (ends := group_ends(spent.paged_at, self._limits.group_wait, now)) is not None:
            return place, ends
        if spent.bucket is not None and (wait := spent.bucket.wait(now, first=first)):
            self._met(plan, BudgetKind.CONTACT, contact, _window(spent.bucket.budget, now), now)
            return place, now + wait
        return place, now + waits[place] if waits and waits[place] else None

    def _send(
        self, plan: DispatchPlan, rows: tuple[Delivery, ...], place: int, reserve: Reserve, now: datetime
    ) -> bool:
        """Take up a message, if the provider has a place for one more send now."""
        contact = rows[0].contact
        urls = self._route(contact, occasion_of(rows[0].message))
        if place >= len(urls):
            plan.sends += [Send(rows=(row,), place=place, url=None, at=now) for row in rows]
            return True
        if not reserve(destination_of(urls[place])):
            others = with_room(rows[0], now, len(urls))
            room = next((each for each in others if reserve(destination_of(urls[each]))), None)
            if room is None:
                plan.full |= {(row.contact, row.channel) for row in rows}
                return False
            place = room
        self.account.count_provider(urls[place], now)
        if not was_tried(rows[0]):
            self.account.count(contact, now, page=counts_at_night(rows[0]))
        plan.sends.append(Send(rows=rows, place=place, url=urls[place], at=now))
        return True

    def _met(self, plan: DispatchPlan, budget: BudgetKind, contact: str, window: str, now: datetime) -> None:
        """An empty budget, told once for its window."""
        if self._told.get((budget, contact)) != window:
            self._told[budget, contact] = window
            plan.exhausted.append(Exhausted(budget=budget, contact=contact, window=window, at=now))


def _window(budget: Budget, now: datetime) -> str:
    """The while a budget counts for, on a grid: an empty one is told once in each."""
    return (now - (now - _MIDNIGHT) % budget.per).isoformat(timespec="seconds")
