"""The kinds of histories that a detector must tell apart: crises of every speed, and what only looks like one."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class ScenarioKind(StrEnum):
    """What sort of weeks a brand has."""

    FIRESTORM_BIG = "firestorm_big"
    FIRESTORM_MID = "firestorm_mid"
    FIRESTORM_SMALL = "firestorm_small"
    SLOW_BURN = "slow_burn"
    SECOND_WAVE = "second_wave"
    COLD_START = "cold_start"
    VIRAL_POSITIVE = "viral_positive"
    SYNDICATION = "syndication"
    QUIET_WEEKS = "quiet_weeks"
    BOT_FLOOD = "bot_flood"


class Mood(StrEnum):
    """What a made-up mention says."""

    CALM = "calm"
    CRISIS = "crisis"
    PRAISE = "praise"
    ARTICLE = "article"
    FLOOD = "flood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """More mentions than usual for a while.

    Parameters
    ----------
    after
        Since the history's beginning.
    per_minute
        At its height.
    rise, half_life
        From the first one to the height, in a straight line; then half as many after each half-life.
    mood, purity
        What they say, and which share of them says it; the others are calm.
    passed_on
        Share that is a repost, quote or reply.
    """

    after: timedelta
    per_minute: float
    rise: timedelta = timedelta(minutes=40)
    half_life: timedelta = timedelta(hours=6)
    mood: Mood = Mood.CRISIS
    purity: float = 0.85
    passed_on: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPlan:
    """A kind in numbers.

    Parameters
    ----------
    per_hour
        Calm mentions an hour, over the week.
    souring
        From when, and for how long, the share of complaints climbs from the usual to three quarters.
    page_by
        By when somebody must be paged, for each crisis; empty when nothing may page.
    forbidden
        A level that must not be reached, if there is one.
    """

    days: float
    per_hour: float
    waves: tuple[Wave, ...] = ()
    souring: tuple[timedelta, timedelta] | None = None
    page_by: timedelta | None = None
    forbidden: str | None = None


_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_ONSET = 7 * _DAY + 12.5 * _HOUR
PLANS = {
    ScenarioKind.FIRESTORM_BIG: ScenarioPlan(
        days=9, per_hour=80, waves=(Wave(after=_ONSET, per_minute=20),), page_by=45 * _MINUTE
    ),
    ScenarioKind.FIRESTORM_MID: ScenarioPlan(
        days=9, per_hour=6.5, waves=(Wave(after=_ONSET + 3 * _HOUR, per_minute=4),), page_by=45 * _MINUTE
    ),
    ScenarioKind.FIRESTORM_SMALL: ScenarioPlan(
        days=9, per_hour=0.5, waves=(Wave(after=_ONSET + 2 * _HOUR, per_minute=0.6),), page_by=75 * _MINUTE
    ),
    ScenarioKind.SLOW_BURN: ScenarioPlan(days=8.5, per_hour=23, souring=(7 * _DAY, 36 * _HOUR), page_by=30 * _HOUR),
    ScenarioKind.SECOND_WAVE: ScenarioPlan(
        days=12,
        per_hour=20,
        waves=(
            Wave(after=6 * _DAY + 11 * _HOUR, per_minute=6, half_life=4 * _HOUR),
            Wave(after=9 * _DAY + 19 * _HOUR, per_minute=6, half_life=4 * _HOUR),
        ),
        page_by=45 * _MINUTE,
    ),
    ScenarioKind.COLD_START: ScenarioPlan(
        days=1.25, per_hour=22, waves=(Wave(after=22 * _HOUR, per_minute=6),), page_by=60 * _MINUTE
    ),
    ScenarioKind.VIRAL_POSITIVE: ScenarioPlan(
        days=9, per_hour=24, waves=(Wave(after=_ONSET, per_minute=12, mood=Mood.PRAISE, purity=0.8),)
    ),
    ScenarioKind.SYNDICATION: ScenarioPlan(
        days=9,
        per_hour=17,
        waves=(Wave(after=_ONSET, per_minute=6, half_life=1.5 * _HOUR, mood=Mood.ARTICLE, purity=1.0, passed_on=0.0),),
    ),
    ScenarioKind.QUIET_WEEKS: ScenarioPlan(days=21, per_hour=15),
    ScenarioKind.BOT_FLOOD: ScenarioPlan(
        days=9,
        per_hour=15,
        waves=(Wave(after=_ONSET, per_minute=25, rise=_MINUTE, half_life=8 * _MINUTE, mood=Mood.FLOOD, purity=1.0),),
        forbidden="crisis",
    ),
}
"""The numbers of each kind; the seed moves rates and onsets about them."""
