"""Request marks of a period: what people asked of a brand, how it was answered and how soon, and who still waits."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from statistics import median_low
from typing import Final

import msgspec

from sentinel.reports.sheet import Block, Paragraph, Points
from sentinel.reports.voice import ReportVoice
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState

ASKED: Final = (RequestKind.COMPLAINT, RequestKind.QUESTION, RequestKind.HELP)
"""Kinds that wait for an answer."""
UNANSWERED: Final = (RequestState.IMPROPER, RequestState.NOT_OURS, RequestState.NOTHING_TO_SAY)
"""Ways in which people decide not to answer."""
IN_HAND: Final = (RequestState.TAKEN, RequestState.CONSULTING)


class RequestMarks(msgspec.Struct, frozen=True, kw_only=True):
    """Of what was heard in the period, as it stands now.

    ``asked`` counts mentions by `ASKED` kinds, ``states`` by how far they are (``new`` are those that wait with a
    priority, ``late`` of them for longer than they should). ``to_answer`` is the median time to an answer, ``in_time``
    how many answers came within the time of their priority.
    """

    asked: dict[RequestKind, int]
    states: dict[RequestState, int]
    late: int
    to_answer: timedelta | None
    in_time: int

    @property
    def total(self) -> int:
        """Mentions that ask for an answer."""
        return sum(self.asked.values())


def request_marks(
    asked: Mapping[RequestKind, int],
    states: Mapping[RequestState, int],
    late: int,
    answers: Sequence[tuple[timedelta, timedelta | None]],
) -> RequestMarks:
    """From counts, and of each answer its time and the time that its priority gave it.

    Examples
    --------
    >>> hour = timedelta(hours=1)
    >>> answers = [(hour / 2, hour), (hour * 2, hour)]
    >>> marks = request_marks({RequestKind.COMPLAINT: 3}, {RequestState.ANSWERED: 2}, 0, answers)
    >>> marks.to_answer == hour / 2, marks.in_time, marks.total
    (True, 1, 3)
    """
    spans = [span for span, _ in answers]
    return RequestMarks(
        asked={kind: count for kind in ASKED if (count := asked.get(kind, 0))},
        states={state: count for state in RequestState if (count := states.get(state, 0))},
        late=late,
        to_answer=median_low(spans) if spans else None,
        in_time=sum(within is None or span <= within for span, within in answers),
    )


def request_blocks(marks: RequestMarks, voice: ReportVoice) -> Iterator[Block]:
    """In a few lines."""
    if not marks.total and not marks.states:
        yield Paragraph((voice.say("selection.asked_nothing"),), soft=True)
        return
    yield Points(tuple((line,) for line in _lines(marks, voice)))


def _lines(marks: RequestMarks, voice: ReportVoice) -> Iterator[str]:
    yield voice.say("selection.asked", **{kind.value: marks.asked.get(kind, 0) for kind in ASKED})
    state = marks.states.get
    if answered := state(RequestState.ANSWERED, 0):
        span = voice.span(marks.to_answer)
        yield voice.say("selection.answered", count=answered, span=span, in_time=marks.in_time)
    if any(state(each) for each in UNANSWERED):
        yield voice.say("selection.unanswered", **{each.value: state(each, 0) for each in UNANSWERED})
    hand, waiting = sum(state(each, 0) for each in IN_HAND), state(RequestState.NEW, 0)
    yield voice.say("selection.open", hand=hand, waiting=waiting, late=marks.late)
