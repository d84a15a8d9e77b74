"""What the look ahead finds, and what it finds nothing wrong with."""

from datetime import time, timedelta

import msgspec
import pytest

from sentinel.escalation.contact import QuietHours
from sentinel.escalation.lint import LintFinding, OnCallFlaw, lint
from sentinel.escalation.policy import Ladder, Policy, Step
from sentinel.escalation.roster import Roster
from sentinel.escalation.schedule import Schedule
from sentinel.scoring.level import Level
from tests.escalation.rotas import MON, TUE, a_rotation, a_schedule, an_override, hours, utc
from tests.incidents.story import a_policy

NOW = utc("2026-03-02 08:00")
EVERYBODY = ("ana", "luis", "boss")


def found(
    schedule: Schedule, *steps: tuple[float, str], used: bool = True, catch_all: str = "boss"
) -> list[LintFinding]:
    policy: Policy = a_policy(*(steps or ((0, "guardia"), (10, "boss"))), catch_all=(catch_all,))
    roster = Roster(
        contacts=(*EVERYBODY, "log"),
        schedules={"guardia": schedule},
        roles={"strategist": ("guardia",), "legal": ("boss",)},
    )
    return list(lint(roster, [policy], {"default"} if used else set(), EVERYBODY, NOW))


def test_a_sound_schedule_has_no_flaws() -> None:
    """Every hour has somebody with a phone, and behind them somebody else."""
    assert found(a_schedule(a_rotation("ana luis"))) == []


FLAWS: list[tuple[list[LintFinding], OnCallFlaw, tuple[str | int, ...], str]] = [
    (
        found(a_schedule(a_rotation("ana luis", starts="2026-03-09"))),
        OnCallFlaw.GAP,
        ("schedules", "guardia"),
        "from Mon 2026-03-02 09:00 to Mon 2026-03-09 09:00 (Europe/Madrid)",
    ),
    (
        found(
            a_schedule(
                a_rotation("ana luis", starts="2026-03-04"),
                overrides=(an_override("", "2026-03-04 08:00", "2026-03-04 10:00"),),
            )
        ),
        OnCallFlaw.GAP,
        ("schedules", "guardia"),
        "from Mon 2026-03-02 09:00 to Wed 2026-03-04 11:00 (Europe/Madrid)",
    ),
    (
        found(a_schedule(a_rotation("ana luis", only=(hours("00:00-00:00", MON, TUE),)))),
        OnCallFlaw.GAP,
        ("schedules", "guardia"),
        "from Wed 2026-03-18 00:00 to Mon 2026-03-23 00:00, and 10 more times, ",
    ),
    (
        found(a_schedule(a_rotation("ana zoe"))),
        OnCallFlaw.UNKNOWN_PERSON,
        ("schedules", "guardia"),
        "'zoe' is on call from Mon 2026-03-09 09:00 (Europe/Madrid) and is no contact",
    ),
    (
        found(a_schedule(a_rotation("ana log"))),
        OnCallFlaw.NO_CHANNEL,
        ("schedules", "guardia"),
        "'log' is on call from Mon 2026-03-09 09:00 (Europe/Madrid) and has no channel",
    ),
    (
        found(a_schedule(a_rotation("ana luis")), (0, "guardia"), (10, "nowhere")),
        OnCallFlaw.REACHES_NOBODY,
        ("policies", "default", "steps", 1),
        "'nowhere' means nobody in the next 90 days: the step would be skipped",
    ),
    (
        found(a_schedule(a_rotation("ana luis")), catch_all="nowhere"),
        OnCallFlaw.REACHES_NOBODY,
        ("policies", "default", "catch_all"),
        "an unanswered crisis would end in silence",
    ),
    (
        found(a_schedule(a_rotation("ana luis")), used=False),
        OnCallFlaw.UNREACHABLE,
        ("policies", "default"),
        "no brand uses policy 'default'",
    ),
    (
        found(a_schedule(a_rotation("ana luis")), (0, "guardia"), (10, "strategist")),
        OnCallFlaw.SAME_AGAIN,
        ("policies", "default", "steps", 1),
        "pages only 'ana' or 'luis', whom the step before paged alone;",
    ),
    (
        found(a_schedule(a_rotation("ana luis")), (0, "guardia"), (10, "luis"), (20, "legal")),
        OnCallFlaw.SAME_AGAIN,
        ("policies", "default", "steps", 1),
        "alone at times, first on Mon 2026-03-09 08:00 UTC;",
    ),
    (
        found(a_schedule(a_rotation("ana luis")), (0, "boss"), (10, "legal")),
        OnCallFlaw.SAME_AGAIN,
        ("policies", "default", "steps", 1),
        "pages only 'boss', whom the step before paged alone;",
    ),
]


@pytest.mark.parametrize(("findings", "flaw", "place", "said"), FLAWS)
def test_one_flaw(findings: list[LintFinding], flaw: OnCallFlaw, place: tuple[str | int, ...], said: str) -> None:
    """One finding, its place in the configuration, and a sentence with wall times."""
    (only,) = findings
    assert (only.flaw, only.place) == (flaw, place)
    assert said in only.said


def test_ladders_of_a_levels_own_are_looked_at() -> None:
    """With one for alert and one for crisis the policy's own steps are never climbed; a step of theirs that means
    nobody is told.
    """
    steps = (Step(notify=("guardia",), after=timedelta(0)), Step(notify=("nowhere",), after=timedelta(minutes=5)))
    own = Ladder(steps=steps, repeat=1, repeat_after=timedelta(minutes=5))
    policy = msgspec.structs.replace(
        a_policy((0, "ana"), (10, "boss")), levels={Level.ALERT: own, Level.CRISIS: own}, catch_all=("boss",)
    )
    roster = Roster(contacts=EVERYBODY, schedules={"guardia": a_schedule(a_rotation("ana luis"))})
    assert [(each.flaw, each.place) for each in lint(roster, [policy], {"default"}, EVERYBODY, NOW)] == [
        (OnCallFlaw.UNREACHABLE, ("policies", "default", "steps")),
        (OnCallFlaw.REACHES_NOBODY, ("policies", "default", "levels", "alert", "steps", 1)),
        (OnCallFlaw.REACHES_NOBODY, ("policies", "default", "levels", "crisis", "steps", 1)),
    ]


def test_a_schedule_that_never_has_anybody_spoils_its_step() -> None:
    """The gap is told, and the step that rests on it."""
    flaws = found(a_schedule(a_rotation("ana", starts="2030-01-01")))
    assert [each.flaw for each in flaws] == [OnCallFlaw.GAP, OnCallFlaw.REACHES_NOBODY]


def test_two_steps_to_two_people_are_no_flaw() -> None:
    """Paging the same two again still leaves two who may answer."""
    assert found(a_schedule(a_rotation("ana+luis")), (0, "guardia"), (10, "guardia")) == []


def test_hourly_handoffs_are_looked_through() -> None:
    """Two thousand shifts, and each is seen: the one gap is found."""
    schedule = a_schedule(
        a_rotation("ana luis boss", "1 hour"), overrides=(an_override("", "2026-05-01 10:10", "2026-05-01 10:20"),)
    )
    (gap,) = [
        each
        for each in found(schedule, (0, "guardia"), (5, "ana boss"), (10, "strategist"))
        if each.flaw is OnCallFlaw.GAP
    ]
    assert "from Fri 2026-05-01 12:10 to Fri 2026-05-01 12:20" in gap.said


def a_night(begins: str, ends: str, days: range = range(7)) -> QuietHours:
    return QuietHours(
        zone="Europe/Madrid", begins=time.fromisoformat(begins), ends=time.fromisoformat(ends), days=frozenset(days)
    )


def quiet_flaws(**quiet: QuietHours) -> list[str]:
    roster = Roster(contacts=EVERYBODY, schedules={"guardia": a_schedule(a_rotation("ana luis"))}, roles={})
    flaws = lint(roster, [a_policy((0, "guardia"), (10, "boss"))], {"default"}, EVERYBODY, NOW, quiet=quiet)
    return [each.said for each in flaws if each.flaw is OnCallFlaw.ALL_QUIET]


def test_a_rota_that_sleeps_at_the_same_time_is_found() -> None:
    """At three in the morning whoever is on call is left alone: said with the hours that all of them share."""
    (said,) = quiet_flaws(ana=a_night("22:00", "07:00"), luis=a_night("23:30", "08:00"))
    assert "'ana', 'luis' are all in quiet hours from Mon 2026-03-02 23:30 to Tue 2026-03-03 07:00" in said
    assert "let somebody have other hours" in said


def test_a_rota_with_somebody_who_is_awake_is_sound() -> None:
    """Luis is never quiet, or not when Ana is, or not on the same days."""
    ana = a_night("22:00", "07:00")
    assert quiet_flaws(ana=ana) == []
    assert quiet_flaws(ana=ana, luis=a_night("07:00", "15:00")) == []
    assert quiet_flaws(ana=a_night("22:00", "00:00", range(5)), luis=a_night("22:00", "00:00", range(5, 7))) == []
