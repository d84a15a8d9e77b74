"""``/people``: who is signed in where, for admins; signs anybody out everywhere, and takes a lost second factor off."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.signed_in_sessions import SignedInSession, end_of, every_session, take_factor_off
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, require_role
from sentinel.web.http.form import read_form
from sentinel.web.pages.signing_in import lead
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import words_for

SAID = ("ended", "factor_off")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignedIn:
    """Somebody, where they are signed in, and whether a code is asked of them."""

    account: str
    sessions: tuple[SignedInSession, ...]
    has_factor: bool
    local: bool


async def get_people(request: web.Request) -> web.Response:
    """Everybody who has a password here, or is signed in."""
    require_role(request, Role.ADMIN)
    words, said = words_for(request), request.query.get("said", "")
    return page(
        request,
        "people.html",
        words,
        title=words.said("access.people"),
        notice=words.said(f"access.said_{said}") if said in SAID else "",
        people=list(_people(request, every_session(request))),
    )


async def post_sign_out(request: web.Request) -> web.Response:
    """Sign somebody out everywhere."""
    _, fields = await read_form(request, Role.ADMIN)
    account = fields.get("account", "")[:80]
    note(request, what="sign_out_everywhere", about=account)
    await end_of(request, account)
    return lead("/people?said=ended")


async def post_factor_off(request: web.Request) -> web.Response:
    """Take a lost second factor off."""
    _, fields = await read_form(request, Role.ADMIN)
    account = fields.get("account", "")[:80]
    note(request, what="factor_off", about=account)
    await take_factor_off(request, account)
    return lead("/people?said=factor_off")


def _people(request: web.Request, sessions: Iterable[SignedInSession]) -> Iterable[PersonSignedIn]:
    users, factors = ports_of(request).config().access.users, request.app[ACCESS].factors
    found: dict[tuple[str, bool], list[SignedInSession]] = {(account, True): [] for account in users}
    for each in sessions:
        found.setdefault((each.account, not each.provided), []).append(each)
    for (account, local), theirs in found.items():
        has = local and factors.of(account) is not None
        yield PersonSignedIn(account=account, sessions=tuple(theirs), has_factor=has, local=local)


ROUTES = (
    web.get("/people", get_people),
    web.post("/people/sign-out", post_sign_out),
    web.post("/people/factor-off", post_factor_off),
)
