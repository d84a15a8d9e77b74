"""Request: a mention that somebody answers, who does, and how far they are; its steps and which may follow which."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

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
NOTE: Final = 500
"""Characters of a note."""


class RequestStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change: who, when, to which state, and a note; ``kind`` when somebody said what it really asks for."""

    state: RequestState
    by: str
    at: datetime
    note: str = ""
    kind: RequestKind | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a mention, oldest step first; without a step it is new."""

    steps: tuple[RequestStep, ...] = ()

    @property
    def state(self) -> RequestState:
        """How far it is."""
        return self.steps[-1].state if self.steps else RequestState.NEW

    @property
    def kind(self) -> RequestKind | None:
        """What somebody said that it asks for, if anybody did."""
        return next((step.kind for step in reversed(self.steps) if step.kind is not None), None)

    @property
    def holder(self) -> str | None:
        """Who has it, while somebody has."""
        return self.steps[-1].by if self.steps and self.state in (RequestState.TAKEN, RequestState.CONSULTING) else None

    @property
    def closed_at(self) -> datetime | None:
        """Since when nobody waits; ``None`` while somebody does."""
        return self.steps[-1].at if self.state in CLOSED else None

    def may_become(self, state: RequestState) -> bool:
        """Whether that state may follow."""
        return self.state in _FOLLOWS[state]

    def after(self, step: RequestStep) -> "Request | None":
        """With one step more; ``None`` when it may not follow, such as two answers.

        Examples
        --------
        >>> from datetime import UTC
        >>> now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        >>> taken = Request().after(RequestStep(state=RequestState.TAKEN, by="ana", at=now))
        >>> taken.holder, taken.after(RequestStep(state=RequestState.NEW, by="ana", at=now)).state.value
        ('ana', 'new')
        """
        corrected = step.kind is not None and step.state is self.state
        if not corrected and not self.may_become(step.state):
            return None
        return Request(steps=(*self.steps, step))
