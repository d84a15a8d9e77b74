"""What people change on a schedule: overrides (somebody else, or nobody, for a while) and swaps (two exchange their
shifts).
"""

from datetime import datetime

import msgspec

from sentinel.escalation.shift import OnCallReason, Shift


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """``contacts`` are on call from ``starts_at`` up to, not at, ``ends_at``, whatever the rotations say; none of them:
    nobody is.
    """

    id: str
    schedule: str
    contacts: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    by: str = ""
    reason: str = ""
    made_at: datetime | None = None
    """``None``: it stands in the configuration."""

    @property
    def shift(self) -> Shift:
        """As it lies over the rotations."""
        return Shift(
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            contacts=self.contacts,
            why=OnCallReason.OVERRIDE,
            reason=self.reason,
        )


class Swap(msgspec.Struct, frozen=True, kw_only=True):
    """From ``starts_at`` up to, not at, ``ends_at``, each of ``between`` does the shifts of the other."""

    id: str
    schedule: str
    between: tuple[str, str]
    starts_at: datetime
    ends_at: datetime
    by: str = ""
    reason: str = ""
    made_at: datetime | None = None
    """``None``: it stands in the configuration."""

    def exchange(self, shift: Shift) -> Shift:
        """The shift after the swap, which must cover it whole or not at all."""
        one, other = self.between
        if not (self.starts_at <= shift.starts_at and shift.ends_at <= self.ends_at) or (one in shift.contacts) == (
            other in shift.contacts
        ):
            return shift
        contacts = tuple({one: other, other: one}.get(each, each) for each in shift.contacts)
        return msgspec.structs.replace(shift, contacts=contacts, why=OnCallReason.SWAP, reason=self.reason)
