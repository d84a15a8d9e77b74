"""Who is let in: what `access` and `web` must say together, so that nothing is open by mistake and no token useless."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from argon2 import Type, extract_parameters
from argon2.exceptions import InvalidHashError

from sentinel.config.explain import unknown
from sentinel.config.role import Role
from sentinel.config.schema import Config
from sentinel.config.tree import Key

LEAST_WORK = 7168 * 5
"""KiB of memory times passes below which a stolen hash is too quickly guessed (OWASP's least for argon2id)."""
MOST_MEMORY = 2**20
"""KiB; a hash that wants more would let anybody who signs in exhaust the machine."""
_TOKEN = re.compile(r"[!-~]+")
_ACCOUNT = re.compile(r"[\w.@+-]{1,80}")
Complaint = tuple[Key, str]


def check_admitted(config: Config) -> Iterator[Complaint]:
    """Every mistake as (place, sentence)."""
    web, access = config.web, config.access
    if not is_loopback(web.host) and not (web.tokens or access.tokens or access.closed):
        yield (
            ("web", "host"),
            f"{web.host!r} is open to others: set web.tokens, or anybody could post mentions and silence alarms",
        )
    for index, secret in enumerate(web.tokens):
        yield from _token(secret.get_secret_value(), ("web", "tokens", index))
    yield from _users(config)
    yield from _tokens(config)
    if access.oidc is not None and web.external_url is None:
        yield (
            ("access", "oidc"),
            "needs web.external_url, since the provider sends people back to it; "
            "set it, and allow EXTERNAL_URL/login/oidc/callback at the provider",
        )
    if access.metrics == "token" and not (web.tokens or access.tokens):
        yield ("access", "metrics"), "wants a token and there is none; add one to access.tokens with the scope read"
    if access.sessions.idle > access.sessions.longest:
        yield ("access", "sessions", "idle"), "must not be longer than `longest`"


def _users(config: Config) -> Iterator[Complaint]:
    for account, user in config.access.users.items():
        place: Key = ("access", "users", account)
        if not _ACCOUNT.fullmatch(account):
            yield (
                place,
                f"{account!r} is hard to sign in with; letters, digits and . _ - @ + may stand in it, at most 80",
            )
        if user.contact is not None and user.contact not in config.contacts:
            yield (*place, "contact"), unknown(user.contact, config.contacts, "contact")
        if (wrong := _hash(user.password.get_secret_value())) is not None:
            yield (*place, "password"), wrong


def _hash(text: str) -> str | None:
    """What is wrong with a password's hash; its text is never repeated, since it may be the password."""
    try:
        found = extract_parameters(text)
    except InvalidHashError:
        return "is no argon2id hash (nor may it be the password itself); `sentinel user hash` makes one"
    if found.type is not Type.ID:
        return "is no argon2id hash, but one of another kind of argon2; `sentinel user hash` makes one"
    if found.memory_cost * found.time_cost < LEAST_WORK:
        return (
            f"is too quickly guessed (m={found.memory_cost}, t={found.time_cost}); "
            "`sentinel user hash` makes a better one"
        )
    if found.memory_cost > MOST_MEMORY or found.time_cost > 20:
        return (
            f"costs too much to check (m={found.memory_cost}, t={found.time_cost}); "
            "`sentinel user hash` makes a cheaper one"
        )
    return None


def _tokens(config: Config) -> Iterator[Complaint]:
    seen: dict[str, int] = {}
    for index, token in enumerate(config.access.tokens):
        place: Key = ("access", "tokens", index)
        if token.name in seen:
            yield (
                (*place, "name"),
                f"{token.name!r} is the name of token {seen[token.name] + 1} as well; names must differ",
            )
        seen.setdefault(token.name, index)
        if token.token is not None:
            yield from _token(token.token.get_secret_value(), (*place, "token"))


def _token(text: str, place: Key) -> Iterator[Complaint]:
    if not _TOKEN.fullmatch(text):
        yield place, "must be ASCII letters, digits and signs without spaces; `openssl rand -hex 24` makes one"


def only_by_provider(config: Config) -> Iterator[Complaint]:
    """What is said of a house that its provider can lock out, as (place, sentence)."""
    if config.access.oidc is not None and not any(user.role is Role.ADMIN for user in config.access.users.values()):
        yield (
            ("access", "oidc"),
            "no admin of access.users stands beside it: while the provider is down no admin gets in; add one "
            "(`sentinel user hash`)",
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
