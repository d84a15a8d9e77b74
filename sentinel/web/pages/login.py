"""``/login`` and ``/logout``: a name and a password, or where tokens say who acts, a token; without a script, in the
reader's language.
"""

import math
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from aiohttp import web

from sentinel.store.audit import KnownBy
from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.login_backoff import ACCOUNT, ADDRESS, DEVICE, Key, of_address
from sentinel.web.access.passwords import PasswordCheck
from sentinel.web.access.session_cookie import device_of, give_device, give_session, take_session
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
from sentinel.web.http.form import fields_of, read_form
from sentinel.web.http.peer import address_of, over_tls
from sentinel.web.http.posting import admit, retry_after
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import words_for

MONTH = 30 * 24 * 3600
LONGEST_NEXT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginForm:
    """How it begins, and what became of the last try."""

    next: str
    account: str = ""
    notice: str = ""
    with_token: bool = False
    proxy_only: bool = False


async def get_login(request: web.Request) -> web.Response:
    """The form; whoever is known already goes where they wanted to."""
    config, visitor = ports_of(request).config(), visitor_of(request)
    wanted = safe_next(request.query.get("next", ""))
    if visitor.may(Role.RESPONDER if reading_is_open(config) else Role.VIEWER):
        return _lead(wanted)
    return _show(request, LoginForm(next=wanted, account="" if config.access.closed else remembered_name(request)))


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
        return _show(request, form, status=403)
    return _with_token(request, form, fields.get("token", "").strip())


async def post_logout(request: web.Request) -> web.Response:
    """The session is over, here and for whoever else has its cookie."""
    response = _lead("/login")
    if ports_of(request).config().access.closed:
        if visitor_of(request).proven:
            visitor, _ = await read_form(request, Role.VIEWER)
            note(request, what="sign_out")
            await _end(request, visitor.session)
        take_session(request, response)
        return response
    await read_form(request, Role.VIEWER)
    note(request, what="sign_out")
    response.del_cookie(COOKIE)
    return response


def sign_in_first(path: str) -> str:
    """Where somebody is led who is not known, and back from there."""
    return "/login" if safe_next(path) == "/" else f"/login?{urlencode({'next': path})}"


def safe_next(path: str) -> str:
    """A page of ours to go on to, else the first: never another site, however it is written, nor what is no page.

    Examples
    --------
    >>> safe_next("/incidents/7?lang=es"), safe_next("//evil.example"), safe_next("/\\\\evil.example"), safe_next("https://evil.example")
    ('/incidents/7?lang=es', '/', '/', '/')
    """
    plain = path.isascii() and path.isprintable() and " " not in path and "\\" not in path and len(path) <= LONGEST_NEXT
    if not plain or not path.startswith("/") or path.startswith("//"):
        return "/"
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    elsewhere = (
        parts.scheme
        or parts.netloc
        or parts.path.startswith(("/api/", "/-/", "/login", "/logout", "/fragments/", "/static/"))
    )
    return "/" if elsewhere else path


async def _with_password(request: web.Request, form: LoginForm, password: str) -> web.Response:
    ports, access, words = ports_of(request), request.app[ACCESS], words_for(request)
    settings, at = ports.config().access, ports.clock.monotonic
    known = form.account in settings.users
    note(
        request, what="sign_in", who=form.account if known else ""
    )  # what is no account may be a password in the wrong field
    keys = _keys(request, form.account)
    if (wait := access.throttle.begin(keys, at=at())) > 0:
        ports.metrics.login("waiting")
        notice = words.said("access.wait", wait=_span(wait))
        return _show(request, form, notice=notice, status=429, headers=retry_after(wait))
    verdict = await access.passwords.compare(settings.users, form.account, password)
    match verdict:
        case PasswordCheck.RIGHT:
            access.throttle.succeeded(keys, at=at())
            ports.metrics.login("signed_in")
            return await _begin(request, form)
        case PasswordCheck.BUSY:
            access.throttle.took_back(keys, at=at())
            ports.metrics.login("busy")
            return _show(request, form, notice=words.said("access.busy"), status=503, headers=retry_after(2))
        case PasswordCheck.WRONG:
            ports.metrics.login("wrong")
            return _show(request, form, notice=words.said("access.wrong"), status=403)


async def _begin(request: web.Request, form: LoginForm) -> web.Response:
    """Always under a new id: whatever the browser showed before, somebody else may have put there."""
    settings, access = ports_of(request).config().access, request.app[ACCESS]
    await _end(request, visitor_of(request).session)
    shown = await access.sessions.begin(form.account, settings)
    note(request, who=form.account, known_by=KnownBy.SESSION)
    response = _lead(form.next)
    give_session(request, response, shown, settings.sessions.longest)
    give_device(request, response, form.account, access.sessions.secret)
    return response


def _with_token(request: web.Request, form: LoginForm, shown: str) -> web.Response:
    config, words = ports_of(request).config(), words_for(request)
    program = program_of(config, shown) if shown else None
    note(request, what="sign_in", who=form.account)
    if program is None:
        ports_of(request).metrics.login("wrong")
        return _show(request, form, notice=words.t("notice_token_wrong"), status=403)
    ports_of(request).metrics.login("signed_in")
    response, secure = _lead(form.next), over_tls(request)
    response.set_cookie(COOKIE, shown, max_age=MONTH, httponly=True, samesite="Lax", secure=secure)
    response.set_cookie(NAME_COOKIE, quote(form.account), max_age=MONTH, httponly=True, samesite="Lax", secure=secure)
    return response


async def _end(request: web.Request, name: str) -> None:
    if name:
        await request.app[ACCESS].sessions.end(name)


def _keys(request: web.Request, account: str) -> list[Key]:
    """What a try counts against: the browser, if this person signed in with it before; else the account and the
    address.
    """
    device = device_of(request, account, request.app[ACCESS].sessions.secret)
    if device:
        return [("device", device, DEVICE)]
    return [("account", account, ACCOUNT), ("address", of_address(address_of(request)), ADDRESS)]


def _span(seconds: float) -> str:
    whole = math.ceil(seconds)
    return f"{whole} s" if whole < 60 else f"{math.ceil(whole / 60)} min"


def _lead(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


def _show(
    request: web.Request, form: LoginForm, *, notice: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    config, words = ports_of(request).config(), words_for(request)
    if visitor_of(request).proven and visitor_of(request).role is None:
        raise RefusedBody(
            403,
            (
                f"{visitor_of(request).account[:80]!r} is known to the proxy "
                "and has no role here; give one in access.proxy"
            ),
        )
    shown = LoginForm(
        next=form.next,
        account=form.account,
        notice=notice,
        with_token=not config.access.closed,
        proxy_only=config.access.closed and not config.access.users,
    )
    response = page(
        request,
        "login.html",
        words,
        title=words.said("access.sign_in"),
        status=status,
        form=shown,
        keep=urlencode({"next": form.next}),
    )
    response.headers.update(headers or {})
    return response


ROUTES = (web.get("/login", get_login), web.post("/login", post_login), web.post("/logout", post_logout))
