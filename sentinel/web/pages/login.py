"""``/login``: a name and a password, the way to a provider, or where tokens say who acts, a token;
without a script, in the reader's language.
"""

from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from aiohttp import web

from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.passwords import PasswordCheck
from sentinel.web.access.tokens import (
    COOKIE,
    NAME_COOKIE,
    has_tokens,
    program_of,
    reading_is_open,
    remembered_name,
    require_same_origin,
)
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.form import fields_of
from sentinel.web.http.peer import over_tls
from sentinel.web.http.posting import admit, retry_after
from sentinel.web.pages.signing_in import ask_for_code, begin_session, keys_of, lead, safe_next, waiting_span
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import words_for

MONTH = 30 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginForm:
    """How it begins, and what became of the last try."""

    next: str
    account: str = ""
    notice: str = ""
    with_token: bool = False
    with_password: bool = False
    provider: str = ""
    """What the button calls it; empty where there is none."""
    trouble: str = ""


async def get_login(request: web.Request) -> web.Response:
    """The form; whoever is known already goes where they wanted to."""
    config, visitor = ports_of(request).config(), visitor_of(request)
    wanted = safe_next(request.query.get("next", ""))
    if visitor.may(Role.RESPONDER if reading_is_open(config) else Role.VIEWER):
        return lead(wanted)
    return show_login(request, LoginForm(next=wanted, account="" if config.access.closed else remembered_name(request)))


async def post_login(request: web.Request) -> web.Response:
    """Sign in, or say why not."""
    require_same_origin(request)
    admit(request)
    fields = await fields_of(request)
    config = ports_of(request).config()
    form = LoginForm(next=safe_next(fields.get("next", "")), account=fields.get("account", "").strip()[:80])
    if config.access.users:
        return await _with_password(request, form, fields.get("password", ""))
    if config.access.closed or not has_tokens(config):
        return show_login(request, form, status=403)
    return _with_token(request, form, fields.get("token", "").strip())


def sign_in_first(path: str) -> str:
    """Where somebody is led who is not known, and back from there."""
    return "/login" if safe_next(path) == "/" else f"/login?{urlencode({'next': path})}"


async def _with_password(request: web.Request, form: LoginForm, password: str) -> web.Response:
    ports, access, words = ports_of(request), request.app[ACCESS], words_for(request)
    settings = ports.config().access
    known = form.account in settings.users
    note(
        request, what="sign_in", who=form.account if known else ""
    )  # what is no account may be a password in the wrong field
    keys = keys_of(request, "account", form.account)
    if (wait := await access.throttle.begin(keys)) > 0:
        ports.metrics.login("password", "waiting")
        notice = words.said("access.wait", wait=waiting_span(wait))
        return show_login(request, form, notice=notice, status=429, headers=retry_after(wait))
    verdict = await access.passwords.compare(settings.users, form.account, password)
    match verdict:
        case PasswordCheck.RIGHT:
            await access.throttle.succeeded(keys)
            return await _right_password(request, form)
        case PasswordCheck.BUSY:
            await access.throttle.took_back(keys)
            ports.metrics.login("password", "busy")
            return show_login(request, form, notice=words.said("access.busy"), status=503, headers=retry_after(2))
        case PasswordCheck.WRONG:
            ports.metrics.login("password", "wrong")
            return show_login(request, form, notice=words.said("access.wrong"), status=403)


async def _right_password(request: web.Request, form: LoginForm) -> web.Response:
    """In, or on to the code that this person is asked for besides."""
    factors, metrics = request.app[ACCESS].factors, ports_of(request).metrics
    if not await factors.load():
        notice = words_for(request).said("access.factors_unread")
        return show_login(request, form, notice=notice, status=503, headers=retry_after(30))
    if factors.of(form.account) is not None:
        metrics.login("password", "code_wanted")
        note(request, what="password_right")
        return ask_for_code(request, form.account, form.next)
    metrics.login("password", "signed_in")
    return await begin_session(request, form.account, form.next)


def _with_token(request: web.Request, form: LoginForm, shown: str) -> web.Response:
    config, words = ports_of(request).config(), words_for(request)
    program = program_of(config, shown) if shown else None
    note(request, what="sign_in", who=form.account)
    if program is None:
        ports_of(request).metrics.login("token", "wrong")
        return show_login(request, form, notice=words.t("notice_token_wrong"), status=403)
    ports_of(request).metrics.login("token", "signed_in")
    response, secure = lead(form.next), over_tls(request)
    response.set_cookie(COOKIE, shown, max_age=MONTH, httponly=True, samesite="Lax", secure=secure)
    response.set_cookie(NAME_COOKIE, quote(form.account), max_age=MONTH, httponly=True, samesite="Lax", secure=secure)
    return response


def show_login(
    request: web.Request, form: LoginForm, *, notice: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """The form again, with what became of the last try."""
    config, words, visitor = ports_of(request).config(), words_for(request), visitor_of(request)
    if visitor.proven and visitor.role is None:
        who = f"{visitor.account[:80]!r} is known to the proxy and has no role here"
        raise RefusedBody(403, f"{who}; give one in access.proxy")
    oidc = config.access.oidc
    down = oidc is not None and request.app[ACCESS].provider.unreachable and not notice
    shown = replace(
        form,
        notice=notice,
        with_token=not config.access.closed,
        with_password=bool(config.access.users),
        provider=oidc.called if oidc is not None else "",
        trouble=words.said("access.oidc_was_down", provider=oidc.called) if oidc is not None and down else "",
    )
    response = page(
        request,
        "login.html",
        words,
        title=words.said("access.sign_in"),
        status=status,
        form=shown,
        keep=urlencode({"next": form.next}),
        onward=urlencode({"next": form.next}),
    )
    response.headers.update(headers or {})
    return response


ROUTES = (web.get("/login", get_login), web.post("/login", post_login))
