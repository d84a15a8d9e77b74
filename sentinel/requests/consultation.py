"""Consultation: a question that somebody asked an area of the house about a mention, and what became of it."""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Final

import msgspec

from sentinel.requests.request_kind import RequestKind

PREFIX: Final = "ask-"
"""How an id begins, so that a link says what it leads to."""
QUESTION: Final = 500
"""Characters of a question, and of an answer."""


class DelegatedAuthority(StrEnum):
    """What whoever asked may do on their own when nobody of the area answered in time."""

    REPLY = "reply"
    """Answer for the brand with the draft replies of the playbook."""
    HOLDING_STATEMENT = "holding_statement"
    """Publish the playbook's holding statement, and nothing more."""
    NOTHING = "nothing"


class QuickAnswer(StrEnum):
    """What one press on the phone page says."""

    YES = "yes"
    NO = "no"
    MORE = "more"
    """The area has to know more first."""
    NOT_OURS = "not_ours"
    """It is another area's; the text says whose."""


class ConsultationTurn(StrEnum):
    """What a consultation brings to a request's timeline."""

    ASKED = "asked"
    ANSWERED = "answered"
    OVERDUE = "overdue"


class ConsultationState(StrEnum):
    """How far a consultation is."""

    OPEN = "open"
    ANSWERED = "answered"
    OVERDUE = "overdue"
    """Nobody answered in time; an answer may still come."""
    WITHDRAWN = "withdrawn"
    """Whoever asked went on without an answer."""


class AreaAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody of the area said, with a press, in words, or both."""

    by: str
    at: datetime
    quick: QuickAnswer | None = None
    text: str = ""


class Consultation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question to one area, as it stands; what it was asked under does not change with the configuration.

    Parameters
    ----------
    number
        The mention's.
    by, told
        Who asked; the contacts who hear what becomes of it.
    asked
        Contacts to whom the question was sent.
    reminded
        How many of the reminders' times have passed.
    """

    id: str
    number: int
    area: str
    by: str
    question: str = msgspec.field(name="detail")
    at: datetime
    until: datetime
    remind_every: timedelta
    authority: DelegatedAuthority = DelegatedAuthority.NOTHING
    labels: dict[str, str] = {}
    told: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    reminded: int = 0
    state: ConsultationState = ConsultationState.OPEN
    answer: AreaAnswer | None = None

    @property
    def due_at(self) -> datetime | None:
        """When something is to be done about it: a reminder, or the deadline; ``None`` once nothing is.

        Examples
        --------
        >>> from datetime import UTC
        >>> nine, minute = datetime(2026, 3, 2, 9, tzinfo=UTC), timedelta(minutes=1)
        >>> asked = Consultation(id="ask-1", number=1, area="billing", by="ana", question="?", at=nine,
        ...     until=nine + 60 * minute, remind_every=25 * minute)
        >>> [f"{each.due_at:%H:%M}" for each in (asked, asked.after_reminder((), nine + 30 * minute),
        ...     asked.after_reminder((), nine + 55 * minute))]
        ['09:25', '09:50', '10:00']
        """
        if self.state is not ConsultationState.OPEN:
            return None
        return min(self.until, self.at + (self.reminded + 1) * self.remind_every)

    def label(self, language: str) -> str:
        """What the area is called."""
        return self.labels.get(language) or next(iter(self.labels.values()), "") or self.area

    def after_reminder(self, asked: tuple[str, ...], now: datetime) -> "Consultation":
        """Reminded up to now, over a time in which nobody looked as well; these were asked besides."""
        everybody = tuple(dict.fromkeys((*self.asked, *asked)))
        return msgspec.structs.replace(self, asked=everybody, reminded=(now - self.at) // self.remind_every)

    def answered(self, answer: AreaAnswer) -> "Consultation":
        """Somebody answered."""
        return msgspec.structs.replace(self, state=ConsultationState.ANSWERED, answer=answer)

    def ended(self, state: ConsultationState) -> "Consultation":
        """Over without an answer."""
        return msgspec.structs.replace(self, state=state)


def consultation_id(number: int, area: str, at: datetime) -> str:
    """The name of a question: the same for the same decision.

    Examples
    --------
    >>> from datetime import UTC
    >>> consultation_id(7, "billing", datetime(2026, 3, 2, 9, tzinfo=UTC))[:4]
    'ask-'
    """
    return PREFIX + blake2b(f"{number}\n{area}\n{at.isoformat()}".encode(), digest_size=8).hexdigest()


def playbook_for(asks: RequestKind) -> str:
    """The name of the playbook whose words may be used: in one person's own case, that of customer care.

    Examples
    --------
    >>> playbook_for(RequestKind.HELP), playbook_for(RequestKind.NEWS)
    ('customer_care', 'generic')
    """
    return "customer_care" if asks in (RequestKind.COMPLAINT, RequestKind.HELP) else "generic"
