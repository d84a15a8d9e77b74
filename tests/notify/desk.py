"""An outbox, people and providers in memory, on a clock that jumps from second to second: what admission makes of rows,
and when.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sentinel.escalation.budget import Budget
from sentinel.escalation.contact import Contact, Occasion
from sentinel.notify.admission import Admission
from sentinel.notify.base import Delivery, Message, MessageKind, Status, Urgency
from sentinel.notify.plan import Exhausted, Limits, Send, never_waits, was_tried
from sentinel.notify.spent_budgets import SpentBudgets
from tests.fakes import START

GENEROUS = Budget(messages=1000, per=timedelta(minutes=1))
CONTACT = Budget(messages=12, per=timedelta(minutes=10), first_pages=3)
USUAL = Limits(
    group_wait=timedelta(seconds=30),
    contact=CONTACT,
    provider=Budget(messages=60, per=timedelta(minutes=1), first_pages=10),
)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def a_page(brand: str, *, contact: str = "ana", step: int = 1, crisis: bool = False) -> Delivery:
    """A page of an incident of its own."""
    urgency = Urgency.CRISIS if crisis else Urgency.ALERT
    return a_row(brand, contact=contact, step=step, kind=MessageKind.PAGE, urgency=urgency)


def some_news(brand: str, *, contact: str = "ana", kind: MessageKind = MessageKind.UPDATE) -> Delivery:
    """News of a brand's incident."""
    return a_row(brand, contact=contact, step=0, kind=kind, urgency=Urgency.QUIET)


def a_row(
    brand: str, *, contact: str, step: int, kind: MessageKind, urgency: Urgency, incident: bool = True
) -> Delivery:
    message = Message(
        kind=kind,
        urgency=urgency,
        language="en",
        title=f"ALERT · {brand} · 72",
        body="why",
        link=f"https://s.example/{brand}",
        brief=f"{brand} 72",
    )
    return Delivery(
        id=0,
        key="",
        incident=f"i-{brand}" if incident else None,
        epoch=1,
        step=step,
        round=0,
        contact=contact,
        message=message,
        channel=0,
        attempts=0,
        ambiguous=False,
        created_at=START,
        tipped_at=None,
    )


def accepts(_send: Send) -> Status:
    return Status.ACCEPTED


@dataclass
class Line:
    """One row and what became of it; ``held`` is for how long it waited for others' sake."""

    row: Delivery
    not_before: datetime
    state: str = "queued"
    at: datetime | None = None


@dataclass
class Desk:
    """Rows go in with `post`, time passes with `wait`; ``sent`` has (second, contact, brands, URL) of every message."""

    limits: Limits = USUAL
    people: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"ana": ("json://one/ana",), "boss": ("json://two/boss",)}
    )
    contacts: dict[str, Contact] = field(default_factory=dict)
    provider: Callable[[Send], Status] = accepts
    room: Callable[[str], bool] = lambda _: True
    now: datetime = START
    lines: list[Line] = field(default_factory=list)
    sent: list[tuple[float, str, list[str], str]] = field(default_factory=list)
    exhausted: list[Exhausted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new process with nothing in memory."""
        self.admission = Admission(self.limits, self.route, SpentBudgets(self.limits, self.route, self.contacts.get))

    def route(self, contact: str, occasion: Occasion) -> tuple[str, ...]:
        return self.people.get(contact, ())

    def post(self, *rows: Delivery) -> "Desk":
        """These become due now."""
        for row in rows:
            number = len(self.lines) + 1
            self.lines.append(
                Line(row=replace(row, id=number, key=f"row {number}", created_at=self.now), not_before=self.now)
            )
        self.look()
        return self

    def wait(self, count: float) -> "Desk":
        """So many seconds pass, with a look in each."""
        for _ in range(round(count)):
            self.now += seconds(1)
            self.look()
        return self

    def look(self) -> None:
        """What the dispatcher does when it is poked."""
        while True:
            rows = sorted((line for line in self.lines if line.state == "queued"), key=_most_urgent)
            due = [self._seen(line) for line in rows if line.not_before <= self.now]
            contacts = {row.contact for row in due if not never_waits(row)}
            held = [self._seen(line) for line in rows if line.not_before > self.now and line.row.contact in contacts]
            plan = self.admission.plan(due, [row for row in held if not was_tried(row)], self.room, self.now)
            self.exhausted += plan.exhausted
            for send in plan.sends:
                self._send(send)
            for row, ending in plan.ends:
                self._close(row, ending.value)
            for waiting, until in plan.waits:
                assert until > self.now, "a row is put off to the past"
                for row in waiting:
                    self.lines[row.id - 1].not_before = until
            if not plan.waits:
                return

    def _send(self, send: Send) -> None:
        if send.url is None:
            return self._close(send.rows[0], "failed")
        status = self.provider(send)
        self.sent.append(
            ((self.now - START).total_seconds(), send.rows[0].contact, [brand(row) for row in send.rows], send.url)
        )
        for row in send.rows:
            line = self.lines[row.id - 1]
            if status is Status.ACCEPTED:
                self._close(row, "accepted")
            elif status is Status.FAILED:
                line.row = replace(line.row, channel=line.row.channel + 1)
            elif row.attempts >= 2:
                self._close(row, "failed")
            else:
                line.row = replace(line.row, attempts=row.attempts + 1)
                line.not_before = self.now + seconds(5)
        return None

    def _close(self, row: Delivery, state: str) -> None:
        line = self.lines[row.id - 1]
        line.state, line.at = state, self.now

    def _seen(self, line: Line) -> Delivery:
        return replace(line.row, waited=line.not_before > line.row.created_at and not was_tried(line.row))

    def states(self, *brands: str) -> list[str]:
        """Of all rows, or of these brands'."""
        return [line.state for line in self.lines if not brands or brand(line.row) in brands]

    @property
    def arrived(self) -> list[str]:
        """Brands of which somebody read, sorted."""
        return sorted({name for _, _, names, _ in self.sent for name in names})

    @property
    def messages(self) -> list[tuple[float, int]]:
        """(second, how many rows) of every message."""
        return [(at, len(names)) for at, _, names, _ in self.sent]


def brand(row: Delivery) -> str:
    return row.message.brief.removesuffix(" 72")


def _most_urgent(line: Line) -> tuple[int, int, int]:
    row = line.row
    page = row.message.kind is MessageKind.PAGE
    return int(row.message.urgency is not Urgency.CRISIS), 2 - page - (page and row.step == 1), row.id
