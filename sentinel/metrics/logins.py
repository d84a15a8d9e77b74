"""Tries to sign in: how, and what can become of each."""

LOGINS = {
    "password": ("signed_in", "code_wanted", "wrong", "waiting", "busy"),
    "code": ("signed_in", "wrong", "waiting"),
    "recovery_code": ("signed_in",),
    "recovery_link": ("signed_in", "wrong"),
    "oidc": ("signed_in", "no_group", "refused", "waiting", "unreachable"),
    "token": ("signed_in", "wrong"),
}
"""Way to sign in, to what can become of a try. `waiting`: too many failures before; `busy`: too many passwords at once
to look at; `no_group`: the provider knows them and no group of theirs gives anything here.
"""
