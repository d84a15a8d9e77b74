"""``POST /a/{token}/note`` and its like: what the link's contact says of the incident from the phone page."""

from aiohttp import web

from sentinel.incidents.incident import Incident
from sentinel.incidents.links import LinkFlaw
from sentinel.store.audit import KnownBy
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.http.form import fields_of
from sentinel.web.http.posting import admit
from sentinel.web.pages.annotating import AUDITED, place_of, written
from sentinel.web.pages.links import get_back, opened
from sentinel.web.pages.phone import address_of, refuse_link, show_phone, words_of

PLACES = {"note": "notes", "replied": "notes", "verdict": "notes", "tick": "section", "label": "notes"}
"""What is said, and where on the page it shows."""


async def post_annotation(request: web.Request) -> web.Response:
    """In the name of the link's contact, also when the incident has moved on: nobody is paged by it."""
    admit(request)
    found = await opened(request)
    if isinstance(found, LinkFlaw):
        return refuse_link(request, found)
    grant, incident = found
    if not isinstance(incident, Incident):
        return refuse_link(request, LinkFlaw.BAD)
    what = request.match_info["what"]
    note(request, who=grant.contact, known_by=KnownBy.LINK, about=incident.id, what=AUDITED[what])
    words, fields = words_of(request, grant), await fields_of(request)
    if grant.action is not None:  # links of one action alone do that and nothing else
        return await show_phone(request, grant, incident, notice=words.said("phone.wrong_scope"), status=403)
    said = await written(ports_of(request), incident, what, grant.contact, fields, words)
    if said is not None:
        status, notice = said
        return await show_phone(request, grant, incident, notice=notice, status=status)
    address = address_of(ports_of(request).links.mint(grant))
    return web.Response(status=303, headers={"Location": f"{address}{place_of(what, fields, PLACES)}"})


_PATH = f"/a/{{token}}/{{what:{'|'.join(PLACES)}}}"
ROUTES = (web.get(_PATH, get_back), web.post(_PATH, post_annotation))
