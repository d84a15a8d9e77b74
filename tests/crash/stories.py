"""What happens to a brand and who answers, told in a second or two; the crash tests kill the daemon all through it.

The ladder: Ana at once, the boss after 2 s, the chief as catch-all at 4 s, by a clock that runs five times too fast.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sentinel.scoring.brand_scorer import signals

PACE = 5.0
LADDER = {"ana": 0, "boss": 2}
CRISIS = {"watch": 8, "alert": 15, "crisis": 25}
"""Thresholds that the burst passes with much room, so that a restart's few seconds change nothing."""
CALM = {"watch": 97, "alert": 98, "crisis": 99}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """When ``after`` (a contact) was paged, or every incident is in the state ``when``: ask this of every incident.

    ``ask`` is an action of the API with its body, or ``thresholds`` for a reload with others.
    """

    after: str | None = None
    when: str | None = None
    ask: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashStory:
    """One story.

    Parameters
    ----------
    climbed
        Ladders that are climbed to the catch-all after the last act; nothing more follows then.
    quiet
        For how many seconds it is watched that nothing does.
    """

    name: str
    climbed: int
    modes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()
    brands: int = 1
    quiet: float = 0.4
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
        "delivery": {"timeout": "900ms"},
        "store": {"url": f"sqlite:///{database}"},
        "web": {"port": 0},
    }
