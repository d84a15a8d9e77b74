"""What one part of the configuration says of another: names that must exist, addresses that must parse, what must be
locked.
"""

import logging
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping

from apprise import Apprise

from sentinel.config.admitted import check_admitted
from sentinel.config.area_check import check_areas
from sentinel.config.brand import BrandSettings
from sentinel.config.brand_access import check_brand_access
from sentinel.config.chat_presses import check_chat_presses
from sentinel.config.contact import ContactSettings, Use
from sentinel.config.explain import unknown
from sentinel.config.match import word_of
from sentinel.config.notified import check_names, check_targets
from sentinel.config.policy import StepSettings
from sentinel.config.push_channels import check_push_channels
from sentinel.config.schema import MOST_WEIGHT, Config
from sentinel.config.store_url import wrong_with
from sentinel.config.tree import Key
from sentinel.config.units import format_duration
from sentinel.escalation.contact import Occasion
from sentinel.matching.folding import fold
from sentinel.matching.term import forms_of
from sentinel.notify.base import Notifier
from sentinel.notify.channels import UNREADABLE, scheme_of

logging.getLogger("apprise").propagate = False  # it names whole addresses, secrets included, when it complains of one

Complaint = tuple[Key, str]


def crosscheck(
    config: Config, signals: Collection[str], schemes: Mapping[str, Notifier], at: Callable[[Key], str]
) -> Iterator[Complaint]:
    """Every mistake as (place, sentence).

    Parameters
    ----------
    signals
        Those there are.
    schemes
        Of channels that a notifier of ours takes, with that notifier; the others are Apprise's.
    at
        File, line and column of a place.
    """
    yield from _brands(config, at)
    yield from _policies(config)
    yield from check_names(config)
    yield from _contacts(config, schemes)
    yield from check_push_channels(config)
    yield from check_chat_presses(config)
    yield from _campaigns(config)
    yield from _calendars(config)
    yield from _silences(config, signals)
    yield from _reports(config)
    yield from check_areas(config)
    yield from _weights(config, signals)
    yield from _earlier_names(config)
    yield from _store(config)
    yield from check_admitted(config)
    yield from check_brand_access(config)
    yield from _watch(config)


def _brands(config: Config, at: Callable[[Key], str]) -> Iterator[Complaint]:
    seen: dict[str, int] = {}
    names = {brand.name for brand in config.brands}
    for index, brand in enumerate(config.brands):
        folded = unicodedata.normalize("NFKC", brand.name).casefold().strip()
        if folded in seen:
            yield (
                ("brands", index, "name"),
                f"{brand.name!r} is the name of brand {seen[folded] + 1} as well"
                f" ({at(('brands', seen[folded], 'name'))}); names must differ",
            )
        seen.setdefault(folded, index)
        if brand.policy not in config.policies:
            yield ("brands", index, "policy"), unknown(brand.policy, config.policies, "policy")
        yield from _sources(config, brand, ("brands", index))
        for position, competitor in enumerate(brand.competitors):
            if competitor == brand.name:
                yield ("brands", index, "competitors", position), f"{competitor!r} is the brand itself; name others"
            elif competitor not in names:
                yield ("brands", index, "competitors", position), unknown(competitor, names, "brand")
        yield from _terms(brand, ("brands", index))


def _sources(config: Config, brand: BrandSettings, place: tuple[int | str, ...]) -> Iterator[Complaint]:
    for keys, sources in ((("sources",), brand.sources), (("match", "everything_from"), brand.match.everything_from)):
        for position, source in enumerate(sources):
            if source not in config.sources:
                yield (*place, *keys, position), unknown(source, config.sources, "source")


def _earlier_names(config: Config) -> Iterator[Complaint]:
    names = {brand.name for brand in config.brands}
    known: dict[str, str] = {}
    for index, brand in enumerate(config.brands):
        for position, old in enumerate(brand.was):
            place = ("brands", index, "was", position)
            if old in names:
                yield place, f"{old!r} is the name of a brand now; leave it out"
            elif old in known:
                yield place, f"{old!r} was {known[old]!r} already; one brand has one past"
            known.setdefault(old, brand.name)


def _terms(brand: BrandSettings, place: Key) -> Iterator[Complaint]:
    if not brand.name.strip():
        yield (*place, "name"), "must not be blank"
    elif not brand.match.any and not forms_of(brand.name):
        yield (
            (*place, "name"),
            f"{brand.name!r} has no letter or digit to look for; say in match.any what people call it",
        )
    for kind, terms in (("any", brand.match.any), ("none", brand.match.none)):
        for position, term in enumerate(terms):
            word = word_of(term)
            if not forms_of(word):
                yield (*place, "match", kind, position), f"{word!r} has no letter or digit; it could never match a word"
    wanted = {fold(term) for term in brand.match.any or (brand.name,) if isinstance(term, str)}
    for position, term in enumerate(brand.match.none):
        if isinstance(term, str) and forms_of(term) and fold(term) in wanted:
            yield (
                (*place, "match", "none", position),
                f"{term!r} is what the brand is found by as well; keep it in one of the two",
            )


def _policies(config: Config) -> Iterator[Complaint]:
    for name, policy in config.policies.items():
        place: Key = ("policies", name)
        yield from _ladder(config, policy.steps, (*place, "steps"))
        for level, ladder in policy.levels.items():
            yield from _ladder(config, ladder.steps, (*place, "levels", level, "steps"))
        yield from check_targets(config, policy.catch_all, (*place, "catch_all"))
    yield from check_targets(config, config.operators, ("operators",))


def _ladder(config: Config, steps: tuple[StepSettings, ...], place: Key) -> Iterator[Complaint]:
    for index, step in enumerate(steps):
        if not step.notify:
            yield (*place, index, "notify"), "nobody is notified; name at least one contact"
        yield from check_targets(config, step.notify, (*place, index, "notify"))
        before = steps[index - 1].after if index else step.after
        if step.after < before:
            after, above = format_duration(step.after), format_duration(before)
            why = "`after` counts from the start of the climb and may not fall"
            yield (*place, index, "after"), f"{after} is before the step above ({above}); {why}"


def _campaigns(config: Config) -> Iterator[Complaint]:
    names = {brand.name for brand in config.brands}
    for index, campaign in enumerate(config.campaigns):
        for position, brand in enumerate(campaign.brands):
            if brand not in names:
                yield ("campaigns", index, "brands", position), unknown(brand, names, "brand")


def _calendars(config: Config) -> Iterator[Complaint]:
    names = {brand.name for brand in config.brands}
    seen: dict[str, int] = {}
    for index, calendar in enumerate(config.calendars):
        if calendar.name in seen:
            place: Key = ("calendars", index, "name")
            yield (
                place,
                f"{calendar.name!r} is the name of calendar {seen[calendar.name] + 1} as well; names must differ",
            )
        seen.setdefault(calendar.name, index)
        for position, brand in enumerate(calendar.brands):
            if brand not in names:
                yield ("calendars", index, "brands", position), unknown(brand, names, "brand")


def _silences(config: Config, signals: Collection[str]) -> Iterator[Complaint]:
    names = {brand.name for brand in config.brands}
    for index, silence in enumerate(config.silences):
        for position, brand in enumerate(silence.of):
            if brand not in names:
                place = ("brand",) if silence.brand is not None else ("brands", position)
                yield ("silences", index, *place), unknown(brand, names, "brand")
        if silence.signal is not None and silence.signal not in signals:
            yield ("silences", index, "signal"), unknown(silence.signal, signals, "signal")
        if silence.source is not None and silence.source not in config.sources:
            yield ("silences", index, "source"), unknown(silence.source, config.sources, "source")


def _reports(config: Config) -> Iterator[Complaint]:
    names = {brand.name for brand in config.brands}
    for index, report in enumerate(config.reports):
        for position, brand in enumerate(report.brands):
            if brand not in names:
                yield ("reports", index, "brands", position), unknown(brand, names, "brand")
        yield from check_targets(config, report.to, ("reports", index, "to"))


def _contacts(config: Config, schemes: Mapping[str, Notifier]) -> Iterator[Complaint]:
    for name, contact in config.contacts.items():
        for index, channel in enumerate(contact.channels):
            url = channel.get_secret_value()
            scheme = scheme_of(url)
            if scheme in schemes:
                if (wrong := schemes[scheme].complaint(url)) is not None:
                    yield ("contacts", name, "channels", index), wrong
            elif Apprise.instantiate(url, suppress_exceptions=True) is None:
                shown = "this" if scheme == UNREADABLE else f"{scheme}://…"
                yield (
                    ("contacts", name, "channels", index),
                    f"{shown} is no Apprise URL; see https://appriseit.com for its form",
                )
        if contact.use is not None:
            yield from _use(name, contact, contact.use)
            if contact.digest is not None and contact.use.news == ():
                yield ("contacts", name, "digest"), "could never arrive: `use.news` names no channel"


def _use(name: str, contact: ContactSettings, use: Use) -> Iterator[Complaint]:
    """What is tried for what must be among the contact's channels."""
    schemes = [scheme_of(url.get_secret_value()) for url in contact.channels]
    for occasion in Occasion:
        for position, wanted in enumerate(use.tried(occasion) or ()):
            if wanted not in schemes:
                yield (
                    ("contacts", name, "use", occasion.value, position),
                    unknown(wanted, schemes, "channel of this contact"),
                )
        if occasion is not Occasion.NEWS and use.tried(occasion) == ():
            yield (
                ("contacts", name, "use", occasion.value),
                "is empty, so such a page could never arrive; name at least one channel",
            )


def _weights(config: Config, signals: Collection[str]) -> Iterator[Complaint]:
    weights, place = config.scoring.weights, ("scoring", "weights")
    for name, weight in weights.items():
        if name not in signals:
            yield (*place, name), unknown(name, signals, "signal")
        elif not 0 <= weight <= MOST_WEIGHT:
            yield (*place, name), f"must be between 0 (off) and {MOST_WEIGHT}, got {weight:g}"
    if weights and all(weights.get(name, 1.0) == 0 for name in signals):
        yield place, "every signal is off; leave at least one on"


def _store(config: Config) -> Iterator[Complaint]:
    url, place = config.store.url.get_secret_value(), ("store", "url")
    if (complaint := wrong_with(url)) is not None:
        yield place, complaint
    elif config.cluster.nats is not None and not config.cluster.partitions:
        yield ("cluster", "nats"), "carries nothing where one process folds all; write cluster.partitions, such as 16"
    elif config.cluster.partitions and url.startswith("sqlite"):
        yield (
            ("cluster", "partitions"),
            ("wants a store that several processes can write to; write store.url as postgresql://…, or 0 partitions"),
        )


def _watch(config: Config) -> Iterator[Complaint]:
    contact = config.watch.self_test.contact
    if contact is not None and contact not in config.contacts:
        yield ("watch", "self_test", "contact"), unknown(contact, config.contacts, "contact")
