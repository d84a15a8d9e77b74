"""Rules for every incident, from the configuration: the spans of its life, and who can be told, over what and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sentinel.escalation.contact import Contact
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.roster import Roster

Contacts = dict[str, Contact]
"""By key; a contact that is missing cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Spans and people.

    Parameters
    ----------
    roster
        Schedules and roles, which a step may name like a contact.
    """

    acknowledgement_expires: timedelta
    max_snooze: timedelta
    reopen_within: timedelta
    update_every: timedelta
    contacts: Contacts
    roster: Roster = field(default=Roster(contacts=()))

    def people(self, target: str, at: datetime) -> tuple[str, ...]:
        """The contacts that a step's target means now; none when nobody is on call, or nothing of that name is
        known.
        """
        return (target,) if target in self.contacts else self.roster.people(target, at)

    def is_known(self, target: str) -> bool:
        """Whether the configuration has anything of that name."""
        return target in self.contacts or target in self.roster.schedules or target in self.roster.roles

    def with_oncall(self, changes: Sequence[Override | Swap]) -> "Rules":
        """The same under further changes of schedules."""
        overrides = [each for each in changes if isinstance(each, Override)]
        swaps = [each for each in changes if isinstance(each, Swap)]
        return replace(self, roster=self.roster.with_changes(overrides, swaps))
