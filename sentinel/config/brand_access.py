"""Brands as `access` names them, one by one or by tag: which are meant, and what is wrong with a list of them."""

from collections.abc import Iterable, Iterator

from sentinel.config.access import Scope
from sentinel.config.admitted import is_loopback
from sentinel.config.brand import BrandSettings
from sentinel.config.explain import unknown
from sentinel.config.schema import Config
from sentinel.config.tree import Key

TAG = "tag:"
"""Before a word that stands for every brand with that tag."""
FOR_EVERYBODY = (Scope.MENTIONS, Scope.ALERTS, Scope.ONCALL, Scope.LABELS, Scope.ADMIN)
"""Scopes of what concerns every brand alike: nobody has them for some."""
Complaint = tuple[Key, str]


def meant(brands: Iterable[BrandSettings], wanted: Iterable[str]) -> frozenset[str]:
    """The names of the brands that a list means; what nobody is called means none.

    Examples
    --------
    >>> sol, mar = BrandSettings(name="Sol", tags=("north",)), BrandSettings(name="Mar")
    >>> sorted(meant((sol, mar), ("tag:north",))), sorted(meant((sol, mar), ("Mar", "tag:south")))
    (['Sol'], ['Mar'])
    """
    names = frozenset(wanted)
    return frozenset(
        each.name for each in brands if each.name in names or any(f"{TAG}{tag}" in names for tag in each.tags)
    )


def check_brand_access(config: Config) -> Iterator[Complaint]:
    """Every mistake as (place, sentence)."""
    access = config.access
    for place, wanted in _lists(config):
        yield from _unknown(config, place, wanted)
    for index, token in enumerate(access.tokens):
        for position, scope in enumerate(token.scopes if token.brands else ()):
            if scope in FOR_EVERYBODY:
                yield (
                    ("access", "tokens", index, "scopes", position),
                    f"{scope.value!r} concerns every brand, and this token has `brands`; leave one of the two out",
                )
    if access.keeps_apart and not access.closed and is_loopback(config.web.host):
        yield (
            ("access", "tokens"),
            "`brands` keep nothing apart while everybody may look; add access.users, or access.proxy with its header",
        )
    if access.keeps_apart and access.metrics == "open":
        yield (
            ("access", "metrics"),
            "'open' shows every brand to whoever asks, and some have `brands` in access; write `metrics: token`",
        )


def _lists(config: Config) -> Iterator[tuple[Key, tuple[str, ...]]]:
    access = config.access
    for account, user in access.users.items():
        yield ("access", "users", account, "brands"), user.brands
    for index, token in enumerate(access.tokens):
        yield ("access", "tokens", index, "brands"), token.brands
    if access.proxy is not None:
        for name, wanted in access.proxy.brands.items():
            yield ("access", "proxy", "brands", name), wanted
        yield ("access", "proxy", "default_brands"), access.proxy.default_brands
    if access.oidc is not None:
        for name, group in access.oidc.groups.items():
            yield ("access", "oidc", "groups", name, "brands"), group.brands


def _unknown(config: Config, place: Key, wanted: tuple[str, ...]) -> Iterator[Complaint]:
    names = {brand.name for brand in config.brands}
    tags = {tag for brand in config.brands for tag in brand.tags}
    for position, each in enumerate(wanted):
        if each.startswith(TAG):
            if each.removeprefix(TAG) not in tags:
                yield (*place, position), unknown(each.removeprefix(TAG), tags, "tag")
        elif each not in names:
            yield (*place, position), unknown(each, names, "brand")
