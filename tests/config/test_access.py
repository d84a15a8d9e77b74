"""Who is let in, as it is configured: every mistake with its place and its fix, and never the password with it."""

from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type

from sentinel.config.access import Role, Scope
from sentinel.config.admitted import only_by_provider
from sentinel.config.brand_access import meant
from sentinel.config.loader import load
from sentinel.config.shown import shown_yaml
from sentinel.web.access.passwords import hash_password
from tests.config.test_mistakes import ONE, SECRET, mistakes

HASH = hash_password("a good password")
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
OTHER_KIND = PasswordHasher(type=Type.I).hash("x")
COSTLY = HASH.replace("m=65536", "m=4194304")


def test_people_a_proxy_and_programs(tmp_path: Path) -> None:
    """Read as they are written; hashes and tokens may stand elsewhere, and are never shown."""
    (tmp_path / "hash").write_text(HASH + "\n", encoding="utf-8")
    text = f"""{ONE}contacts: {{ana: {{channels: ['log://']}}}}
access:
  users:
    ana: {{name: Ana García, password: '{HASH}', role: admin, contact: ana}}
    eva@acme.example: {{password_file: hash}}
  proxy: {{header: X-Forwarded-User, trusted: [127.0.0.1/32, '::1'], roles: {{luis: viewer}}}}
  tokens:
    - {{name: shop, token: '${{TOKEN}}', scopes: ['mentions:write', read]}}
    - {{name: ops, sha256: {"0f" * 32}, scopes: [admin]}}
  sessions: {{idle: 12h}}
"""
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    access = load(tmp_path / "s.yaml", {"TOKEN": SECRET}).access
    assert access.closed
    assert access.users["ana"].role is Role.ADMIN
    assert access.users["eva@acme.example"].role is Role.RESPONDER
    assert access.users["eva@acme.example"].password.get_secret_value() == HASH
    assert access.proxy is not None
    assert access.proxy.trusted == ("127.0.0.1/32", "::1")
    assert access.proxy.default_role is None
    assert [access.tokens[0].may(scope) for scope in (Scope.MENTIONS, Scope.READ, Scope.ADMIN)] == [True, True, False]
    assert all(access.tokens[1].may(scope) for scope in Scope)
    assert (access.sessions.idle, access.sessions.longest) == (timedelta(hours=12), timedelta(days=30))
    assert SECRET not in repr(access)
    assert HASH not in repr(access)


@pytest.mark.parametrize(
    "access", ["users: {{a: {{password: '{hash}'}}}}", "tokens: [{{name: a, token: t, scopes: [read]}}]"]
)
def test_a_bind_that_others_reach_wants_a_lock_of_either_kind(tmp_path: Path, access: str) -> None:
    """People or tokens; a proxy that names nobody is no lock."""
    (tmp_path / "s.yaml").write_text(
        f"{ONE}web: {{host: 0.0.0.0}}\naccess: {{{access.format(hash=HASH)}}}\n", encoding="utf-8"
    )
    assert load(tmp_path / "s.yaml", {}).web.host == "0.0.0.0"
    (mistake,) = mistakes(tmp_path, f"{ONE}web: {{host: 0.0.0.0}}\naccess: {{proxy: {{trusted: [10.0.0.1]}}}}\n")
    assert "web.host: '0.0.0.0' is open to others" in mistake


USER = "users: {a: {password: '%s'%s}}"
TOKEN = "tokens: [{name: a, %s}]"


@pytest.mark.parametrize(
    ("access", "says"),
    [
        (
            USER % (SECRET, ""),
            "access.users.a.password: is no argon2id hash (nor may it be the password itself); `sentinel user hash`",
        ),
        (USER % ("$2b$12$abcdefghijklmnopqrstuv", ""), "access.users.a.password: is no argon2id hash"),
        (USER % (OTHER_KIND, ""), "another kind of argon2"),
        (USER % (QUICK, ""), "access.users.a.password: is too quickly guessed (m=8, t=1)"),
        (USER % (COSTLY, ""), "access.users.a.password: costs too much to check (m=4194304, t=3)"),
        (USER % (HASH, ", role: root"), "access.users.a.role: expected 'viewer', 'responder' or 'admin', got 'root'"),
        (USER % (HASH, ", contact: anna"), "access.users.a.contact: unknown contact 'anna'; did you mean 'ana'?"),
        (USER % (HASH, ", pasword: x"), "unknown key 'pasword'; did you mean 'password'?"),
        ("users: {a: {}}", "access.users.a.password: is required"),
        ("users: {'a b': {password: '" + HASH + "'}}", "access.users.a b: 'a b' is hard to sign in with"),
        ("proxy: {header: X-User}", "access.proxy.trusted: is required"),
        ("proxy: {header: X-User, trusted: []}", "access.proxy.trusted: must not be empty"),
        ("proxy: {header: 'X User', trusted: [127.0.0.1]}", "access.proxy.header: 'X User' is no header's name"),
        (
            "proxy: {header: X-User, trusted: [localhost]}",
            "access.proxy.trusted.0: 'localhost' is no address or network; write one such as 127.0.0.1",
        ),
        (
            "proxy: {header: X-User, trusted: [10.0.0.1/8]}",
            "access.proxy.trusted.0: '10.0.0.1/8' is an address with a network's length",
        ),
        (TOKEN % "scopes: [read]", "access.tokens.0: needs either `token` or `sha256`, one of the two"),
        (
            TOKEN % f"token: t, sha256: {'0f' * 32}, scopes: [read]",
            "access.tokens.0: needs either `token` or `sha256`, one of the two",
        ),
        (TOKEN % "token: t, scopes: []", "access.tokens.0.scopes: must not be empty"),
        (TOKEN % "token: t, scopes: [mentions]", "access.tokens.0.scopes.0: expected 'read', 'mentions:write'"),
        (TOKEN % "token: 'a b', scopes: [read]", "access.tokens.0.token: must be ASCII letters"),
        (TOKEN % "sha256: abc, scopes: [read]", "access.tokens.0.sha256: is no SHA-256 in hexadecimal (64 digits)"),
        (
            "tokens: [{name: a, token: t, scopes: [read]}, {name: a, token: u, scopes: [read]}]",
            "'a' is the name of token 1 as well",
        ),
        ("metrics: token", "access.metrics: wants a token and there is none"),
        ("sessions: {idle: 2d, longest: 1d}", "access.sessions.idle: must not be longer than `longest`"),
    ],
)
def test_mistakes(tmp_path: Path, access: str, says: str) -> None:
    """One mistake, one line."""
    (mistake,) = mistakes(tmp_path, f"{ONE}contacts: {{ana: {{channels: ['log://']}}}}\naccess: {{{access}}}\n")
    assert says in mistake


LOCKED = "metrics: token, tokens: [{name: house, token: h, scopes: [admin]}%s], "


@pytest.mark.parametrize(
    ("access", "says"),
    [
        (
            LOCKED % "" + USER % (HASH, ", brands: [Acmee]"),
            "access.users.a.brands.0: unknown brand 'Acmee'; did you mean 'Acme'?",
        ),
        (
            LOCKED % "" + USER % (HASH, ", brands: [Acme, 'tag:noth']"),
            "access.users.a.brands.1: unknown tag 'noth'; did you mean 'north'?",
        ),
        (
            LOCKED % "" + "proxy: {header: X-User, trusted: [127.0.0.1], brands: {eva: [Acme, Zeta]}}",
            "access.proxy.brands.eva.1: unknown brand 'Zeta'",
        ),
        (
            LOCKED % "" + "proxy: {header: X-User, trusted: [127.0.0.1], default_brands: ['tag:x']}",
            "access.proxy.default_brands.0: unknown tag 'x'",
        ),
        (
            LOCKED % ", {name: a, token: t, scopes: [read, 'mentions:write'], brands: [Acme]}" + USER % (HASH, ""),
            "access.tokens.1.scopes.1: 'mentions:write' concerns every brand, and this token has `brands`",
        ),
        (
            LOCKED % ", {name: a, token: t, scopes: [read], brands: [Acme]}",
            "access.tokens: `brands` keep nothing apart while everybody may look; add access.users",
        ),
        (
            "metrics: open, " + USER % (HASH, ", brands: [Acme]"),
            "access.metrics: 'open' shows every brand to whoever asks, and some have `brands` in access; write",
        ),
    ],
)
def test_brands_in_access_are_ones_that_there_are_and_nothing_undoes_them(
    tmp_path: Path, access: str, says: str
) -> None:
    """One mistake, one line: a brand or tag that nobody has, a scope that is for all, a door that stands open."""
    (mistake,) = mistakes(tmp_path, f"brands: [{{name: Acme, tags: [north]}}]\naccess: {{{access}}}\n")
    assert says in mistake


def test_brands_in_access_by_name_and_by_tag(tmp_path: Path) -> None:
    """Left out or empty, they are all of them, and nobody is kept apart."""
    users = f"a: {{password: '{HASH}', brands: ['tag:north']}}, b: {{password: '{HASH}', brands: []}}"
    brands = "brands: [{name: Acme, tags: [north]}, {name: Sol}, {name: Mar, tags: [north]}]"
    (tmp_path / "s.yaml").write_text(f"{brands}\naccess: {{{LOCKED % ''}users: {{{users}}}}}\n", encoding="utf-8")
    config = load(tmp_path / "s.yaml", {})
    assert config.access.keeps_apart
    assert meant(config.brands, config.access.users["a"].brands) == {"Acme", "Mar"}
    (tmp_path / "s.yaml").write_text(f"{brands}\naccess: {{{USER % (HASH, ', brands: []')}}}\n", encoding="utf-8")
    assert not load(tmp_path / "s.yaml", {}).access.keeps_apart


OIDC = "issuer: 'https://sso.example.org', client_id: sentinel, groups: {crisis: {role: responder}}"
EXTERNAL = "web: {external_url: 'https://sentinel.example.org'}\n"


def test_a_provider_and_who_needs_a_code(tmp_path: Path) -> None:
    """Read as they are written; the secret may stand in a file, and is never shown."""
    (tmp_path / "secret").write_text(SECRET + "\n", encoding="utf-8")
    text = f"""{ONE}{EXTERNAL}access:
  oidc:
    issuer: https://sso.example.org
    client_id: sentinel
    client_secret_file: secret
    label: Casa
    groups: {{crisis: {{role: admin}}, 'cn=acme,dc=x': {{role: viewer, brands: [Acme]}}}}
  second_factor: {{admin: required}}
"""
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    config = load(tmp_path / "s.yaml", {})
    oidc = config.access.oidc
    assert config.access.closed
    assert config.access.keeps_apart
    assert oidc is not None
    assert oidc.client_secret is not None
    assert oidc.client_secret.get_secret_value() == SECRET
    assert oidc.called == "Casa"
    assert oidc.grant(["cn=acme,dc=x"]) == oidc.groups["cn=acme,dc=x"]
    assert [config.access.second_factor.required(role) for role in Role] == [False, False, True]
    assert SECRET not in repr(config)
    assert SECRET not in shown_yaml(config)


@pytest.mark.parametrize(
    ("access", "says"),
    [
        (
            "oidc: {issuer: 'http://sso.example.org', client_id: x, groups: {a: {role: admin}}}",
            "must begin with https://",
        ),
        ("oidc: {issuer: sso.example.org, client_id: x, groups: {a: {role: admin}}}", "must begin with https://"),
        ("oidc: {issuer: 'https://a.example/?x=1', client_id: x, groups: {a: {role: admin}}}", "is no issuer"),
        ("oidc: {issuer: 'https://u:p@a.example', client_id: x, groups: {a: {role: admin}}}", "is no issuer"),
        ("oidc: {issuer: 'https://a.example', client_id: x, groups: {}}", "access.oidc.groups"),
        ("oidc: {issuer: 'https://a.example', client_id: x}", "access.oidc.groups"),
        ("oidc: {issuer: 'https://a.example', client_id: x, groups: {a: {role: root}}}", "access.oidc.groups.a.role"),
        ("oidc: {issuer: 'https://a.example', client_id: x, groups: {a: {}}}", "access.oidc.groups.a"),
        (
            "oidc: {issuer: 'https://a.example', client_id: x, groups: {a: {role: admin, brands: [Acmee]}}}",
            "access.oidc.groups.a.brands.0: unknown brand 'Acmee'; did you mean 'Acme'?",
        ),
        (f"oidc: {{{OIDC}, scopes: ['a b']}}", "is no scope"),
        (f"oidc: {{{OIDC}, isuer: x}}", "did you mean"),
        ("second_factor: {boss: required}", "access.second_factor"),
        ("second_factor: {admin: yes}", "expected 'required' or 'optional'"),
    ],
)
def test_a_mistake_in_who_signs_in_how_is_named(tmp_path: Path, access: str, says: str) -> None:
    """With the place and what may stand there."""
    found = mistakes(tmp_path, f"{ONE}{EXTERNAL}access: {{{access}}}\n")
    assert any(says in mistake for mistake in found), found


def test_a_provider_wants_an_address_to_lead_people_back_to(tmp_path: Path) -> None:
    """Named with what to set and what to allow there."""
    (mistake,) = mistakes(tmp_path, f"{ONE}access: {{oidc: {{{OIDC}}}}}\n")
    assert "access.oidc: needs web.external_url" in mistake
    assert "EXTERNAL_URL/login/oidc/callback" in mistake


def test_a_house_that_its_provider_can_lock_out_is_warned(tmp_path: Path) -> None:
    """Unless an admin with a password stands beside it."""
    (tmp_path / "s.yaml").write_text(f"{ONE}{EXTERNAL}access: {{oidc: {{{OIDC}}}}}\n", encoding="utf-8")
    ((place, said),) = only_by_provider(load(tmp_path / "s.yaml", {}))
    assert place == ("access", "oidc")
    assert "no admin of access.users" in said
    users = f"users: {{boss: {{password: '{HASH}', role: admin}}}}"
    (tmp_path / "s.yaml").write_text(f"{ONE}{EXTERNAL}access: {{oidc: {{{OIDC}}}, {users}}}\n", encoding="utf-8")
    assert list(only_by_provider(load(tmp_path / "s.yaml", {}))) == []
