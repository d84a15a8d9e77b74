"""``/api/v1/mentions/{number}/consultations``: asks an area of the house before somebody answers."""

from typing import Annotated

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.requests.consultation import QUESTION
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import named
from sentinel.web.answer import as_json, made, read_json
from sentinel.web.api.requests import DIGITS, RequestNow, RequestView
from sentinel.web.api.shapes import Fault, Name
from sentinel.web.consulting import ask_area
from sentinel.web.endpoint import BAD, in_path, post
from sentinel.web.http.body import RefusedBody

Question = Annotated[
    str,
    msgspec.Meta(max_length=QUESTION, description="Left out: what is mostly asked, in the file's language."),
]


class ConsultationAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question to an area of the configuration."""

    by: Name
    area: Name
    question: Question = ""


@post(
    "/api/v1/mentions/{number}/consultations",
    "Ask an area of the house about a mention",
    (201, "On disk and under way; the request as it is now.", RequestNow),
    BAD,
    (404, "No such mention.", Fault),
    (409, "The request is closed, an area was asked already, or nobody of the area can be asked.", Fault),
    (503, "The store does not take it, and why; nothing has changed.", Fault),
    scope=Scope.INCIDENTS,
    body=ConsultationAsk,
    parameters=(in_path("number", "The mention's."),),
    did="consultation",
)
async def post_consultation(request: web.Request) -> web.Response:
    """One question; its area answers by the link that its contacts get."""
    said = request.match_info["number"]
    if not said.isascii() or not said.isdigit() or len(said) > DIGITS:
        raise RefusedBody(404, f"there is no mention {said[:40]!r}; GET /api/v1/mentions has their numbers")
    asked = await read_json(request, ConsultationAsk)
    note(request, about=said)
    by, question = named(request, asked.by), " ".join(asked.question.split())
    done = await ask_area(ports_of(request), int(said), asked.area.strip(), question, by)
    return as_json(RequestNow(request=RequestView.of(made(done))), status=201)
