"""The configuration, the people and the playbooks as there would be of them if some brands were all."""

from collections.abc import Collection, Iterable
from dataclasses import replace

import msgspec

from sentinel.config.policy import PolicySettings
from sentinel.config.schema import Config
from sentinel.config.silences import SilenceSettings
from sentinel.escalation.roster import Roster
from sentinel.escalation.schedule import Schedule
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.web.access.brand_rights import BrandRights


def narrowed_config(config: Config, roster: Roster, rights: BrandRights, people: Collection[str] = ()) -> Config:
    """Own brands; policies, schedules, contacts and sources that they use; campaigns that cap them,
    calendars of their own; areas that may be asked about them, without who that is.

    ``access`` and ``web`` are whole: they say how one gets in, and no page shows them but that of the configuration.
    """
    brands = tuple(each for each in config.brands if rights.sees(each.name))
    known = {each.name for each in brands}
    policies = {name: each for name, each in config.policies.items() if name in {brand.policy for brand in brands}}
    paged = narrowed_roster(roster, policies.values(), people)
    used = sources_of(config, rights)
    return config.model_copy(
        update={
            "brands": tuple(
                each.model_copy(update={"competitors": tuple(name for name in each.competitors if name in known)})
                for each in brands
            ),
            "policies": policies,
            "contacts": {key: each for key, each in config.contacts.items() if key in paged.contacts},
            "schedules": {name: each for name, each in config.schedules.items() if name in paged.schedules},
            "roles": {name: each for name, each in config.roles.items() if name in paged.roles},
            "campaigns": tuple(
                each.model_copy(update={"brands": rights.of(each.brands)})
                for each in config.campaigns
                if not each.brands or rights.of(each.brands)
            ),
            "calendars": tuple(
                each.model_copy(update={"brands": rights.of(each.brands)})
                for each in config.calendars
                if rights.of(each.brands)
            ),
            "sources": {name: each for name, each in config.sources.items() if name in used},
            "silences": tuple(
                each if rights.covers(each.of) else each.model_copy(update=_unexplained_hours(each, rights))
                for each in config.silences
                if each.source in used or (each.source is None and (not each.of or rights.of(each.of)))
            ),
            "areas": {
                name: each.model_copy(update={"contacts": (), "brands": rights.of(each.brands)})
                for name, each in config.areas.items()
                if not each.brands or rights.of(each.brands)
            },
            "include": (),
            "templates": {},
            "operators": (),
            "ignore": (),
            "reports": (),
        }
    )


def _unexplained_hours(silence: SilenceSettings, rights: BrandRights) -> dict[str, object]:
    """Of hours that hold others' pages back as well: own brands, and no reason."""
    own = rights.of(silence.of)
    return {"brand": None, "brands": own, "reason": None, "by": "config"}


def sources_of(config: Config, rights: BrandRights) -> frozenset[str]:
    """The sources whose silence would hide mentions of the brands: theirs, or all where one names none."""
    found: set[str] = set()
    for each in config.brands:
        if rights.sees(each.name):
            found |= set(each.sources or config.sources)
    return frozenset(found)


def narrowed_roster(roster: Roster, policies: Iterable[PolicySettings], people: Collection[str] = ()) -> Roster:
    """Whom the policies may page, and the schedules that say who it is; why somebody changed one is the house's."""
    named = set(people)
    for policy in policies:
        ladders = (policy.steps, *(each.steps for each in policy.levels.values()))
        named |= {target for steps in ladders for step in steps for target in step.notify} | set(policy.catch_all)
    roles = {name: each for name, each in roster.roles.items() if name in named}
    named |= {target for each in roles.values() for target in each}
    schedules = {name: _unexplained(each) for name, each in roster.schedules.items() if name in named}
    for schedule in schedules.values():
        named |= _people(schedule)
    contacts = tuple(each for each in roster.contacts if each in named)
    return msgspec.structs.replace(roster, contacts=contacts, schedules=schedules, roles=roles)


def narrowed_playbooks(playbooks: PlaybookSet, rights: BrandRights) -> PlaybookSet:
    """Those for every brand, and those for own ones."""
    return PlaybookSet(
        tuple(
            replace(each, brands=rights.of(each.brands))
            for each in playbooks
            if not each.brands or rights.of(each.brands)
        )
    )


def _unexplained(schedule: Schedule) -> Schedule:
    return msgspec.structs.replace(
        schedule,
        overrides=tuple(msgspec.structs.replace(each, reason="", by="") for each in schedule.overrides),
        swaps=tuple(msgspec.structs.replace(each, reason="", by="") for each in schedule.swaps),
    )


def _people(schedule: Schedule) -> set[str]:
    turns = {person for layer in schedule.layers for turn in layer.people for person in turn}
    return turns | {person for each in schedule.overrides for person in each.contacts}
