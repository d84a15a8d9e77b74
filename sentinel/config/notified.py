"""Whom the configuration names: contacts, schedules and roles share one set of names, and every name used must be one
of them.
"""

import re
from collections.abc import Collection, Iterator

from sentinel.config.explain import unknown
from sentinel.config.oncall import ScheduleSettings
from sentinel.config.schema import Config
from sentinel.config.tree import Key

_NAME = re.compile(r"[\w-]+")
"""A schedule's name stands in addresses."""


def check_targets(config: Config, targets: Collection[str], place: Key) -> Iterator[tuple[Key, str]]:
    """Every one of ``targets`` is a contact, a schedule or a role."""
    allowed = {**config.contacts, **config.schedules, **config.roles}
    what = "contact, schedule or role" if config.schedules or config.roles else "contact"
    for position, target in enumerate(targets):
        if target not in allowed:
            yield (*place, position), unknown(target, allowed, what)


def check_names(config: Config) -> Iterator[tuple[Key, str]]:
    """No name means two things, and what schedules and roles name is there."""
    for name, schedule in config.schedules.items():
        place: Key = ("schedules", name)
        if name in config.contacts:
            yield (
                place,
                (
                    f"{name!r} is a contact as well; contacts, schedules and roles "
                    "share their names, so call one of the two otherwise"
                ),
            )
        elif not _NAME.fullmatch(name):
            yield (
                place,
                f"{name!r} would not fit into an address; letters, digits, - and _ may stand in a schedule's name",
            )
        yield from _schedule(config, schedule, place)
    for name, targets in config.roles.items():
        yield from _role(config, name, targets)


def _schedule(config: Config, schedule: ScheduleSettings, place: Key) -> Iterator[tuple[Key, str]]:
    for index, layer in enumerate(schedule.layers):
        for position, turn in enumerate(layer.people):
            yield from _people(config, turn, (*place, "layers", index, "people", position))
    for index, override in enumerate(schedule.overrides):
        yield from _people(config, override.who, (*place, "overrides", index, "who"))
    for index, swap in enumerate(schedule.swaps):
        within: Key = (*place, "swaps", index, "between")
        yield from _people(config, swap.between, within)
        if len(set(swap.between)) < len(swap.between):
            yield within, f"{swap.between[0]!r} is named twice; a swap is between two people"


def _role(config: Config, name: str, targets: tuple[str, ...]) -> Iterator[tuple[Key, str]]:
    for what, others in (("contact", config.contacts), ("schedule", config.schedules)):
        if name in others:
            yield (
                ("roles", name),
                f"{name!r} is a {what} as well; contacts, schedules and roles share their names, so call one otherwise",
            )
    for position, target in enumerate(targets):
        if target in config.contacts or target in config.schedules:
            continue
        place: Key = ("roles", name, position)
        if target in config.roles:
            yield place, f"{target!r} is a role; a role names contacts and schedules, so name those of {target!r}"
        else:
            yield place, unknown(target, {**config.contacts, **config.schedules}, "contact or schedule")


def _people(config: Config, people: str | tuple[str, ...], place: Key) -> Iterator[tuple[Key, str]]:
    """Only contacts are on call."""
    named = (
        [(place, people)]
        if isinstance(people, str)
        else [((*place, position), each) for position, each in enumerate(people)]
    )
    for at, contact in named:
        if contact not in config.contacts:
            yield at, unknown(contact, config.contacts, "contact")
