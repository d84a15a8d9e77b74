"""What happens to a brand and who answers, told in a second or two; the crash tests kill the daemon all through it.

The ladder: Ana at once, the boss after 2 s, the chief as catch-all at 4 s, by a clock that runs five times as fast as
the daemon lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sentinel.mention import Mention
from sentinel.scoring.brand_scorer import signals
from sentinel.simulation.history import Story, history

PACE = 5.0
LADDER = {"ana": 0, "boss": 2}
CRISIS = {"watch": 8, "alert": 15, "crisis": 25}
"""Thresholds that the burst passes with much room, so that a restart's few seconds change nothing."""
CALM = {"watch": 97, "alert": 98, "crisis": 99}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """When ``after`` (a contact) was paged, or every incident is in the state ``when``: ask this of every incident.

    ``ask`` is an action of the API with its body, ``thresholds`` are for a reload with others, ``clock`` is by how many
    seconds somebody sets the daemon's wall clock ahead (back, where it is negative).
    """

    after: str | None = None
    when: str | None = None
    ask: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, float] | None = None
    clock: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashStory:
    """One story.

    Parameters
    ----------
    climbed
        Ladders that are climbed to the catch-all after the last act; nothing more follows then.
    quiet
        For how many seconds it is watched that nothing does.
    absent
        Between how many seconds, by the story's clock, no daemon is there after a crash.
    """

    name: str
    climbed: int
    modes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()
    brands: int = 1
    quiet: float = 0.4
    absent: tuple[float, float] = (0.0, 1.5)
    second_channel: bool = False
    incidents: Mapping[str, Any] = field(default_factory=dict)


_ACK = "ack"
STORIES = [
    CrashStory(name="nobody_answers", climbed=1),
    CrashStory(name="ana_answers", climbed=0, acts=(Act(after="ana", ask=_ACK, body={"by": "ana"}),), quiet=0.7),
    CrashStory(name="boss_answers", climbed=0, acts=(Act(after="boss", ask=_ACK, body={"by": "boss"}),), quiet=0.7),
    CrashStory(
        name="answer_lapses",
        climbed=1,
        acts=(Act(after="ana", ask=_ACK, body={"by": "ana"}),),
        incidents={"acknowledgement_expires": "3s"},
    ),
    CrashStory(name="snoozed", climbed=1, acts=(Act(after="ana", ask="snooze", body={"by": "ana", "minutes": 0.04}),)),
    CrashStory(name="server_errors", climbed=1, modes={"ana": ("500",), "boss": ("500",)}),
    CrashStory(name="too_many", climbed=1, modes={"ana": ("429",), "boss": ("429",)}, second_channel=True),
    CrashStory(name="accepts_then_times_out", climbed=1, modes={"ana": ("late",), "boss": ("late",)}),
    CrashStory(name="drips", climbed=1, modes={"ana": ("drip",), "boss": ("drip",)}),
    CrashStory(name="drops_the_line", climbed=1, modes={"ana": ("drop",), "boss": ("cut",)}),
    CrashStory(name="refuses", climbed=1, modes={"ana": ("404",) * 9, "boss": ("404",) * 9}),
    CrashStory(
        name="falls_and_flares",
        climbed=1,
        acts=(Act(after="boss", thresholds=CALM), Act(when="resolved", thresholds=CRISIS)),
    ),
    CrashStory(name="three_brands", climbed=3, brands=3),
]


QUIET = sorted(signals().keys() - {"volume", "negativity"})


def settings(story: CrashStory, *, run: str, port: int, database: str) -> dict[str, Any]:
    """The configuration of a run."""
    extra = f"json://127.0.0.1:{port}/{run}/%s2"
    # Only a provider that means to be slow is: any other one answers as soon as the machine lets it.
    slow = any(mode in ("late", "drip") for modes in story.modes.values() for mode in modes)
    names = [f"Acme{n}" for n in range(story.brands)]
    return {
        "language": "es",
        "brands": [{"name": name, "match": {"any": [name.lower()]}} for name in names],
        # Two signals alone, so that there are thresholds that the storm does not reach.
        "scoring": {"thresholds": dict(CRISIS), "leave_after": "0s", "margin": 0, "weights": dict.fromkeys(QUIET, 0)},
        "contacts": {
            who: {
                "channels": [f"json://127.0.0.1:{port}/{run}/{who}", *([extra % who] if story.second_channel else [])]
            }
            for who in (*LADDER, "chief")
        },
        "policies": {
            "default": {
                "steps": [{"notify": [who], "after": f"{after}s"} for who, after in LADDER.items()],
                "repeat": 0,
                "repeat_after": "2s",
                "crisis_pace": 1,
                "catch_all": ["chief"],
            }
        },
        "incidents": {"acknowledgement_expires": "1h", "update_every": "1s"} | dict(story.incidents),
        "engine": {"tick": "1s", "checkpoint_every": "3s"},
        "delivery": {"timeout": "900ms" if slow else "20s"},
        "store": {"url": f"sqlite:///{database}"},
        "web": {"port": 0},
    }


def calm_days(n: int, now: datetime) -> list[Mention]:
    """What was said of the ``n``-th brand before its story."""
    calm = timedelta(days=1.5)
    return list(
        history(Story(brand=f"Acme{n}", language="es", end=now, seed=1 + n, calm=calm, storm=timedelta(0), per_hour=6))
    )


def burst(n: int, now: datetime) -> list[Mention]:
    """What its story begins with."""
    storm = Story(
        brand=f"Acme{n}",
        language="es",
        end=now,
        seed=11 + n,
        calm=timedelta(0),
        storm=timedelta(seconds=100),
        per_hour=0,
        storm_per_minute=70,
    )
    return list(history(storm))
