"""How far a teacher is believed: how much they gave today, and how often their labels are ones that hardly anybody
would give.

An honest person corrects what the model was unsure of: of such labels 8 % had a chance below a tenth by the seed,
measured on airline posts with the model's own mistakes alone; of labels given at random 30 %, of labels turned around
52 %. A sequential test (Page 1954) tells the two apart within a few tens of labels.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from math import log
from typing import Final

DOUBTFUL: Final = 0.1
"""A label to which the seed gives less chance than this is put aside."""
A_DAY: Final = 300
"""Labels one teacher may give in a day (UTC); a person corrects tens, a broken script or an attacker thousands."""
SUSPENDED_DAYS: Final = 30
_HONEST, _CARELESS = 0.08, 0.30
_DOUBT: Final = log(_CARELESS / _HONEST)
_TRUST: Final = log((1 - _CARELESS) / (1 - _HONEST))
_ENOUGH: Final = 6.0
"""Evidence, as a log likelihood ratio, at which a teacher is suspended."""
_TEACHERS: Final = 1_000
"""Teachers remembered; the one unheard for longest is forgotten."""


class LabelWorth(Enum):
    """What a label by a teacher is worth."""

    BELIEVED = auto()
    DOUBTED = auto()
    SUSPENDED_NOW = auto()
    """This label was the one too many."""
    SUSPENDED = auto()
    LIMITED = auto()


@dataclass(slots=True)
class LabelTrust:
    """One teacher: labels given on ``day``, the evidence against them, and the version that served when it began to
    mount.
    """

    day: int = 0
    given: int = 0
    evidence: float = 0.0
    since_version: int = 0
    suspended_until: int = 0


class LabelTrusts:
    """The trust of every teacher.

    Examples
    --------
    >>> from datetime import UTC
    >>> trusts, noon = LabelTrusts(), datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> trusts.judge("ana", 0.4, noon, version=0).name, trusts.judge("ana", 0.01, noon, version=0).name
    ('BELIEVED', 'DOUBTED')
    """

    def __init__(self) -> None:
        self.known: dict[str, LabelTrust] = {}

    def judge(self, by: str, chance: float, at: datetime, *, version: int) -> LabelWorth:
        """Judge one label, to which the seed gives a ``chance``, and remember it."""
        day = at.toordinal()
        trust = self.known.pop(by, None) or LabelTrust()
        self.known[by] = trust
        if len(self.known) > _TEACHERS:
            del self.known[next(iter(self.known))]
        if day > trust.day:
            trust.day, trust.given = day, 0
        if day < trust.suspended_until:
            return LabelWorth.SUSPENDED
        if trust.given >= A_DAY:
            return LabelWorth.LIMITED
        trust.given += 1
        if trust.evidence == 0.0:
            trust.since_version = version
        doubtful = chance < DOUBTFUL
        trust.evidence = max(0.0, trust.evidence + (_DOUBT if doubtful else _TRUST))
        if trust.evidence >= _ENOUGH:
            trust.evidence = 0.0
            trust.suspended_until = day + SUSPENDED_DAYS
            return LabelWorth.SUSPENDED_NOW
        return LabelWorth.DOUBTED if doubtful else LabelWorth.BELIEVED

    def since_version(self, by: str) -> int:
        """The version that served when the evidence against a teacher began to mount."""
        return self.known[by].since_version

    def suspended(self, at: datetime) -> list[str]:
        """Who is not heard at an instant, in order of name."""
        return sorted(by for by, trust in self.known.items() if at.toordinal() < trust.suspended_until)

    def suspended_until(self, by: str) -> datetime:
        """Midnight (UTC) at which a teacher is heard again."""
        return datetime.fromordinal(self.known[by].suspended_until).replace(tzinfo=UTC)

    def given_on(self, at: datetime) -> dict[str, int]:
        """Labels given on the day of an instant (UTC), by teacher."""
        return {by: trust.given for by, trust in sorted(self.known.items()) if trust.day == at.toordinal()}

    def snapshot(self) -> list[tuple[str, int, int, float, int, int]]:
        """Everything, as plain values, in order of last hearing."""
        return [(by, s.day, s.given, s.evidence, s.since_version, s.suspended_until) for by, s in self.known.items()]

    def restore(self, plain: list[tuple[str, int, int, float, int, int]]) -> None:
        """Go back to a snapshot."""
        self.known = {
            by: LabelTrust(day, given, evidence, since, until) for by, day, given, evidence, since, until in plain
        }
