"""A request's life: taken, consulted, answered, not to be answered; what may follow what, and who has it."""

from datetime import timedelta

import pytest

from sentinel.requests.request import CLOSED, Request, RequestState, RequestStep
from sentinel.requests.request_kind import RequestKind
from tests.fakes import START

MINUTE = timedelta(minutes=1)


def told(*states: RequestState) -> Request:
    """One step a minute, each by ana."""
    request = Request()
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
    request = told(RequestState.NEW) if closed is RequestState.NEW else told(closed)
    assert request.after(RequestStep(state=RequestState.ANSWERED, by="marta", at=START)) is None
    assert request.after(RequestStep(state=RequestState.TAKEN, by="marta", at=START)) is None
    again = request.after(RequestStep(state=RequestState.NEW, by="marta", at=START))
    assert again is not None
    assert (again.state, again.closed_at) == (RequestState.NEW, None)


def test_somebody_says_what_it_asks_for() -> None:
    """A kind that a person gives stands, whatever state it is in, and the last one counts."""
    request = Request()
    for kind in (RequestKind.HELP, RequestKind.IDEA):
        after = request.after(RequestStep(state=request.state, by="ana", at=START, kind=kind))
        assert after is not None
        request = after
    assert (request.state, request.kind) == (RequestState.NEW, RequestKind.IDEA)
    assert request.after(RequestStep(state=RequestState.NEW, by="ana", at=START)) is None
