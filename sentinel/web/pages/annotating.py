"""What people say of an incident on its page: notes, ticks, the first reply, what it was, what a voice really means.

Plain forms.
"""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from aiohttp import web

from sentinel.incidents.annotations import Annotation, Judgement, Note, Reply, Tick
from sentinel.incidents.incident import Incident, Verdict
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction
from sentinel.store.health import StoreFailing
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, named
from sentinel.web.acting import Declined
from sentinel.web.annotating import DID, LONGEST_NOTE, link_of, say
from sentinel.web.checklists import checklist_of
from sentinel.web.http.form import read_form
from sentinel.web.ignoring import IgnorableAccount, ignore_account
from sentinel.web.pages.asked import done
from sentinel.web.pages.incident import find_incident, form_for, show
from sentinel.web.pages.refusals import refusal_said
from sentinel.web.pages.voices import quoted
from sentinel.web.pages.words import Words, words_for
from sentinel.web.ports.ports import Ports

WORDS = {
    "note": "remarks",
    "replied": "remarks",
    "verdict": "remarks",
    "tick": "section",
    "label": "samples",
    "ignore": "samples",
    "me": "playbook",
}
"""What is said, by the last part of the address (``me``: only who is speaking), and where on the page it shows."""
AUDITED = DID | {"label": "label", "ignore": "ignore", "me": "incident.did_me"}
Fields = Mapping[str, str]


async def post_annotation(request: web.Request) -> web.Response:
    """Write it down, then show the incident as it is now; what cannot be is said on the page in the reader's
    language.
    """
    what = request.match_info["what"]
    note(request, what=AUDITED[what])
    visitor, fields = await read_form(request, Role.RESPONDER)
    incident, words = await find_incident(request), words_for(request)
    by = named(request, fields.get("by", "").strip() or visitor.name)
    if not by:
        return await show(request, incident, form_for(request, notice=words.t("notice_name_missing")), status=400)
    said = await written(ports_of(request), incident, what, by, fields, words)
    if said is not None:
        status, notice = said
        return await show(request, incident, form_for(request, by=by, notice=notice), status=status)
    where = place_of(what, fields, WORDS)
    return done(request, f"/incidents/{quote(incident.id, safe='')}{where}", visitor, by)


def place_of(what: str, fields: Fields, places: Mapping[str, str]) -> str:
    """Where on the page it shows: of a tick, the section that was open."""
    section = fields.get("section", "")
    return f"?section={section}#section-{section}" if what == "tick" and section.isdecimal() else f"#{places[what]}"


async def written(
    ports: Ports, incident: Incident, what: str, by: str, fields: Fields, words: Words
) -> tuple[int, str] | None:
    """Write down what a form says; ``None`` once it is on disk, else a status and why not."""
    if what == "me":
        return None
    try:
        if what == "label":
            return await _teach(ports, incident, by, fields, words)
        if what == "ignore":
            return await _ignore(ports, incident, by, fields, words)
        made = await _MAKERS[what](ports, incident, by, fields, words)
        if isinstance(made, str):
            return 400, made
        answer = await say(ports, made)
    except StoreFailing as failing:
        return 503, words.said("incident.not_written", trouble=words.said(f"watch.trouble_{failing.trouble}"))
    if isinstance(answer, Declined):
        return 409, refusal_said(answer, ports.config(), words)
    return None


async def _note(ports: Ports, incident: Incident, by: str, fields: Fields, words: Words) -> Annotation | str:
    text = fields.get("text", "").strip()
    if not 0 < len(text) <= LONGEST_NOTE:
        return words.said("incident.note_length", limit=LONGEST_NOTE)
    return Note(incident=incident.id, by=by, text=text)


async def _replied(ports: Ports, incident: Incident, by: str, fields: Fields, words: Words) -> Annotation | str:
    typed = fields.get("link", "").strip()
    link = link_of(typed)
    return (
        words.said("incident.link_wrong") if typed and link is None else Reply(incident=incident.id, by=by, link=link)
    )


async def _verdict(ports: Ports, incident: Incident, by: str, fields: Fields, words: Words) -> Annotation | str:
    verdict, reason = fields.get("verdict", ""), fields.get("reason", "").strip()[:LONGEST_NOTE]
    if verdict not in set(Verdict):
        return words.said("incident.verdict_missing")
    return Judgement(incident=incident.id, by=by, verdict=Verdict(verdict), reason=reason or None)


async def _tick(ports: Ports, incident: Incident, by: str, fields: Fields, words: Words) -> Annotation | str:
    """By its name: the form may be from before an edit of the playbook, and then its item may be gone."""
    key, checklist = fields.get("tick") or fields.get("untick", ""), await checklist_of(ports, incident, words.language)
    item = checklist.item(key) if checklist is not None else None
    if item is None:
        return words.said("incident.item_gone")
    return Tick(incident=incident.id, by=by, item=item.key, text=item.text, done="tick" in fields)


async def _teach(ports: Ports, incident: Incident, by: str, fields: Fields, words: Words) -> tuple[int, str]:
    mention, label = quoted(incident, fields.get("voice", "")), fields.get("label", "")
    if mention is None or label not in set(Label):
        return 400, words.said("teaching.gone")
    await ports.teach(Correction(text=mention.text, label=Label(label), by=by, lang=mention.lang))
    return 200, words.said("teaching.thanks", label=words.said(f"teaching.{label}"))


async def _ignore(ports: Ports, incident: Incident, by: str, fields: Fields, words: Words) -> tuple[int, str]:
    """The account behind a quoted voice, for this brand."""
    mention = quoted(incident, fields.get("voice", ""))
    account = IgnorableAccount.of(mention) if mention is not None else None
    if account is None:
        return 400, words.said("teaching.gone")
    made = await ignore_account(ports, account, brands=(incident.brand,), by=by, incident=incident.id)
    return 200, words.said("teaching.ignored", name=account.name, end=words.clock(made.ends_at))


_MAKERS: dict[str, Callable[[Ports, Incident, str, Fields, Words], Awaitable[Annotation | str]]] = {
    "note": _note,
    "replied": _replied,
    "verdict": _verdict,
    "tick": _tick,
}
ROUTES = (web.post(f"/incidents/{{id}}/{{what:{'|'.join(WORDS)}}}", post_annotation),)
