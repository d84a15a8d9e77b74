"""``/login/recover/…``: the link that the machine's command line makes for somebody who is locked out; it signs in
once.
"""

from aiohttp import web

from sentinel.store.sessions import SessionOrigin
from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.login_backoff import ADDRESS, Key, of_address
from sentinel.web.access.tokens import require_same_origin
from sentinel.web.access.visible import ports_of
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.form import fields_of
from sentinel.web.http.peer import address_of
from sentinel.web.http.posting import admit, retry_after
from sentinel.web.pages.login import LoginForm, show_login
from sentinel.web.pages.signing_in import begin_session
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import words_for


async def get_recovery(request: web.Request) -> web.Response:
    """Whom it signs in; it does so when the button is pressed, so that nothing that only looks at it uses it up."""
    keys = await _begin(request)
    ports, words = ports_of(request), words_for(request)
    account = await ports.recovery.account_of(request.match_info["token"], ports.clock.now())
    if account is None or account not in ports.config().access.users:
        return _worthless(request)
    await request.app[ACCESS].throttle.succeeded(keys)
    return page(
        request,
        "login_recovery.html",
        words,
        title=words.said("access.recover_title"),
        account=account,
        token=request.match_info["token"],
    )


async def post_recovery(request: web.Request) -> web.Response:
    """In, and on to where the second factor can be taken off."""
    require_same_origin(request)
    admit(request)
    await fields_of(request)
    note(request, what="recover")
    keys, ports = await _begin(request), ports_of(request)
    account = await ports.recovery.take(request.match_info["token"], ports.clock.now())
    if account is None or account not in ports.config().access.users:
        return _worthless(request)
    await request.app[ACCESS].throttle.succeeded(keys)
    ports.metrics.login("recovery_link", "signed_in")
    return await begin_session(request, account, "/account", SessionOrigin(recovered=True))


async def _begin(request: web.Request) -> list[Key]:
    """Count a look, so that nobody tries many; `RefusedBody` (429) for who has."""
    keys: list[Key] = [("address", of_address(address_of(request)), ADDRESS)]
    wait = await request.app[ACCESS].throttle.begin(keys)
    if wait > 0:
        raise RefusedBody(429, "too many links that are worth nothing; wait and try again", headers=retry_after(wait))
    return keys


def _worthless(request: web.Request) -> web.Response:
    words = words_for(request)
    ports_of(request).metrics.login("recovery_link", "wrong")
    return show_login(request, LoginForm(next="/"), notice=words.said("access.recover_worthless"), status=403)


ROUTES = (
    web.get("/login/recover/{token}", get_recovery),
    web.post("/login/recover/{token}", post_recovery),
)
