"""Role of a person: what they may do."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may do, each with all that comes before it."""

    VIEWER = "viewer"
    """Look."""
    RESPONDER = "responder"
    """Act on incidents, silences and on-call."""
    ADMIN = "admin"
    """Act on the model and the configuration, and see who did what."""

    def covers(self, other: "Role") -> bool:
        """Whether whoever has this may do what wants the other.

        Examples
        --------
        >>> Role.ADMIN.covers(Role.VIEWER), Role.VIEWER.covers(Role.RESPONDER)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(other)
