"""``/api/v1/incidents/{id}/…``: what people say on an incident's page, programs can say too: notes, ticks, the first
reply, verdicts.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.config.base import Language
from sentinel.errors import NoSuchIncident
from sentinel.incidents.annotations import Annotation, Judgement, Note, Reply, Tick
from sentinel.incidents.incident import Incident, Verdict
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import named
from sentinel.web.acting import Declined
from sentinel.web.annotating import DID, LONGEST_LINK, LONGEST_NOTE, link_of, say
from sentinel.web.answer import as_json, read_json
from sentinel.web.api.incidents import ID, UNKNOWN, refused_action
from sentinel.web.api.shapes import VISIBLE, Fault, IncidentNow, IncidentView, Name, Words
from sentinel.web.api.shapes import RefusedAction as RefusedShape
from sentinel.web.checklists import Checklist, checklist_of
from sentinel.web.endpoint import BAD, get, in_query, post
from sentinel.web.http.body import RefusedBody

Text = Annotated[
    str, msgspec.Meta(min_length=1, max_length=LONGEST_NOTE, pattern=VISIBLE, description="Goes on the timeline.")
]
Link = Annotated[str, msgspec.Meta(max_length=LONGEST_LINK, description="Where the reply can be read: http or https.")]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=16, description="Of the checklist.")]


_PATH = "/api/v1/incidents/{id}"
_LANGUAGE = in_query("language", "Of the words; default: the configuration's.", {"enum": [*Language]})
_LOST = (503, "The store does not take it, and why; nothing was written down.", Fault)


class NoteAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note to write down."""

    by: Name
    text: Text


class ReplyAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first public reply is out."""

    by: Name
    link: Link | None = None


class VerdictAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it was. A false alarm that still runs is ended as one instead."""

    by: Name
    verdict: Verdict
    reason: Words | None = None


class TickAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item of the checklist is done, or is not after all."""

    by: Name
    item: Key
    done: bool = True


class ChecklistItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do; ``by`` and ``at`` say who did it and when.

    ``item`` stays the same in every language and over most edits.
    """

    item: str
    section: str
    text: str
    done: bool
    by: str | None
    at: datetime | None


class ChecklistNow(msgspec.Struct, frozen=True, kw_only=True):
    """An incident's checklist; empty where no playbook has one."""

    incident: str
    playbook: str | None
    items: tuple[ChecklistItem, ...]


@get(
    f"{_PATH}/checklist",
    "The playbook's items, and who did them",
    (200, "In the playbook's order.", ChecklistNow),
    BAD,
    UNKNOWN,
    parameters=(ID, _LANGUAGE),
)
async def get_checklist(request: web.Request) -> web.Response:
    """The playbook's items with who did them, in ``language``."""
    incident = await _find(request)
    return as_json(_shown(incident, await _checklist(request, incident)))


@post(
    f"{_PATH}/notes",
    "Write a note on the timeline, also after the end",
    (200, "On disk.", IncidentNow),
    BAD,
    UNKNOWN,
    _LOST,
    scope=Scope.INCIDENTS,
    parameters=(ID,),
    body=NoteAsk,
    did=DID["note"],
)
async def post_note(request: web.Request) -> web.Response:
    """Answers once it is on disk."""
    ask = await read_json(request, NoteAsk)
    return await _say(
        request, Note(incident=request.match_info["id"], by=named(request, ask.by), text=ask.text.strip())
    )


@post(
    f"{_PATH}/reply",
    "Mark that the first public reply is out",
    (200, "On disk.", IncidentNow),
    BAD,
    UNKNOWN,
    (409, "It was marked before, and by whom.", RefusedShape),
    _LOST,
    scope=Scope.INCIDENTS,
    parameters=(ID,),
    body=ReplyAsk,
    did=DID["replied"],
)
async def post_reply(request: web.Request) -> web.Response:
    """Answers once it is on disk; a second one is refused."""
    ask = await read_json(request, ReplyAsk)
    link = link_of(ask.link)
    if ask.link and link is None:
        raise RefusedBody(
            400, "link: is no http or https address; leave it out, or give one such as https://example.org/post/1"
        )
    return await _say(request, Reply(incident=request.match_info["id"], by=named(request, ask.by), link=link))


@post(
    f"{_PATH}/verdict",
    "Say whether it was real, also after the end",
    (200, "On disk; the latest verdict counts.", IncidentNow),
    BAD,
    UNKNOWN,
    (409, "A false alarm that still goes on is ended as one instead.", RefusedShape),
    _LOST,
    scope=Scope.INCIDENTS,
    parameters=(ID,),
    body=VerdictAsk,
    did=DID["verdict"],
)
async def post_verdict(request: web.Request) -> web.Response:
    """Answers once it is on disk; the latest verdict counts."""
    ask = await read_json(request, VerdictAsk)
    reason = (ask.reason or "").strip() or None
    return await _say(
        request,
        Judgement(incident=request.match_info["id"], by=named(request, ask.by), verdict=ask.verdict, reason=reason),
    )


@post(
    f"{_PATH}/ticks",
    "Tick an item of the checklist, or take that back",
    (200, "On disk.", ChecklistNow),
    BAD,
    UNKNOWN,
    _LOST,
    scope=Scope.INCIDENTS,
    parameters=(ID, _LANGUAGE),
    body=TickAsk,
    did=DID["tick"],
)
async def post_tick(request: web.Request) -> web.Response:
    """Answers once it is on disk, with the checklist as it is then."""
    ask = await read_json(request, TickAsk)
    incident = await _find(request)
    checklist = await _checklist(request, incident)
    item = checklist.item(ask.item) if checklist is not None else None
    if item is None:
        raise RefusedBody(
            400,
            (
                f"item: {ask.item!r} is not on this incident's checklist; GET "
                f"/api/v1/incidents/{incident.id}/checklist lists it"
            ),
        )
    tick = Tick(incident=incident.id, by=named(request, ask.by), item=item.key, text=item.text, done=ask.done)
    answer = await say(ports_of(request), tick)
    if isinstance(answer, Declined):
        return as_json(refused_action(answer), status=409)
    return as_json(_shown(answer, await _checklist(request, answer)))


async def _find(request: web.Request) -> Incident:
    name = request.match_info["id"]
    incident = await ports_of(request).incidents.get(name)
    if incident is None:
        raise NoSuchIncident(name)
    return incident


async def _checklist(request: web.Request, incident: Incident) -> Checklist | None:
    ports = ports_of(request)
    language = request.query.get("language") or ports.config().language.value
    if language not in set(Language):
        raise RefusedBody(400, f"language: {language[:20]!r} is none of {', '.join(Language)}")
    return await checklist_of(ports, incident, language)


async def _say(request: web.Request, annotation: Annotation) -> web.Response:
    answer = await say(ports_of(request), annotation)
    if isinstance(answer, Declined):
        return as_json(refused_action(answer), status=409)
    return as_json(IncidentNow(incident=IncidentView.of(answer)))


def _shown(incident: Incident, checklist: Checklist | None) -> ChecklistNow:
    if checklist is None:
        return ChecklistNow(incident=incident.id, playbook=None, items=())
    items = []
    for item in checklist.items:
        ticked = checklist.ticked.get(item.key)
        items.append(
            ChecklistItem(
                item=item.key,
                section=item.section,
                text=item.text,
                done=ticked is not None,
                by=ticked.by if ticked else None,
                at=ticked.at if ticked else None,
            )
        )
    return ChecklistNow(incident=incident.id, playbook=checklist.rendered.title, items=tuple(items))
