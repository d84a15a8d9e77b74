"""``/login/code``: the code of an authenticator app, or a recovery code, once the password was right."""

from aiohttp import web

from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.sealed import unseal
from sentinel.web.access.second_factors import CodeKind
from sentinel.web.access.session_cookie import CODE_COOKIE, shown_sealed, take_sealed
from sentinel.web.access.sessions import stamp_of
from sentinel.web.access.tokens import require_same_origin
from sentinel.web.access.visible import ports_of
from sentinel.web.http.form import fields_of
from sentinel.web.http.posting import admit, retry_after
from sentinel.web.pages.login import sign_in_first
from sentinel.web.pages.signing_in import PasswordShown, begin_session, keys_of, lead, safe_next, waiting_span
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import words_for

LONGEST = 40
"""Characters of a code that are looked at."""


async def get_code(request: web.Request) -> web.Response:
    """The form; whoever has not shown a password lately begins there."""
    shown = _password_shown(request)
    return _show(request) if shown is not None else lead("/login")


async def post_code(request: web.Request) -> web.Response:
    """In, or why not. What is right counts once; what is wrong makes the next one wait, as passwords do."""
    require_same_origin(request)
    admit(request)
    typed = (await fields_of(request)).get("code", "").strip()[:LONGEST]
    if (shown := _password_shown(request)) is None:
        return lead("/login")
    ports, access, words = ports_of(request), request.app[ACCESS], words_for(request)
    note(request, what="sign_in", who=shown.account)
    keys = keys_of(request, "code", shown.account)
    if (wait := await access.throttle.begin(keys)) > 0:
        ports.metrics.login("code", "waiting")
        notice = words.said("access.wait", wait=waiting_span(wait))
        return _show(request, notice, status=429, headers=retry_after(wait))
    kind = await access.factors.use(shown.account, typed)
    if kind is None:
        ports.metrics.login("code", "wrong")
        return _show(request, words.said("access.code_wrong"), status=403)
    await access.throttle.succeeded(keys)
    ports.metrics.login(kind.value, "signed_in")
    if kind is CodeKind.RECOVERY:
        note(request, what="sign_in_recovery_code")
    response = await begin_session(request, shown.account, safe_next(shown.next))
    take_sealed(request, response, CODE_COOKIE)
    return response


def _password_shown(request: web.Request) -> PasswordShown | None:
    """Whose password this browser has shown within minutes, if it still is the password and they still have a second
    factor.
    """
    access, now = request.app[ACCESS], ports_of(request).clock.now()
    shown = unseal(access.sessions.secret, CODE_COOKIE, shown_sealed(request, CODE_COOKIE), PasswordShown, now=now)
    user = ports_of(request).config().access.users.get(shown.account) if shown is not None else None
    if shown is None or user is None or stamp_of(user) != shown.stamp or access.factors.of(shown.account) is None:
        return None
    return shown


def _show(
    request: web.Request, notice: str = "", *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    words, shown = words_for(request), _password_shown(request)
    response = page(
        request,
        "login_code.html",
        words,
        title=words.said("access.code_title"),
        status=status,
        notice=notice,
        begin_anew=sign_in_first(shown.next if shown is not None else "/"),
    )
    response.headers.update(headers or {})
    return response


ROUTES = (web.get("/login/code", get_code), web.post("/login/code", post_code))
