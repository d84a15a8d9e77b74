"""What a consultation brings to its request's timeline."""

from datetime import datetime

from sentinel.requests.consultation import Consultation, ConsultationState, ConsultationTurn
from sentinel.requests.request_record import RequestRecord, RequestState, RequestStep


def answerable(one: Consultation, record: RequestRecord) -> bool:
    """Whether an answer still helps somebody: nobody has answered, and the request is not closed."""
    asks = one.state in (ConsultationState.OPEN, ConsultationState.OVERDUE)
    return asks and record.closed_at is None


def step_asked(one: Consultation) -> RequestStep:
    """An area is asked."""
    return RequestStep(
        state=RequestState.CONSULTING,
        by=one.by,
        at=one.at,
        note=one.question,
        turn=ConsultationTurn.ASKED,
        consultation=one.id,
        area=one.area,
        until=one.until,
    )


def step_answered(before: Consultation, after: Consultation, now: datetime) -> RequestStep:
    """It is with whoever asked again; a late answer moves nothing."""
    answer = after.answer
    return RequestStep(
        state=RequestState.TAKEN if before.state is ConsultationState.OPEN else None,
        by=answer.by if answer else "",
        at=now,
        note=answer.text if answer else "",
        quick=answer.quick if answer else None,
        holder=before.by,
        turn=ConsultationTurn.ANSWERED,
        consultation=before.id,
        area=before.area,
    )


def step_overdue(one: Consultation, now: datetime) -> RequestStep:
    """Nobody answered in time: whoever asked has it again, with what they may do alone."""
    return RequestStep(
        state=RequestState.TAKEN,
        by="",
        at=now,
        holder=one.by,
        turn=ConsultationTurn.OVERDUE,
        consultation=one.id,
        area=one.area,
        authority=one.authority,
    )
