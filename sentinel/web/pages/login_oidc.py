"""``/login/oidc``: to the provider and back, once for each sign-in."""

import hmac
from enum import StrEnum

import structlog
from aiohttp import web

from sentinel.config.oidc import OidcSettings
from sentinel.errors import SentinelError
from sentinel.store.audit import KnownBy
from sentinel.store.sessions import SessionOrigin
from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.login_backoff import ADDRESS, Key, of_address
from sentinel.web.access.sealed import seal, unseal
from sentinel.web.access.session_cookie import PROVIDER_COOKIE, give_sealed, shown_sealed, take_sealed
from sentinel.web.access.visible import ports_of
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.peer import address_of
from sentinel.web.http.posting import admit, retry_after
from sentinel.web.oidc.endpoints import ProviderEndpoints, ProviderFault
from sentinel.web.oidc.id_token import Claims, ExpectedToken, UnfitToken, UnknownKey, claims_of
from sentinel.web.oidc.person import ProvidedPerson, lacks, person_of
from sentinel.web.oidc.provider import ProviderTokens
from sentinel.web.oidc.sign_in_under_way import LASTS, PURPOSE, SignInUnderWay
from sentinel.web.pages.login import LoginForm, show_login
from sentinel.web.pages.signing_in import begin_session, lead, safe_next, waiting_span
from sentinel.web.pages.words import words_for

BACK = "/login/oidc/callback"
LONGEST_CODE = 4096
log = structlog.get_logger(__name__)


class SignInTrouble(StrEnum):
    """What is wrong with a sign-in that came back, as it is said to its person."""

    BEGIN_ANEW = "begin_anew"
    DECLINED = "declined"
    UNFIT = "unfit"
    NO_GROUP = "no_group"


class SignInRefused(SentinelError):
    """A sign-in that came back and is none; the text says why, for the log.

    Parameters
    ----------
    who
        Whom the provider named, where that is proven.
    """

    def __init__(self, trouble: SignInTrouble, why: str, who: str = "") -> None:
        super().__init__(why)
        self.trouble = trouble
        self.who = who


async def get_oidc(request: web.Request) -> web.Response:
    """To the provider, with what must come back sealed in the browser."""
    admit(request)
    ports, access, settings = ports_of(request), request.app[ACCESS], _settings(request)
    wanted = safe_next(request.query.get("next", ""))
    try:
        endpoints = await access.provider.endpoints(settings)
    except ProviderFault as fault:
        return _unreachable(request, settings, fault, wanted)
    under_way, secret = SignInUnderWay.begin(settings.issuer, wanted), access.sessions.secret
    response = lead(under_way.address(settings, endpoints, _redirect(request), secret))
    sealed = seal(secret, PURPOSE, under_way, now=ports.clock.now(), lasts=LASTS)
    give_sealed(request, response, PROVIDER_COOKIE, sealed, LASTS)
    return response


async def get_back(request: web.Request) -> web.Response:
    """Back from the provider: in, or what is wrong and what to do about it."""
    admit(request)
    settings, access, ports = _settings(request), request.app[ACCESS], ports_of(request)
    note(request, what="sign_in")
    keys: list[Key] = [("address", of_address(address_of(request)), ADDRESS)]
    if (wait := await access.throttle.begin(keys)) > 0:
        ports.metrics.login("oidc", "waiting")
        notice = words_for(request).said("access.wait", wait=waiting_span(wait))
        return show_login(request, LoginForm(next="/"), notice=notice, status=429, headers=retry_after(wait))
    under_way = None
    try:
        under_way = await _under_way(request, settings)
        response = await _signed_in(request, settings, under_way)
        await access.throttle.succeeded(keys)
    except ProviderFault as fault:
        await access.throttle.took_back(keys)
        response = _unreachable(request, settings, fault, under_way.next if under_way else "/")
    except SignInRefused as refused:
        log.warning("oidc_sign_in_refused", reason=str(refused), trouble=refused.trouble.value)
        note(request, who=refused.who, known_by=KnownBy.OIDC if refused.who else None)
        ports.metrics.login("oidc", "no_group" if refused.trouble is SignInTrouble.NO_GROUP else "refused")
        notice = words_for(request).said(f"access.oidc_{refused.trouble}", provider=settings.called, who=refused.who)
        response = show_login(request, LoginForm(next=under_way.next if under_way else "/"), notice=notice, status=403)
    take_sealed(request, response, PROVIDER_COOKIE)
    return response


async def _signed_in(request: web.Request, settings: OidcSettings, under_way: SignInUnderWay) -> web.Response:
    provider = request.app[ACCESS].provider
    endpoints = await provider.endpoints(settings)
    tokens = await provider.exchange(
        settings,
        endpoints,
        code=_code(request, endpoints),
        verifier=under_way.verifier(request.app[ACCESS].sessions.secret),
        redirect=_redirect(request),
    )
    try:
        person = await _person(request, settings, endpoints, tokens, under_way)
    except UnfitToken as unfit:
        raise SignInRefused(SignInTrouble.UNFIT, str(unfit)) from None
    if settings.grant(person.identity.groups) is None:
        count = len(person.identity.groups)
        why = f"none of the {count} groups that {settings.groups_claim} names is in access.oidc.groups"
        raise SignInRefused(SignInTrouble.NO_GROUP, why, person.name)
    ports_of(request).metrics.login("oidc", "signed_in")
    origin = SessionOrigin(identity=person.identity)
    return await begin_session(
        request, person.name, safe_next(under_way.next), origin, known_by=KnownBy.OIDC, proof=tokens.id_token
    )


async def _person(
    request: web.Request,
    settings: OidcSettings,
    endpoints: ProviderEndpoints,
    tokens: ProviderTokens,
    under_way: SignInUnderWay,
) -> ProvidedPerson:
    """Whom the token proves; what it leaves out is asked for, and counts where it is about the same person."""
    claims = await _proven(request, settings, endpoints, tokens, under_way)
    if lacks(claims, settings):
        besides = await request.app[ACCESS].provider.known_besides(endpoints, tokens)
        if besides.get("sub") == claims["sub"]:
            claims = {**besides, **claims}
    return person_of(claims, settings)


async def _proven(
    request: web.Request,
    settings: OidcSettings,
    endpoints: ProviderEndpoints,
    tokens: ProviderTokens,
    under_way: SignInUnderWay,
) -> Claims:
    access, now = request.app[ACCESS], ports_of(request).clock.now()
    nonce = under_way.nonce(access.sessions.secret)
    expected = ExpectedToken(issuer=settings.issuer, client_id=settings.client_id, nonce=nonce)
    try:
        return claims_of(tokens.id_token, await access.provider.keys(endpoints), expected, now)
    except UnknownKey:  # it may have changed its keys meanwhile
        return claims_of(tokens.id_token, await access.provider.keys(endpoints, anew=True), expected, now)


async def _under_way(request: web.Request, settings: OidcSettings) -> SignInUnderWay:
    """The sign-in that this browser began, at this provider, and did not finish yet."""
    access, now = request.app[ACCESS], ports_of(request).clock.now()
    secret = access.sessions.secret
    found = unseal(secret, PURPOSE, shown_sealed(request, PROVIDER_COOKIE), SignInUnderWay, now=now)
    if found is None or found.issuer != settings.issuer:
        raise SignInRefused(SignInTrouble.BEGIN_ANEW, "this browser began no sign-in within ten minutes")
    state = request.query.get("state", "")
    if not hmac.compare_digest(found.state(secret).encode(), state.encode("utf-8", "surrogateescape")):
        raise SignInRefused(SignInTrouble.BEGIN_ANEW, "state: is of another sign-in")
    if not await access.first_use(found.seed, until=now + LASTS, now=now):
        raise SignInRefused(SignInTrouble.BEGIN_ANEW, "state: has been used")
    return found


def _code(request: web.Request, endpoints: ProviderEndpoints) -> str:
    """What the provider sent along, which must be this provider."""
    issuer = request.query.get("iss")
    if (issuer is None and endpoints.names_itself) or (issuer is not None and issuer != endpoints.issuer):
        raise SignInRefused(SignInTrouble.UNFIT, "iss: the answer is another provider's")
    if (error := request.query.get("error")) is not None:
        known = error if error.isascii() and error.isidentifier() else "error"
        raise SignInRefused(SignInTrouble.DECLINED, f"the provider says {known[:40]}")
    code = request.query.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE:
        raise SignInRefused(SignInTrouble.BEGIN_ANEW, "code: missing, or longer than any")
    return code


def _unreachable(request: web.Request, settings: OidcSettings, fault: ProviderFault, wanted: str) -> web.Response:
    ports, words = ports_of(request), words_for(request)
    log.error("oidc_provider_fault", reason=str(fault))
    ports.metrics.login("oidc", "unreachable")
    if ports.config().access.users:
        notice = words.said("access.oidc_down", provider=settings.called)
    else:
        notice = words.said("access.oidc_down_alone", provider=settings.called)
    return show_login(request, LoginForm(next=wanted), notice=notice, status=503, headers={"Retry-After": "30"})


def _settings(request: web.Request) -> OidcSettings:
    settings = ports_of(request).config().access.oidc
    if settings is None:
        raise RefusedBody(404, "nobody signs in by OpenID Connect here; access.oidc says how")
    return settings


def _redirect(request: web.Request) -> str:
    """Where the provider sends people back to, which it must allow to the letter."""
    return (ports_of(request).config().web.external_url or "").rstrip("/") + BACK


ROUTES = (
    web.get("/login/oidc", get_oidc, allow_head=False),
    web.get(BACK, get_back, allow_head=False),
)
