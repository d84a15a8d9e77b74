"""``/api/v1/mentions/{number}/request``: what people do about a mention, and what they say that it asks for."""

from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.requests.consultation import ConsultationTurn, DelegatedAuthority, QuickAnswer
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import NOTE, RequestRecord, RequestState, RequestStep
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import named
from sentinel.web.answer import as_json, made, read_json
from sentinel.web.answering import answer_request
from sentinel.web.api.shapes import Fault, Name
from sentinel.web.endpoint import BAD, in_path, post
from sentinel.web.http.body import RefusedBody

DIGITS = 18
"""Of a number that there may be."""
Note = Annotated[str, msgspec.Meta(max_length=NOTE, description="What is to be remembered, such as whose it is.")]


class RequestAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step: to a state, with a note; or without a state, only what the mention really asks for (``kind``)."""

    by: Name
    state: RequestState | None = None
    kind: RequestKind | None = None
    note: Note = ""


class RequestStepView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody did; without a state they said what it asks for, or an area answered late.

    ``turn`` says what a question to an ``area`` came to: it was asked (the note is the question, to be answered by
    ``until``), answered (``quick`` is the press, the note the text) or overdue (``authority``: what may be done then).
    """

    state: RequestState | None
    kind: RequestKind | None
    by: str
    at: datetime
    note: str
    turn: ConsultationTurn | None
    area: str | None
    consultation: str | None
    quick: QuickAnswer | None
    until: datetime | None
    authority: DelegatedAuthority | None

    @classmethod
    def of(cls, step: RequestStep) -> "RequestStepView":
        """All of it."""
        return cls(
            state=step.state,
            kind=step.kind,
            by=step.by,
            at=step.at,
            note=step.note,
            turn=step.turn,
            area=step.area or None,
            consultation=step.consultation or None,
            quick=step.quick,
            until=step.until,
            authority=step.authority,
        )


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """How far a request is, who has it, and what led there, oldest first."""

    state: RequestState
    holder: str | None
    steps: list[RequestStepView]

    @classmethod
    def of(cls, record: RequestRecord) -> "RequestView":
        """All of it."""
        return cls(state=record.state, holder=record.holder, steps=[RequestStepView.of(each) for each in record.steps])


class RequestNow(msgspec.Struct, frozen=True, kw_only=True):
    """One request as it is now."""

    request: RequestView


@post(
    "/api/v1/mentions/{number}/request",
    "Take a mention, answer it, or say why it is not answered",
    (200, "On disk; as it is now.", RequestNow),
    BAD,
    (404, "No such mention.", Fault),
    (409, "It stands so that this does not follow, such as a second answer, or nothing was asked.", Fault),
    (503, "The store does not take it, and why; nothing has changed.", Fault),
    scope=Scope.INCIDENTS,
    body=RequestAsk,
    parameters=(in_path("number", "The mention's."),),
    did="request",
)
async def post_request(request: web.Request) -> web.Response:
    """A step further with one."""
    said = request.match_info["number"]
    if not said.isascii() or not said.isdigit() or len(said) > DIGITS:
        raise RefusedBody(404, f"there is no mention {said[:40]!r}; GET /api/v1/mentions has their numbers")
    asked = await read_json(request, RequestAsk)
    note(request, about=said)
    by = named(request, asked.by)
    done = await answer_request(
        ports_of(request), int(said), asked.state, by, note=" ".join(asked.note.split()), kind=asked.kind
    )
    return as_json(RequestNow(request=RequestView.of(made(done))))
