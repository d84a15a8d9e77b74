"""``/account/factor``: set the second factor up with an app, take new recovery codes, or take it off."""

from io import BytesIO

import segno
from aiohttp import web
from markupsafe import Markup

from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.one_time_codes import address_for_apps
from sentinel.web.access.passwords import PasswordCheck
from sentinel.web.access.second_factors import CodeKind
from sentinel.web.access.signed_in_sessions import came_by_recovery, end_others_of_mine, session_here
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, Visitor, visitor_of
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.form import read_form
from sentinel.web.http.posting import retry_after
from sentinel.web.pages.account import require_session, show_account
from sentinel.web.pages.signing_in import keys_of, lead, waiting_span
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import words_for

PATH = "/account/factor"
LONGEST = 40


async def get_factor(request: web.Request) -> web.Response:
    """What an app is to read, while that may be confirmed."""
    _require_password(request)
    secret = await request.app[ACCESS].factors.offered(visitor_of(request).session)
    return _show_offer(request, secret) if secret is not None else lead("/account")


async def post_new(request: web.Request) -> web.Response:
    """Show a new secret, to whoever knows the password or came by a recovery link; not instead of one there is."""
    visitor, fields = await read_form(request, Role.VIEWER)
    _require_password(request)
    note(request, what="factor_offer")
    access = request.app[ACCESS]
    if not access.factors.lacks(visitor.account):
        return show_account(request, words_for(request).said("access.factor_there"), failed=True, status=409)
    if not came_by_recovery(request):
        refused = await _wrong_password(request, visitor, fields.get("password", ""))
        if refused is not None:
            return refused
    await access.factors.offer(visitor.session)
    return lead(PATH)


async def post_confirm(request: web.Request) -> web.Response:
    """Set it up, if the app shows the right code; show the recovery codes, this once."""
    visitor, fields = await read_form(request, Role.VIEWER)
    _require_password(request)
    note(request, what="factor_on")
    access, words = request.app[ACCESS], words_for(request)
    secret = await access.factors.offered(visitor.session)
    if secret is None or not access.factors.lacks(visitor.account):
        return lead("/account")
    codes = await access.factors.confirm(visitor.session, visitor.account, fields.get("code", "")[:LONGEST])
    if codes is None:
        return _show_offer(request, secret, words.said("access.code_wrong"), status=403)
    await end_others_of_mine(request)
    return _show_codes(request, codes)


async def post_codes(request: web.Request) -> web.Response:
    """New recovery codes in the place of the old ones, for a code of the app."""
    visitor, fields = await read_form(request, Role.VIEWER)
    _require_password(request)
    note(request, what="factor_codes")
    refused = await _wrong_code(request, visitor, fields.get("code", ""), CodeKind.CODE)
    if refused is not None:
        return refused
    codes = await request.app[ACCESS].factors.renew_recovery(visitor.account)
    await end_others_of_mine(request)
    return _show_codes(request, codes)


async def post_off(request: web.Request) -> web.Response:
    """Take it off, for a code of either kind; whoever came by a recovery link has none to show."""
    visitor, fields = await read_form(request, Role.VIEWER)
    _require_password(request)
    note(request, what="factor_off")
    if not came_by_recovery(request):
        refused = await _wrong_code(request, visitor, fields.get("code", ""), CodeKind.CODE, CodeKind.RECOVERY)
        if refused is not None:
            return refused
    await request.app[ACCESS].factors.take_off(visitor.account)
    return lead("/account?said=factor_off")


def _require_password(request: web.Request) -> None:
    """Raises `RefusedBody` unless whoever looks has a password here: a provider asks for its own second factor."""
    require_session(request)
    here = session_here(request)
    if here is None or here.origin.identity is not None:
        raise RefusedBody(403, "a second factor stands beside a password of access.users; yours is the provider's")


async def _wrong_password(request: web.Request, visitor: Visitor, password: str) -> web.Response | None:
    access, ports = request.app[ACCESS], ports_of(request)
    keys = keys_of(request, "account", visitor.account)
    if (wait := await access.throttle.begin(keys)) > 0:
        return _wait(request, wait)
    match await access.passwords.compare(ports.config().access.users, visitor.account, password):
        case PasswordCheck.RIGHT:
            await access.throttle.succeeded(keys)
            return None
        case PasswordCheck.BUSY:
            await access.throttle.took_back(keys)
            said = words_for(request).said("access.busy")
            return show_account(request, said, failed=True, status=503, wait=retry_after(2))
        case PasswordCheck.WRONG:
            return show_account(request, words_for(request).said("access.password_wrong"), failed=True, status=403)


async def _wrong_code(request: web.Request, visitor: Visitor, typed: str, *kinds: CodeKind) -> web.Response | None:
    access = request.app[ACCESS]
    if access.factors.of(visitor.account) is None:
        return lead("/account")
    keys = keys_of(request, "code", visitor.account)
    if (wait := await access.throttle.begin(keys)) > 0:
        return _wait(request, wait)
    if await access.factors.use(visitor.account, typed[:LONGEST], kinds) is None:
        return show_account(request, words_for(request).said("access.code_wrong"), failed=True, status=403)
    await access.throttle.succeeded(keys)
    return None


def _wait(request: web.Request, wait: float) -> web.Response:
    said = words_for(request).said("access.wait", wait=waiting_span(wait))
    return show_account(request, said, failed=True, status=429, wait=retry_after(wait))


def _show_offer(request: web.Request, secret: str, notice: str = "", status: int = 200) -> web.Response:
    words, visitor = words_for(request), visitor_of(request)
    return page(
        request,
        "account_factor.html",
        words,
        title=words.said("access.factor"),
        status=status,
        notice=notice,
        drawn=_drawn(address_for_apps(secret, visitor.account)),
        address=address_for_apps(secret, visitor.account),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        codes=[],
    )


def _show_codes(request: web.Request, codes: list[str]) -> web.Response:
    words = words_for(request)
    return page(
        request, "account_factor.html", words, title=words.said("access.factor"), notice="", drawn="", codes=codes
    )


def _drawn(text: str) -> Markup:
    """As a QR code, dark on light whatever the page's colours are, with the margin that readers need."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        light="#fff",
        border=4,
    )
    return Markup(out.getvalue().decode())  # segno wrote it: paths of squares, and nothing of the text


ROUTES = (
    web.get(PATH, get_factor),
    web.post(f"{PATH}/new", post_new),
    web.post(f"{PATH}/confirm", post_confirm),
    web.post(f"{PATH}/codes", post_codes),
    web.post(f"{PATH}/off", post_off),
)
