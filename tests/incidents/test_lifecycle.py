"""The life of an incident, from the first sign to the end."""

import pytest

from sentinel.incidents.command import Action, Refusal
from sentinel.incidents.incident import State
from sentinel.incidents.timeline import What, Why
from sentinel.incidents.transitions import TRANSITIONS, Trigger
from sentinel.scoring.level import Level
from tests.incidents.story import Story, a_policy, minutes, some_rules


def test_calm_opens_nothing() -> None:
    """A calm brand has no incident."""
    story = Story().score(Level.CALM)
    assert story.incident is None
    assert story.changes == []


def test_watch_opens_but_pages_nobody() -> None:
    """A watch shows on the wall and says on the timeline why nobody was paged."""
    story = Story().score(Level.WATCH).wait(120)
    assert story.state is State.OPEN
    assert story.pages == []
    assert (What.NOT_SENT, Why.LEVEL_TOO_LOW) in story.lines


def test_alert_climbs_until_somebody_acknowledges() -> None:
    """Ana is paged at once, the boss after ten minutes, and nobody after Ana took it."""
    story = Story().score(Level.ALERT).wait(12)
    assert story.pages == [(0, "ana"), (10, "boss")]
    assert story.ask(Action.ACKNOWLEDGE, "ana") is None
    story.wait(300)
    assert story.pages == [(0, "ana"), (10, "boss")]
    assert (12, "acknowledged", "boss") in story.told
    assert story.state is State.ACKNOWLEDGED


def test_ladder_repeats_then_the_catch_all_hourly() -> None:
    """Two climbs, then the catch-all every hour: an exhausted ladder never closes anything."""
    story = Story().score(Level.ALERT).wait(200)
    assert story.pages == [
        (0, "ana"),
        (10, "boss"),
        (20, "ana"),
        (30, "boss"),
        (40, "chief"),
        (100, "chief"),
        (160, "chief"),
    ]
    assert story.incident is not None
    assert story.incident.exhausted
    assert story.state is State.OPEN
    assert [what for what, _ in story.lines].count(What.EXHAUSTED) == 1


def test_crisis_climbs_twice_as_fast() -> None:
    """In a crisis the boss is woken after five minutes instead of ten."""
    assert Story().score(Level.CRISIS).wait(6).pages == [(0, "ana"), (5, "boss")]


def test_rise_breaks_an_acknowledgement() -> None:
    """Acknowledged at alert, then crisis: everybody is paged anew from the first step."""
    story = Story().score(Level.ALERT).wait(1)
    story.ask(Action.ACKNOWLEDGE, "ana")
    story.wait(20).score(Level.CRISIS)
    assert story.state is State.OPEN
    assert story.pages[-1] == (21, "ana")
    assert (What.LEVEL, Why.LEVEL_ROSE) in story.lines
    assert story.incident is not None
    assert story.incident.acknowledgement is None


def test_every_promise_changes_the_epoch() -> None:
    """Open, rise, acknowledge, hand back, snooze, escalate and resolve each make older timers and links void."""
    story = Story().score(Level.WATCH)
    epochs = [story.incident.epoch if story.incident else 0]
    for act in (
        lambda: story.score(Level.ALERT),
        lambda: story.ask(Action.ACKNOWLEDGE),
        lambda: story.ask(Action.UNACKNOWLEDGE),
        lambda: story.ask(Action.SNOOZE, snooze=10),
        lambda: story.wait(10),
        lambda: story.ask(Action.ESCALATE),
        lambda: story.ask(Action.RESOLVE),
    ):
        act()
        assert story.incident is not None
        epochs.append(story.incident.epoch)
    assert epochs == sorted(set(epochs))


def test_crisis_acknowledgement_expires_after_a_reminder() -> None:
    """In a crisis whoever has it is reminded five minutes before it lapses; then the ladder resumes."""
    story = Story().score(Level.CRISIS)
    story.ask(Action.ACKNOWLEDGE, "ana")
    story.wait(26)
    assert (25, "expiring", "ana") in story.told
    story.wait(5)
    assert story.state is State.OPEN
    assert story.pages[-1] == (30, "ana")


def test_renewing_voids_the_links_of_before() -> None:
    """Whoever has it says so once more after the reminder: links of before do nothing any more."""
    story = Story().score(Level.CRISIS)
    story.ask(Action.ACKNOWLEDGE, "ana")
    story.wait(26)
    assert story.incident is not None
    before = story.incident.epoch
    assert story.ask(Action.ACKNOWLEDGE, "ana", epoch=before) is None
    assert story.incident.epoch == before + 1
    assert story.ask(Action.UNACKNOWLEDGE, "ana", epoch=before) is Refusal.STALE_LINK


def test_alert_acknowledgement_does_not_expire() -> None:
    """Below a crisis an acknowledgement holds."""
    story = Story().score(Level.ALERT)
    story.ask(Action.ACKNOWLEDGE, "ana")
    assert story.wait(600).state is State.ACKNOWLEDGED


def test_snooze_is_bounded_and_pages_when_it_ends() -> None:
    """A snooze holds the ladder; nobody can snooze for longer than twelve hours."""
    story = Story().score(Level.ALERT)
    story.ask(Action.SNOOZE, snooze=60 * 24 * 7, reason="asleep")
    story.wait(11 * 60)
    assert story.pages == [(0, "ana")]
    story.wait(61)
    assert story.pages[1] == (12 * 60, "ana")
    assert (What.SNOOZE_ENDED, Why.TIME) in story.lines
    assert "snoozed" in story.events


def test_snooze_of_an_acknowledged_incident_stays_acknowledged() -> None:
    """Who has it and snoozes still has it when the snooze ends."""
    story = Story().score(Level.ALERT)
    story.ask(Action.ACKNOWLEDGE)
    story.ask(Action.SNOOZE, snooze=10)
    assert story.wait(30).state is State.ACKNOWLEDGED
    assert story.pages == [(0, "ana")]


def test_crisis_breaks_a_snooze() -> None:
    """A rise pages through a snooze."""
    story = Story().score(Level.ALERT)
    story.ask(Action.SNOOZE, snooze=60)
    story.wait(5).score(Level.CRISIS)
    assert story.pages == [(0, "ana"), (5, "ana")]


def test_calm_resolves_and_tells_who_was_paged() -> None:
    """When the brand is calm again everybody who was paged hears so, once."""
    story = Story().score(Level.ALERT).wait(12).score(Level.CALM)
    assert story.state is State.RESOLVED
    assert [(kind, contact) for _, kind, contact in story.told[-2:]] == [("resolved", "ana"), ("resolved", "boss")]
    assert story.wait(121).state is State.CLOSED


def test_flare_within_two_hours_is_the_same_incident() -> None:
    """Reopening pages anew under the same id; after closing it is a new one."""
    story = Story().score(Level.ALERT).wait(5).score(Level.CALM).wait(60)
    first = story.incident
    story.score(Level.ALERT)
    assert first is not None
    assert story.incident is not None
    assert story.incident.id == first.id
    assert story.pages[-1] == (65, "ana")
    story.score(Level.CALM).wait(130).score(Level.ALERT)
    assert story.incident is not None
    assert story.incident.id != first.id


def test_closing_time_reached_in_trouble_closes_first() -> None:
    """If trouble returns at the very tick of closing, the old incident closes and the next look opens a new one."""
    story = Story().score(Level.ALERT).score(Level.CALM)
    first = story.incident
    story.asleep(0)
    story.level = Level.ALERT
    story.asleep(121)
    assert story.state is State.CLOSED
    story.score(Level.ALERT)
    assert story.incident is not None
    assert first is not None
    assert story.incident.id != first.id


def test_flapping_is_held_open_and_pages_hourly() -> None:
    """More than three reopenings in an hour: one page an hour, and no end until an hour of calm."""
    story = Story()
    for _ in range(5):
        story.score(Level.ALERT).wait(4).score(Level.CALM).wait(4)
    assert story.incident is not None
    assert story.incident.recurrence.flapping
    assert story.state is State.OPEN
    assert story.pages == [(0, "ana"), (8, "ana"), (16, "ana"), (24, "ana")]
    assert (What.FLAPPING, Why.FLAPPING) in story.lines
    story.score(Level.ALERT).wait(50)
    assert story.pages[4:] == [(84, "ana")]
    story.score(Level.CALM).wait(61)
    assert story.state is State.RESOLVED


def test_manual_resolve_holds_until_calm_unless_it_gets_worse() -> None:
    """A person's word holds against the same level, not against a higher one."""
    story = Story().score(Level.ALERT)
    story.ask(Action.RESOLVE, "ana", reason="known, handled by phone")
    story.wait(30).score(Level.ALERT)
    assert story.state is State.RESOLVED
    story.wait(300)
    assert story.state is State.RESOLVED, "it does not close while the score is still high"
    story.score(Level.CRISIS)
    assert story.state is State.OPEN
    assert story.pages[-1][1] == "ana"


def test_manual_resolve_ends_holding_once_calm() -> None:
    """After calm the usual two hours run, in which a flare reopens."""
    story = Story().score(Level.ALERT)
    story.ask(Action.RESOLVE, "ana")
    story.wait(10).score(Level.CALM).wait(30).score(Level.ALERT)
    assert story.state is State.OPEN


def test_fall_tells_people_at_most_every_five_minutes() -> None:
    """Updates coalesce: the second fall within five minutes is told when they are over."""
    story = Story().score(Level.CRISIS).wait(1).score(Level.ALERT)
    assert (1, "update", "ana") in story.told
    story.wait(1).score(Level.WATCH)
    updates = [at for at, kind, _ in story.told if kind == "update"]
    assert updates == [1]
    story.wait(10)
    assert [at for at, kind, _ in story.told if kind == "update"] == [1, 6]


def test_fall_to_watch_stops_the_climb() -> None:
    """A level that pages nobody does not climb on; the timeline says why."""
    story = Story().score(Level.ALERT).wait(5).score(Level.WATCH).wait(60)
    assert story.pages == [(0, "ana")]
    assert story.incident is not None
    assert story.incident.climb is None


def test_unknown_score_resolves_nothing() -> None:
    """Blindness keeps the level and the last known reasons; the ladder goes on."""
    story = Story().score(Level.ALERT).wait(5).score(Level.ALERT, points=None)
    story.now += minutes(6)
    story.score(Level.ALERT, points=None)
    assert story.pages[-1] == (11, "boss")
    assert story.incident is not None
    assert story.incident.score is None
    assert story.incident.contributions == {"volume": 65.0}


def test_downtime_pages_once_at_the_present_step() -> None:
    """Down for 25 minutes: the missed steps are written down, only the present one pages."""
    story = Story().score(Level.ALERT).asleep(25)
    assert story.pages == [(0, "ana"), (25, "ana")]
    assert (What.NOT_SENT, Why.OVERDUE) in story.lines
    story.wait(10)
    assert story.pages[-1] == (30, "boss")


def test_empty_step_advances_at_once_and_tells_the_catch_all() -> None:
    """A step with nobody in it does not cost ten minutes of silence."""
    story = Story(policy=a_policy((0, ""), (10, "boss"), repeat=0)).score(Level.ALERT)
    assert story.pages == [(0, "chief"), (0, "boss")]
    assert (What.NOT_SENT, Why.NOBODY) in story.lines


def test_deleted_contact_is_written_down() -> None:
    """A reload took Ana away in the middle of a climb: the timeline says so and the next step comes at once."""
    story = Story(rules=some_rules("boss", "chief")).score(Level.ALERT)
    assert [contact for _, contact in story.pages] == ["chief", "boss"]
    assert (What.NOT_SENT, Why.UNKNOWN_CONTACT) in story.lines


def test_nobody_at_all_is_written_down_every_hour() -> None:
    """With no contact left the incident stays open and says so on its timeline."""
    story = Story(rules=some_rules("nobody-here")).score(Level.ALERT).wait(130)
    assert story.pages == []
    assert story.state is State.OPEN
    assert story.incident is not None
    assert story.incident.next_at is not None


def test_failed_step_advances_at_once() -> None:
    """Every channel of Ana refused: the boss is paged now, not in ten minutes, and the last resort is told."""
    story = Story().score(Level.ALERT).wait(1).fails("ana", 1)
    assert story.pages == [(0, "ana"), (1, "chief"), (1, "boss")]
    assert (What.NOT_SENT, Why.CHANNELS_FAILED) in story.lines


def test_the_last_resort_is_not_paged_twice_when_it_comes_next() -> None:
    """The boss is the next step and the catch-all: one page."""
    story = Story(policy=a_policy(catch_all=("boss",))).score(Level.ALERT).wait(1).fails("ana", 1)
    assert story.pages == [(0, "ana"), (1, "boss")]


def test_a_step_advances_once_everybody_on_it_failed() -> None:
    """Ana's channels failed, Luis was reached: the boss has her ten minutes; when Luis failed too, she is paged at
    once.
    """
    story = Story(policy=a_policy((0, "ana luis"), (10, "boss"))).score(Level.ALERT).wait(1).fails("ana", 1)
    assert story.pages == [(0, "ana"), (0, "luis")]
    story.fails("luis", 1)
    assert story.pages[2:] == [(1, "chief"), (1, "boss")]


def test_a_late_failure_of_an_earlier_round_moves_nothing() -> None:
    """Ana's page of the second round rings; that the one of the first round never arrived is only written down."""
    story = Story().score(Level.ALERT).wait(21)
    assert story.pages == [(0, "ana"), (10, "boss"), (20, "ana")]
    story.fails("ana", 1)
    assert story.pages == [(0, "ana"), (10, "boss"), (20, "ana")]
    assert (What.NOT_SENT, Why.CHANNELS_FAILED) in story.lines


def test_somebody_who_has_had_enough_is_passed_over_in_peace() -> None:
    """Over a night's budget nothing is broken: the next person is paged at once, the last resort is not."""
    story = Story().score(Level.ALERT).wait(1).fails("ana", 1, why=Why.BUDGET)
    assert story.pages == [(0, "ana"), (1, "boss")]
    assert (What.NOT_SENT, Why.BUDGET) in story.lines


def test_a_failed_last_step_waits_for_the_next_round() -> None:
    """Whoever was paged first is not paged again at once because the last one could not be reached; the last resort is
    told.
    """
    story = Story().score(Level.ALERT).wait(11).fails("boss", 2).wait(8)
    assert story.pages == [(0, "ana"), (10, "boss"), (11, "chief")]
    assert story.wait(1).pages[-1] == (20, "ana")


def test_failure_of_an_older_epoch_is_only_written_down() -> None:
    """A late failure of a page from before the acknowledgement moves nothing."""
    story = Story().score(Level.ALERT).wait(1)
    epoch = story.incident.epoch if story.incident else 0
    story.ask(Action.ACKNOWLEDGE)
    story.fails("ana", 1, epoch=epoch)
    assert story.pages == [(0, "ana")]
    assert story.state is State.ACKNOWLEDGED


def test_escalate_pages_the_next_step_now() -> None:
    """Whoever has it can call the next person at once, and again the one after."""
    story = Story(policy=a_policy((0, "ana"), (10, "boss"), (20, "chief"))).score(Level.ALERT).wait(1)
    story.ask(Action.ESCALATE, "ana")
    assert story.pages == [(0, "ana"), (1, "boss")]
    story.ask(Action.ACKNOWLEDGE, "boss")
    story.ask(Action.ESCALATE, "boss")
    assert story.pages[-1] == (1, "boss"), "after an acknowledgement the second step is called"


def test_hand_back_resumes_the_ladder() -> None:
    """Un-acknowledging pages from the first step."""
    story = Story().score(Level.ALERT)
    story.ask(Action.ACKNOWLEDGE)
    story.wait(3)
    story.ask(Action.UNACKNOWLEDGE)
    assert story.pages == [(0, "ana"), (3, "ana")]


@pytest.mark.parametrize(
    ("first", "then", "refusal"),
    [
        ([Action.ACKNOWLEDGE], Action.ACKNOWLEDGE, Refusal.ALREADY_ACKNOWLEDGED),
        ([], Action.UNACKNOWLEDGE, Refusal.NOT_ACKNOWLEDGED),
        ([Action.RESOLVE], Action.RESOLVE, Refusal.ALREADY_RESOLVED),
        ([Action.RESOLVE], Action.ACKNOWLEDGE, Refusal.ALREADY_RESOLVED),
        ([], Action.SNOOZE, Refusal.NEEDS_DURATION),
    ],
)
def test_refusals_say_why(first: list[Action], then: Action, refusal: Refusal) -> None:
    """A request that changes nothing is answered with the reason."""
    story = Story().score(Level.ALERT)
    for action in first:
        story.ask(action)
    assert story.ask(then) is refusal


def test_closed_refuses_everything() -> None:
    """A closed incident is history."""
    story = Story().score(Level.ALERT).score(Level.CALM).wait(121)
    assert {story.ask(action, snooze=5) for action in Action} == {Refusal.CLOSED}


def test_every_pair_is_decided() -> None:
    """Each state has an answer to each trigger."""
    assert set(TRANSITIONS) == {(state, trigger) for state in State for trigger in Trigger}


def test_a_higher_peak_is_kept() -> None:
    """The peak is saved as it rises, although nobody is told anything."""
    story = Story().score(Level.ALERT).score(Level.ALERT, points=72.0)
    assert story.incident is not None
    assert story.incident.peak_score == 72.0
