"""The roster: every name that a policy may notify, and whom it means at an instant."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import msgspec

from sentinel.escalation.override import Override, Swap
from sentinel.escalation.schedule import Schedule

Made = TypeVar("Made", Override, Swap)


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """Contacts, schedules and roles; they share one namespace, so that a policy may name any of them.

    Parameters
    ----------
    roles
        Role to contacts and schedules, never to another role.

    Examples
    --------
    >>> from datetime import UTC
    >>> from sentinel.escalation.rotation import Rotation
    >>> guardia = Schedule(name="guardia", timezone="Europe/Madrid", layers=(Rotation(people=(("ana",),)),))
    >>> roster = Roster(contacts=("ana", "boss"), schedules={"guardia": guardia}, roles={
    ...     "strategist": ("guardia", "boss", "ana")})
    >>> at = datetime(2026, 3, 2, tzinfo=UTC)
    >>> roster.people("strategist", at), roster.people("nobody", at)
    (('ana', 'boss'), ())
    """

    contacts: tuple[str, ...]
    schedules: dict[str, Schedule] = {}
    roles: dict[str, tuple[str, ...]] = {}

    def people(self, target: str, at: datetime) -> tuple[str, ...]:
        """The contacts that ``target`` means at an instant, in order, each once; none for a name that is not known.

        Who is on a schedule but no contact any more is left out: nobody can be paged at an address that is gone.
        """
        return self.everybody((target,), at)

    def everybody(self, targets: Iterable[str], at: datetime) -> tuple[str, ...]:
        """The contacts that several targets mean together, in order, each once."""
        found = [
            contact
            for target in targets
            for each in self.roles.get(target, (target,))
            for contact in self._one(each, at)
        ]
        return tuple(dict.fromkeys(contact for contact in found if contact in self.contacts))

    def with_changes(self, overrides: Iterable[Override] = (), swaps: Iterable[Swap] = ()) -> "Roster":
        """The roster with further overrides and swaps over its own, the newest on top.

        What speaks of a schedule or of people that are gone is passed over, so that the configured rotation shows
        again: an override for somebody who left must not leave the schedule with nobody.
        """
        known = [each for each in map(self._with_known_people, overrides) if each is not None]
        paired = [each for each in swaps if set(each.between) <= set(self.contacts)]
        return msgspec.structs.replace(
            self,
            schedules={
                name: msgspec.structs.replace(
                    schedule,
                    overrides=schedule.overrides + _newest_last(known, name),
                    swaps=schedule.swaps + _newest_last(paired, name),
                )
                for name, schedule in self.schedules.items()
            },
        )

    def _one(self, target: str, at: datetime) -> tuple[str, ...]:
        schedule = self.schedules.get(target)
        return schedule.on_call(at) if schedule is not None else (target,)

    def _with_known_people(self, override: Override) -> Override | None:
        known = tuple(each for each in override.contacts if each in self.contacts)
        return msgspec.structs.replace(override, contacts=known) if known or not override.contacts else None


def _newest_last(changes: Iterable[Made], schedule: str) -> tuple[Made, ...]:
    own = [each for each in changes if each.schedule == schedule]
    return tuple(sorted(own, key=lambda each: (each.made_at is not None, each.made_at, each.id)))
