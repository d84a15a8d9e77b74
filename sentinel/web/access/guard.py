"""The guard: finds out who sends a request and lets it on, or not, before any route sees it.

Pages want a viewer wherever people are known (`access.users`, or a proxy's header); the API wants a token with the
scope that its endpoint declares, or a person with the role; what a probe, a browser without a session or a phone at
night needs is free.
"""

from aiohttp import web

from sentinel.config.access import Role, Scope
from sentinel.config.schema import Config
from sentinel.store.audit import KnownBy
from sentinel.store.sessions import ProvidedIdentity, Session
from sentinel.web.access.access import ACCESS
from sentinel.web.access.brand_rights import EVERY_BRAND, NO_BRAND, rights_of
from sentinel.web.access.scopes import SCOPES, role_for, role_of, scope_of
from sentinel.web.access.session_cookie import shown_session
from sentinel.web.access.tokens import (
    COOKIE,
    FORM_HEADER,
    REALM,
    has_tokens,
    metrics_are_open,
    program_of,
    reading_is_open,
    remembered_name,
    require_same_origin,
    token_in,
)
from sentinel.web.access.visible import show_only
from sentinel.web.access.visitor import FORM_SECRET, VISITOR, Visitor, is_form_key
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.peer import is_trusted
from sentinel.web.ports.ports import PORTS

FREE = (
    *("/static/", "/manifest.webmanifest", "/sw.js", "/offline"),
    *("/a/", "/chat/", "/ingest/", "/login", "/logout", "/-/healthy", "/-/ready"),
)
"""Beginnings of patterns that nobody needs to be known for: a link's token is its own proof, and so is a signature;
what an installed page consists of is the same for everybody."""
API = ("/api/", "/-/reload")
METRICS = "/metrics"
OWN = "/account"
"""Beginning of the patterns by which people look after their own sign-in."""
OWES_FACTOR = "access.second_factor: your role needs one; set it up at /account first"
UNSAFE = "POST", "PUT", "PATCH", "DELETE"


async def let_in(request: web.Request) -> None:
    """Find out who it is, and raise `RefusedBody` (401, 403) unless they may go on; what they ask is answered for the
    brands that there are for them.
    """
    await _recognize(request)
    visitor = request[VISITOR]
    show_only(request, visitor.rights, (visitor.name,) if visitor.proven else ())


async def _recognize(request: web.Request) -> None:
    access = request.app[ACCESS]
    request[FORM_SECRET] = access.sessions.secret
    config = request.app[PORTS].config()
    request[VISITOR] = await _known(request, config) if config.access.closed else _anybody(request, config)
    pattern = pattern_of(request)
    if pattern.startswith(API):
        scope = scope_of(request.app[SCOPES], request.match_info.handler, request.method)
        request[VISITOR] = _of_the_api(request, config, scope)
    elif pattern == METRICS:
        if not metrics_are_open(config):
            request[VISITOR] = _program(request, config, Scope.READ)
    elif pattern.startswith(FREE):
        pass
    elif config.access.closed:
        _page(request)
    elif not reading_is_open(config):
        _look(request)


def pattern_of(request: web.Request) -> str:
    """What matched; of what matched nothing, the path itself."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else request.path


def _page(request: web.Request) -> None:
    visitor = request[VISITOR]
    if not visitor.proven:
        raise RefusedBody(401, "nobody is signed in here; sign in and try again")
    _require(visitor, Role.VIEWER)
    if visitor.owes_factor and not pattern_of(request).startswith(OWN):
        raise RefusedBody(403, OWES_FACTOR, headers={"Location": OWN})
    if request.method in UNSAFE:
        require_same_origin(request)


def _look(request: web.Request) -> None:
    """A page where nobody is known but by a token."""
    if not request[VISITOR].may(Role.VIEWER):
        raise RefusedBody(401, "nobody is signed in here; sign in with a token and try again")


def _of_the_api(request: web.Request, config: Config, scope: Scope) -> Visitor:
    visitor = request[VISITOR]
    seen = reading_is_open(config) or visitor.may(Role.VIEWER)
    if not config.access.closed and ((scope is Scope.READ and seen) or not has_tokens(config)):
        if scope is not Scope.READ:
            require_same_origin(request)
        return visitor
    if token_in(request) is not None or not (config.access.closed and visitor.proven):
        return _program(request, config, scope)
    _require(visitor, role_for(scope))
    if visitor.owes_factor:
        raise RefusedBody(403, OWES_FACTOR)
    require_same_origin(request)
    if request.method in UNSAFE and not is_form_key(request, request.headers.get(FORM_HEADER, "")):
        raise RefusedBody(
            403,
            f"{FORM_HEADER}: missing or wrong; a signed-in browser sends the form_key of our pages, a program a token",
        )
    return visitor


def _program(request: web.Request, config: Config, scope: Scope) -> Visitor:
    shown = token_in(request)
    if shown is None:
        wanted = (
            "Authorization: missing; send `Authorization: Bearer TOKEN` with a "
            f"token for {scope}, one of web.tokens or access.tokens"
        )
        raise RefusedBody(401, wanted, headers={"WWW-Authenticate": REALM})
    program = program_of(config, shown)
    if program is None:
        wrong = {"WWW-Authenticate": f'{REALM}, error="invalid_token"'}
        raise RefusedBody(401, "Authorization: this is none of web.tokens nor access.tokens", headers=wrong)
    if not program.may(scope):
        lacks = {"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{scope}"'}
        raise RefusedBody(
            403, f"the token {program.name!r} lacks the scope {scope}; add it in access.tokens", headers=lacks
        )
    return Visitor(
        name=program.name,
        role=role_of(program.scopes),
        proven=True,
        account=program.name,
        called=program.name,
        known_by=KnownBy.TOKEN,
        rights=rights_of(config, program.brands),
        sources=program.sources,
    )


def _require(visitor: Visitor, role: Role) -> None:
    if visitor.role is None:
        raise RefusedBody(
            403, f"{visitor.account[:80]!r} is known to the proxy and has no role here; give one in access.proxy"
        )
    if not visitor.may(role):
        raise RefusedBody(
            403, f"this wants the role {role}, and {visitor.account!r} is {visitor.role}; ask for it in access"
        )


def _anybody(request: web.Request, config: Config) -> Visitor:
    """Where nobody is known: whoever comes is an admin, or where tokens say who acts, whoever's browser has shown
    one.
    """
    name = remembered_name(request)
    if not has_tokens(config):
        return Visitor(name=name, role=Role.ADMIN)
    program = program_of(config, request.cookies.get(COOKIE, ""))
    if program is not None and program.may(Scope.READ):
        return Visitor(name=name, role=role_of(program.scopes), rights=rights_of(config, program.brands))
    return Visitor(name=name, role=Role.VIEWER if reading_is_open(config) else None)


async def _known(request: web.Request, config: Config) -> Visitor:
    """Whom the proxy names, or whose session it is."""
    if (named := _named_by_proxy(request, config)) is not None:
        return named
    access = request.app[ACCESS]
    await access.sessions.meet(shown_session(request))
    session = access.sessions.find(shown_session(request), config.access)
    if session is None:
        return Visitor(name="", role=None, rights=NO_BRAND if config.access.keeps_apart else EVERY_BRAND)
    await access.sessions.used(session)
    if session.origin.identity is not None:
        return _of_provider(config, session, session.origin.identity)
    user = config.access.users[session.account]
    called = user.name or session.account
    return Visitor(
        name=user.contact or called,
        role=user.role,
        proven=True,
        account=session.account,
        called=called,
        known_by=KnownBy.SESSION,
        binding=f"session {session.id}",
        session=session.id,
        rights=rights_of(config, user.brands),
        owes_factor=config.access.second_factor.required(user.role) and access.factors.lacks(session.account),
    )


def _of_provider(config: Config, session: Session, identity: ProvidedIdentity) -> Visitor:
    """Whom the provider signed in, with what their groups give as of now."""
    grant = config.access.oidc.grant(identity.groups) if config.access.oidc is not None else None
    assert grant is not None  # else the session is over
    return Visitor(
        name=session.account,
        role=grant.role,
        proven=True,
        account=session.account,
        called=_called(config, session.account),
        known_by=KnownBy.OIDC,
        binding=f"session {session.id}",
        session=session.id,
        rights=rights_of(config, grant.brands),
    )


def _called(config: Config, name: str) -> str:
    """What pages call somebody who bears a contact's key, or any other name."""
    contact = config.contacts.get(name)
    return (contact.name if contact is not None else None) or name


def _named_by_proxy(request: web.Request, config: Config) -> Visitor | None:
    proxy = config.access.proxy
    if proxy is None or proxy.header is None or not is_trusted(request):
        return None
    names = request.headers.getall(proxy.header, [])
    if len(names) > 1:
        raise RefusedBody(403, f"{proxy.header}: came {len(names)} times; the proxy must take out what browsers send")
    name = names[0].strip()[:80] if names else ""
    if not name:
        return None
    role = proxy.roles.get(name, proxy.default_role)
    user = config.access.users.get(name)
    called = (user.name if user else None) or name
    contact = user.contact if user else (name if name in config.contacts else None)
    return Visitor(
        name=contact or called,
        role=role,
        proven=True,
        account=name,
        called=called,
        known_by=KnownBy.PROXY,
        binding=f"proxy {name}",
        rights=rights_of(config, proxy.brands.get(name, user.brands if user else proxy.default_brands)),
    )
