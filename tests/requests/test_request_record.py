"""A request's life: taken, consulted, answered, not to be answered; what may follow what, and who has it."""

from datetime import timedelta

import pytest

from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import CLOSED, MOST_STEPS, RequestRecord, RequestState, RequestStep
from tests.fakes import START

MINUTE = timedelta(minutes=1)


def told(*states: RequestState) -> RequestRecord:
    """One step a minute, each by ana."""
    request = RequestRecord()
    for place, state in enumerate(states):
        after = request.after(RequestStep(state=state, by="ana", at=START + place * MINUTE))
        assert after is not None, f"{state} may follow {request.state}"
        request = after
    return request


def test_a_complaint_that_billing_is_asked_about() -> None:
    """Taken, billing is asked, its answer comes, the person is answered: ana has it until then, nobody waits after."""
    taken = told(RequestState.TAKEN)
    assert (taken.holder, taken.closed_at) == ("ana", None)
    answered = told(RequestState.TAKEN, RequestState.CONSULTING, RequestState.TAKEN, RequestState.ANSWERED)
    assert (answered.holder, answered.closed_at) == (None, START + 3 * MINUTE)


@pytest.mark.parametrize("closed", sorted(CLOSED))
def test_what_is_closed_is_closed_once_and_opened_again(closed: RequestState) -> None:
    """Two people who close the same one: the second is told; whoever was wrong opens it again."""
    request = told(closed)
    assert request.after(RequestStep(state=RequestState.ANSWERED, by="marta", at=START)) is None
    assert request.after(RequestStep(state=RequestState.TAKEN, by="marta", at=START)) is None
    again = request.after(RequestStep(state=RequestState.NEW, by="marta", at=START))
    assert again is not None
    assert (again.state, again.closed_at) == (RequestState.NEW, None)


def test_somebody_says_what_it_asks_for() -> None:
    """A kind that a person gives stands, whatever state it is in, and the last one counts; the state stays."""
    request = told(RequestState.TAKEN)
    for kind in (RequestKind.HELP, RequestKind.IDEA):
        after = request.after(RequestStep(by="marta", at=START + MINUTE, kind=kind))
        assert after is not None
        request = after
    assert (request.state, request.kind, request.holder) == (RequestState.TAKEN, RequestKind.IDEA, "ana")
    assert request.after(RequestStep(by="marta", at=START)) is None


def test_whoever_waits_again_waits_anew() -> None:
    """The clock of an answer begins when it was heard, and again when it is opened again."""
    answered = told(RequestState.TAKEN, RequestState.ANSWERED)
    assert answered.waits_since(START - MINUTE) == START - MINUTE
    again = told(RequestState.TAKEN, RequestState.ANSWERED, RequestState.NEW)
    assert again.waits_since(START - MINUTE) == START + 2 * MINUTE


def test_what_is_said_twice_is_said_once() -> None:
    """The same kind again is no step, and nobody writes without an end."""
    said = RequestStep(by="marta", at=START, kind=RequestKind.HELP)
    once = RequestRecord().after(said)
    assert once is not None
    assert once.after(said) is None
    full = RequestRecord(steps=(said,) * MOST_STEPS)
    assert full.after(RequestStep(state=RequestState.TAKEN, by="ana", at=START)) is None


def test_an_outline_says_how_far_and_not_who() -> None:
    """For those who have only some of a mention's brands."""
    taken = told(RequestState.TAKEN).outline()
    assert (taken.state, taken.holder, [step.note for step in taken.steps]) == (RequestState.TAKEN, "", [""])
    assert RequestRecord().outline() == RequestRecord()
