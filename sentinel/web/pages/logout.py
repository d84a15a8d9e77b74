"""``/logout``: the session is over, here and, where its provider says how, at the provider."""

from urllib.parse import urlsplit

from aiohttp import web

from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.session_cookie import take_session
from sentinel.web.access.tokens import COOKIE
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.http.form import read_form
from sentinel.web.oidc.endpoints import ProviderFault
from sentinel.web.oidc.sign_in_under_way import with_query
from sentinel.web.pages.signing_in import lead
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import words_for


async def post_logout(request: web.Request) -> web.Response:
    """The session is over, here and for whoever else has its cookie."""
    if not ports_of(request).config().access.closed:
        await read_form(request, Role.VIEWER)
        note(request, what="sign_out")
        response = lead("/login")
        response.del_cookie(COOKIE)
        return response
    onward = ""
    if visitor_of(request).proven:
        visitor, _ = await read_form(request, Role.VIEWER)
        note(request, what="sign_out")
        onward = await _at_the_provider(request, visitor.session)
        await request.app[ACCESS].sessions.end(visitor.session)
    response = _show_onward(request, onward) if onward else lead("/login")
    take_session(request, response)
    return response


async def _at_the_provider(request: web.Request, session: str) -> str:
    """Where to sign out there as well (OpenID Connect RP-Initiated Logout 1.0); empty where that is not to be had."""
    access, config = request.app[ACCESS], ports_of(request).config()
    settings, found = config.access.oidc, access.sessions.get(session)
    if settings is None or found is None or found.origin.identity is None:
        return ""
    try:
        endpoints = await access.provider.endpoints(settings)
    except ProviderFault:
        return ""
    if endpoints.end_session is None:
        return ""
    external = (config.web.external_url or "").rstrip("/")
    asked = {"client_id": settings.client_id, "post_logout_redirect_uri": f"{external}/login"}
    if proof := access.sessions.proof_of(session):
        asked["id_token_hint"] = proof
    return with_query(endpoints.end_session, asked)


def _show_onward(request: web.Request, onward: str) -> web.Response:
    """A page that leads on by itself: a form of ours may lead to no other site, however it is redirected."""
    words = words_for(request)
    host = urlsplit(onward).hostname or ""
    oidc = ports_of(request).config().access.oidc
    return page(
        request,
        "logged_out.html",
        words,
        title=words.said("access.signed_out"),
        onward=onward,
        provider=oidc.called if oidc is not None else host,
    )


ROUTES = (web.post("/logout", post_logout),)
