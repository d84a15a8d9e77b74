"""``/api/v1/sessions``: who is signed in where, and their end; and second factors that are lost."""

from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.signed_in_sessions import SignedInSession, end_of, every_session, take_factor_off
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, read_json
from sentinel.web.api.shapes import VISIBLE, Fault
from sentinel.web.endpoint import BAD, get, post


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """One browser of one person; ``provided`` where the provider of `access.oidc` signed them in."""

    id: str
    account: str
    provided: bool
    recovered: bool
    started_at: datetime
    seen_at: datetime
    address: str
    browser: str

    @classmethod
    def of(cls, session: SignedInSession) -> "SessionView":
        """What the outside sees of it."""
        return cls(
            id=session.key,
            account=session.account,
            provided=session.provided,
            recovered=session.recovered,
            started_at=session.started_at,
            seen_at=session.seen_at,
            address=session.address,
            browser=session.browser,
        )


class SessionList(msgspec.Struct, frozen=True, kw_only=True):
    """The one used last first; and whose password is not enough."""

    sessions: list[SessionView]
    second_factors: list[str]


class AccountAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose."""

    account: Annotated[
        str, msgspec.Meta(min_length=1, max_length=80, pattern=VISIBLE, description="As `GET /api/v1/sessions` has it.")
    ]


class SessionsEnded(msgspec.Struct, frozen=True, kw_only=True):
    """How many there were."""

    ended: int


class FactorOff(msgspec.Struct, frozen=True, kw_only=True):
    """Whose password is enough now."""

    account: str


@get(
    "/api/v1/sessions",
    "Who is signed in, where and since when",
    (200, "Sessions.", SessionList),
    scope=Scope.ADMIN,
)
async def get_sessions(request: web.Request) -> web.Response:
    """Everybody's."""
    views = [SessionView.of(each) for each in every_session(request)]
    factors, users = request.app[ACCESS].factors, ports_of(request).config().access.users
    return as_json(SessionList(sessions=views, second_factors=[each for each in users if factors.of(each) is not None]))


@post(
    "/api/v1/sessions/end",
    "Sign somebody out everywhere",
    (200, "None of their sessions counts any more.", SessionsEnded),
    BAD,
    scope=Scope.ADMIN,
    body=AccountAsk,
    did="sign_out_everywhere",
)
async def post_sessions_end(request: web.Request) -> web.Response:
    """Also of an account that is in no configuration."""
    ask = await read_json(request, AccountAsk)
    note(request, about=ask.account)
    return as_json(SessionsEnded(ended=await end_of(request, ask.account)))


@post(
    "/api/v1/second-factors/remove",
    "Take somebody's lost second factor off",
    (200, "Their password is enough, until they set one up.", FactorOff),
    BAD,
    (404, "They have none.", Fault),
    scope=Scope.ADMIN,
    body=AccountAsk,
    did="factor_off",
)
async def post_factor_remove(request: web.Request) -> web.Response:
    """Where their role needs one, they are asked to set it up at once."""
    ask = await read_json(request, AccountAsk)
    note(request, about=ask.account)
    await take_factor_off(request, ask.account)
    return as_json(FactorOff(account=ask.account))
