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
    ONE_CUSTOMER = "one_customer"
    SOCK_PUPPETS = "sock_puppets"
    BURIED_IN_PRAISE = "buried_in_praise"
    UNDER_COPIES = "under_copies"
    LAUNCH = "launch"
    FEW_BUT_GRAVE = "few_but_grave"
    ALWAYS_SCOLDED = "always_scolded"
    MATCH_NIGHTS = "match_nights"


class Mood(StrEnum):
    """What a made-up mention says."""

    CALM = "calm"
    CRISIS = "crisis"
    PRAISE = "praise"
    ARTICLE = "article"
    FLOOD = "flood"
    CUSTOMER = "customer"
    """One person, who complains in ever other words."""
    PUPPETS = "puppets"
    """Five accounts that complain in words of their own."""
    ECHO = "echo"
    """Six accounts with one kind sentence."""
    GRAVE = "grave"
    NEWS = "news"


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
    moves
        Whether the seed moves its onset; a match begins when it begins.
    """

    after: timedelta
    per_minute: float
    rise: timedelta = timedelta(minutes=40)
    half_life: timedelta = timedelta(hours=6)
    mood: Mood = Mood.CRISIS
    purity: float = 0.85
    passed_on: float = 0.5
    moves: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPlan:
    """A kind in numbers.

    Parameters
    ----------
    per_hour
        Calm mentions an hour, over the week.
    grumbling
        Share of complaints on an ordinary day.
    counts_after
        Pages before this long after the beginning are no failure: what is learnt from weeks takes weeks.
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
    grumbling: float = 0.25
    counts_after: timedelta = timedelta(0)


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
    ScenarioKind.ONE_CUSTOMER: ScenarioPlan(
        days=9,
        per_hour=10,
        waves=(Wave(after=_ONSET, per_minute=0.8, rise=_MINUTE, half_life=_HOUR, mood=Mood.CUSTOMER, purity=1.0),),
    ),
    ScenarioKind.SOCK_PUPPETS: ScenarioPlan(
        days=9,
        per_hour=6,
        waves=(
            Wave(
                after=_ONSET - 10 * _HOUR,
                per_minute=0.8,
                rise=_MINUTE,
                half_life=0.3 * _HOUR,
                mood=Mood.PUPPETS,
                purity=1.0,
            ),
        ),
        forbidden="crisis",
    ),
    ScenarioKind.BURIED_IN_PRAISE: ScenarioPlan(
        days=9,
        per_hour=8,
        waves=(
            Wave(after=_ONSET, per_minute=3),
            Wave(after=_ONSET, per_minute=7, mood=Mood.PRAISE, purity=1.0, passed_on=0.0),
        ),
        page_by=60 * _MINUTE,
    ),
    ScenarioKind.UNDER_COPIES: ScenarioPlan(
        days=9,
        per_hour=10,
        waves=(Wave(after=_ONSET, per_minute=4), Wave(after=_ONSET, per_minute=12, mood=Mood.ECHO, purity=1.0)),
        page_by=45 * _MINUTE,
    ),
    ScenarioKind.LAUNCH: ScenarioPlan(
        days=9, per_hour=10, waves=(Wave(after=_ONSET, per_minute=8, mood=Mood.NEWS, purity=0.8),)
    ),
    ScenarioKind.FEW_BUT_GRAVE: ScenarioPlan(
        days=25,
        per_hour=0.2,
        waves=(Wave(after=22 * _DAY, per_minute=0.06, rise=_MINUTE, mood=Mood.GRAVE, purity=1.0, passed_on=0.0),),
        page_by=180 * _MINUTE,
    ),
    ScenarioKind.ALWAYS_SCOLDED: ScenarioPlan(
        days=60,
        per_hour=0.03,
        waves=(Wave(after=58 * _DAY, per_minute=0.05, half_life=48 * _HOUR, purity=1.0, passed_on=0.0),),
        page_by=480 * _MINUTE,
        grumbling=1.0,
    ),
    ScenarioKind.MATCH_NIGHTS: ScenarioPlan(
        days=41,
        per_hour=8,
        waves=tuple(
            Wave(
                after=(5 + 7 * week) * _DAY,
                per_minute=3,
                half_life=0.7 * _HOUR,
                mood=Mood.CALM,
                purity=1.0,
                moves=False,
            )
            for week in range(6)
        ),
        counts_after=21 * _DAY,
    ),
}
"""The numbers of each kind; the seed moves rates and onsets about them."""
