"""Request record: what became of a mention that somebody may answer; its steps, and which may follow which."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from sentinel.requests.consultation import ConsultationTurn, DelegatedAuthority, QuickAnswer
from sentinel.requests.request_kind import RequestKind


class RequestState(StrEnum):
    """How far it is."""

    NEW = "new"
    TAKEN = "taken"
    """Somebody is writing the answer."""
    CONSULTING = "consulting"
    """An area of the house was asked and has not answered."""
    ANSWERED = "answered"
    IMPROPER = "improper"
    """Not to be answered: insult, provocation, spam."""
    NOT_OURS = "not_ours"
    """Not to be answered here: it is somebody else's; the note says whose."""
    NOTHING_TO_SAY = "nothing_to_say"
    """Not to be answered: nothing is asked."""


CLOSED: Final = frozenset(
    {RequestState.ANSWERED, RequestState.IMPROPER, RequestState.NOT_OURS, RequestState.NOTHING_TO_SAY}
)
"""Nobody waits any more."""
_OPEN: Final = frozenset(RequestState) - CLOSED
_FOLLOWS: Final = {
    RequestState.NEW: frozenset(RequestState) - {RequestState.NEW},
    RequestState.TAKEN: _OPEN,
    RequestState.CONSULTING: frozenset({RequestState.NEW, RequestState.TAKEN}),
    RequestState.ANSWERED: _OPEN,
    RequestState.IMPROPER: _OPEN,
    RequestState.NOT_OURS: _OPEN,
    RequestState.NOTHING_TO_SAY: _OPEN,
}
"""A state, and those that it may be entered from; whatever is closed may be opened again, as new."""
MOST_STEPS: Final = 200
"""Steps that are kept of one mention; a program that takes more is stopped."""
NOTE: Final = 500
"""Characters of a note."""


class RequestStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change: who, when, to which state (``None``: as it was), and a note; ``kind`` when somebody said what it
    really asks for.

    The note is stored under a key under which a person's erasure looks for strangers' words.

    Parameters
    ----------
    holder
        Who has it from then on; empty where that is whoever took the step.
    turn
        Of a consultation: that it was asked, answered or overdue, with its ``area`` and id.
    quick
        The area's answer by one press; the note is what they wrote.
    until, authority
        By when it is to answer, and what may be done when it does not.
    """

    by: str
    at: datetime
    state: RequestState | None = None
    note: str = msgspec.field(default="", name="detail")
    kind: RequestKind | None = None
    holder: str = ""
    turn: ConsultationTurn | None = None
    consultation: str = ""
    area: str = ""
    quick: QuickAnswer | None = None
    until: datetime | None = None
    authority: DelegatedAuthority | None = None


class RequestRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a mention, oldest step first; without a step it is new."""

    steps: tuple[RequestStep, ...] = ()

    @property
    def state(self) -> RequestState:
        """How far it is."""
        step = self._last
        return step.state if step and step.state else RequestState.NEW

    @property
    def kind(self) -> RequestKind | None:
        """What somebody said that it asks for, if anybody did."""
        return next((step.kind for step in reversed(self.steps) if step.kind is not None), None)

    @property
    def holder(self) -> str | None:
        """Who has it, while somebody has."""
        if self._last is None or self.state not in (RequestState.TAKEN, RequestState.CONSULTING):
            return None
        return self._last.holder or self._last.by

    @property
    def moved_by(self) -> str:
        """Who brought it to where it is; where an area or a deadline did, whoever has it since. Empty for nobody."""
        return (self._last.holder or self._last.by) if self._last else ""

    @property
    def consulted(self) -> RequestStep | None:
        """The question to an area that waits for its answer."""
        step = self._last
        return step if step and step.turn is ConsultationTurn.ASKED else None

    @property
    def unanswered(self) -> RequestStep | None:
        """The newest question, when nobody of its area has answered it in time and whoever asked has not closed it."""
        turn = next((step for step in reversed(self.steps) if step.turn is not None), None)
        overdue = turn is not None and turn.turn is ConsultationTurn.OVERDUE and self.state is RequestState.TAKEN
        return turn if overdue else None

    @property
    def closed_at(self) -> datetime | None:
        """Since when nobody waits; ``None`` while somebody does."""
        return self._last.at if self._last and self.state in CLOSED else None

    def waits_since(self, heard_at: datetime) -> datetime:
        """Since when an answer is waited for: since it was heard, or since it was opened again."""
        return next((step.at for step in reversed(self.steps) if step.state is RequestState.NEW), heard_at)

    def outline(self) -> "RequestRecord":
        """How far it is, and nothing of who did what: for those who have only some of its brands."""
        return RequestRecord(steps=tuple(RequestStep(state=self.state, by="", at=step.at) for step in self.steps[-1:]))

    def may_become(self, state: RequestState) -> bool:
        """Whether that state may follow."""
        return self.state in _FOLLOWS[state]

    def moved_since(self, seen: int | None, step: "RequestStep") -> bool:
        """Whether somebody else has moved it since there were ``seen`` steps, of which whoever takes this one cannot
        know; ``None``: whatever there are.
        """
        since = self.steps[seen:] if seen is not None and step.state is not None else ()
        return any(each.state is not None and each.by != step.by for each in since)

    def after(self, step: RequestStep) -> "RequestRecord | None":
        """With one step more; ``None`` when it may not follow, such as two answers.

        Examples
        --------
        >>> from datetime import UTC
        >>> now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        >>> taken = RequestRecord().after(RequestStep(state=RequestState.TAKEN, by="ana", at=now))
        >>> taken.holder, taken.after(RequestStep(state=RequestState.NEW, by="ana", at=now)).state.value
        ('ana', 'new')
        """
        follows = step.state is None or self.may_become(step.state)
        if step.state is None and step.turn is None:
            follows = step.kind not in (None, self.kind)
        if step.turn is ConsultationTurn.ASKED:  # who only noted that they asked may ask here as well
            follows = self.consulted is None and (follows or self.state is RequestState.CONSULTING)
        follows = follows and len(self.steps) < MOST_STEPS
        return RequestRecord(steps=(*self.steps, step)) if follows else None

    @property
    def _last(self) -> RequestStep | None:
        """The step that led to the state."""
        return next((step for step in reversed(self.steps) if step.state is not None), None)
