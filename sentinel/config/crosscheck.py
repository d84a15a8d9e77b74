"""What one part of the configuration says of another: names that must exist, addresses that must parse, doors that must be locked."""

import unicodedata
from collections.abc import Collection, Iterator
from ipaddress import ip_address

from apprise import Apprise

from sentinel.config.explain import unknown
from sentinel.config.schema import Config
from sentinel.config.tree import Key

LOG = "log://"


def crosscheck(config: Config, signals: Collection[str]) -> Iterator[tuple[Key, str]]:
    """Every mistake as (place, sentence)."""
    yield from _brands(config)
    yield from _policies(config)
    yield from _contacts(config)
    for name, weight in config.scoring.weights.items():
        if name not in signals:
            yield ("scoring", "weights", name), unknown(name, signals, "signal")
        elif not 0 <= weight <= 10:
            yield ("scoring", "weights", name), f"must be between 0 (off) and 10, got {weight:g}"
    if config.scoring.weights and all(config.scoring.weights.get(name, 1.0) == 0 for name in signals):
        yield ("scoring", "weights"), "every signal is off; leave at least one on"
    if not _loopback(config.web.host) and not config.web.tokens:
        yield ("web", "host"), f"{config.web.host} is open to others: set web.tokens, or anybody could post mentions and silence alarms"


def _brands(config: Config) -> Iterator[tuple[Key, str]]:
    seen: dict[str, int] = {}
    for index, brand in enumerate(config.brands):
        folded = unicodedata.normalize("NFKC", brand.name).casefold().strip()
        if folded in seen:
            yield ("brands", index, "name"), f"{brand.name!r} is the name of brand {seen[folded] + 1} as well; names must differ"
        seen.setdefault(folded, index)
        if brand.policy not in config.policies:
            yield ("brands", index, "policy"), unknown(brand.policy, config.policies, "policy")
        for position, source in enumerate(brand.sources):
            if source not in config.sources:
                yield ("brands", index, "sources", position), unknown(source, config.sources, "source")
        for kind, terms in (("any", brand.match.any), ("none", brand.match.none)):
            for position, term in enumerate(terms):
                if not any(letter.isalnum() for letter in term):
                    yield ("brands", index, "match", kind, position), f"{term!r} has no letter or digit; it could never match a word"


def _policies(config: Config) -> Iterator[tuple[Key, str]]:
    for name, policy in config.policies.items():
        for index, step in enumerate(policy.steps):
            if not step.notify:
                yield ("policies", name, "steps", index, "notify"), "nobody is notified; name at least one contact"
            for position, contact in enumerate(step.notify):
                if contact not in config.contacts:
                    yield ("policies", name, "steps", index, "notify", position), unknown(contact, config.contacts, "contact")
        for position, contact in enumerate(policy.catch_all):
            if contact not in config.contacts:
                yield ("policies", name, "catch_all", position), unknown(contact, config.contacts, "contact")
    for position, contact in enumerate(config.operators):
        if contact not in config.contacts:
            yield ("operators", position), unknown(contact, config.contacts, "contact")


def _contacts(config: Config) -> Iterator[tuple[Key, str]]:
    for name, contact in config.contacts.items():
        for index, channel in enumerate(contact.channels):
            url = channel.get_secret_value()
            if not url.startswith(LOG) and Apprise.instantiate(url, suppress_exceptions=True) is None:
                scheme = url.partition("://")[0] if "://" in url else ""
                shown = f"{scheme}://… is" if scheme else "this is"
                yield ("contacts", name, "channels", index), f"{shown} no Apprise URL; see https://appriseit.com for its form"


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
