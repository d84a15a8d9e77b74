"""``/account``: one's own sign-in: who one is here, the second factor, and where one is signed in."""

from aiohttp import web

from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.session_cookie import take_session
from sentinel.web.access.signed_in_sessions import came_by_recovery, end_own, own_sessions, session_here
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.form import read_form
from sentinel.web.pages.signing_in import lead
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import words_for

SAID = ("ended", "factor_off")
"""What may have been done before the page is shown."""


async def get_account(request: web.Request) -> web.Response:
    """The page."""
    require_session(request)
    said = request.query.get("said", "")
    return show_account(request, words_for(request).said(f"access.said_{said}") if said in SAID else "")


async def post_end(request: web.Request) -> web.Response:
    """End one of one's own sessions."""
    _, fields = await read_form(request, Role.VIEWER)
    require_session(request)
    note(request, what="session_end")
    await end_own(request, fields.get("session", "-"))
    return lead("/account?said=ended")


async def post_end_all(request: web.Request) -> web.Response:
    """Sign out everywhere, here too."""
    await read_form(request, Role.VIEWER)
    require_session(request)
    note(request, what="sign_out_everywhere")
    await end_own(request)
    response = lead("/login")
    take_session(request, response)
    return response


def require_session(request: web.Request) -> None:
    """Raises `RefusedBody` (404) unless whoever looks has signed in here: others have no sign-in to look after."""
    if session_here(request) is None:
        raise RefusedBody(404, "nobody is signed in here with a session; a proxy or a token has none")


def show_account(
    request: web.Request,
    notice: str = "",
    *,
    failed: bool = False,
    status: int = 200,
    wait: dict[str, str] | None = None,
) -> web.Response:
    """The page, with what became of what was asked."""
    words, visitor, here = words_for(request), visitor_of(request), session_here(request)
    assert here is not None  # asked for before
    response = page(
        request,
        "account.html",
        words,
        title=words.said("access.own"),
        status=status,
        notice=notice,
        failed=failed,
        account=here.account,
        role=words.said(f"access.role_{visitor.role}"),
        provider=_provider(request) if here.origin.identity is not None else "",
        recovered=came_by_recovery(request),
        factor=request.app[ACCESS].factors.of(here.account) if here.origin.identity is None else None,
        owed=visitor.owes_factor,
        sessions=own_sessions(request),
    )
    response.headers.update(wait or {})
    return response


def _provider(request: web.Request) -> str:
    oidc = ports_of(request).config().access.oidc
    return oidc.called if oidc is not None else ""


ROUTES = (
    web.get("/account", get_account),
    web.post("/account/sessions/end", post_end),
    web.post("/account/sessions/end-all", post_end_all),
)
