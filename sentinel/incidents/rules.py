"""What the configuration says of every incident: the spans of its life, and who can be told, over what and when."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sentinel.escalation.contact import Contact
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
