"""``POST /a/{token}/label``: two taps on the phone page say what the quoted voice really means; the sentiment model
learns from it.
"""

from aiohttp import web

from sentinel.incidents.links import LinkFlaw
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction
from sentinel.store.audit import KnownBy
from sentinel.web.access.audit_note import note
from sentinel.web.http.form import fields_of
from sentinel.web.http.posting import admit
from sentinel.web.pages.phone import opened, refuse_link, show_phone, words_of
from sentinel.web.pages.voices import quoted
from sentinel.web.ports.ports import PORTS


async def post_label(request: web.Request) -> web.Response:
    """One correction in the name of the link's contact; on disk before the page says thank you.

    The incident does not move.
    """
    admit(request)
    found = await opened(request)
    if isinstance(found, LinkFlaw):
        return refuse_link(request, found)
    grant, incident = found
    note(request, who=grant.contact, known_by=KnownBy.LINK, about=incident.id, what="label")
    words, fields = words_of(request, grant), await fields_of(request)
    if grant.action is not None:
        return await show_phone(request, grant, incident, notice=words.said("phone.wrong_scope"), status=403)
    mention, label = quoted(incident, fields.get("voice", "")), fields.get("label", "")
    if mention is None or label not in set(Label):
        return await show_phone(request, grant, incident, notice=words.said("teaching.gone"), status=400)
    await request.app[PORTS].teach(
        Correction(text=mention.text, label=Label(label), by=grant.contact, lang=mention.lang)
    )
    said = words.said("teaching.thanks", label=words.said(f"teaching.{label}"))
    return await show_phone(request, grant, incident, notice=said)
