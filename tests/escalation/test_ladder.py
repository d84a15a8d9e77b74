"""The climb as arithmetic: which rungs are due, which were missed, when the next one comes."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sentinel.escalation.ladder import CATCH_ALL_EVERY, Climb, climb_on, skip_step
from sentinel.scoring.level import Level
from tests.fakes import START
from tests.incidents.story import a_policy, minutes

POLICY = a_policy((0, "ana"), (10, "boss"), repeat=1)


def test_first_rung_fires_at_once() -> None:
    """The climb begins with the first step; the second is ten minutes away."""
    climbed = climb_on(POLICY, Level.ALERT, Climb(began_at=START), START)
    assert [(rung.step, rung.targets) for rung in climbed.fire] == [(1, ("ana",))]
    assert climbed.next_at == START + minutes(10)


def test_steps_with_the_same_wait_fire_together() -> None:
    """Two steps at zero minutes are one call to both."""
    climbed = climb_on(a_policy((0, "ana"), (0, "luis")), Level.ALERT, Climb(began_at=START), START)
    assert [rung.targets for rung in climbed.fire] == [("ana",), ("luis",)]


def test_crisis_halves_every_wait() -> None:
    """Pace 2 divides the waits between steps and between rounds."""
    climb = climb_on(POLICY, Level.CRISIS, Climb(began_at=START), START).climb
    second = climb_on(POLICY, Level.CRISIS, climb, START + minutes(5))
    assert second.fire[0].targets == ("boss",)
    assert second.next_at == START + minutes(10)


def test_skipping_makes_the_next_rung_due_now_and_keeps_the_rest_in_step() -> None:
    """When nobody was reached the following waits count from the early rung."""
    climb = climb_on(POLICY, Level.ALERT, Climb(began_at=START), START).climb
    at = START + minutes(2)
    skipped = climb_on(POLICY, Level.ALERT, skip_step(POLICY, Level.ALERT, climb, at), at)
    assert skipped.fire[0].targets == ("boss",)
    assert skipped.next_at == at + minutes(10)


def test_missed_rungs_are_reported_not_fired() -> None:
    """After 25 minutes away only the present rung fires; the two before it are reported as missed."""
    climb = climb_on(POLICY, Level.ALERT, Climb(began_at=START), START).climb
    climbed = climb_on(POLICY, Level.ALERT, climb, START + minutes(25))
    assert [rung.targets for rung in climbed.missed] == [("boss",)]
    assert [(rung.round, rung.targets) for rung in climbed.fire] == [(1, ("ana",))]


@given(
    offsets=st.lists(st.integers(0, 400), min_size=1, max_size=30), level=st.sampled_from([Level.ALERT, Level.CRISIS])
)
def test_however_often_one_looks_no_rung_fires_twice(offsets: list[int], level: Level) -> None:
    """Looks at any instants fire each (round, step) at most once, in order, and always name a later next instant."""
    climb = Climb(began_at=START)
    fired: list[tuple[int, int]] = []
    for offset in sorted(offsets):
        now = START + timedelta(minutes=offset)
        climbed = climb_on(POLICY, level, climb, now)
        fired += [(rung.round, rung.step) for rung in climbed.fire]
        assert climbed.next_at > now
        assert all(rung.due_at <= now for rung in climbed.fire)
        climb = climbed.climb
    assert len(fired) == len(set(fired))
    assert [round_ for round_, _ in fired] == sorted(round_ for round_, _ in fired)


def test_catch_all_comes_hourly_for_ever() -> None:
    """Past the last round only the catch-all is left, an hour apart."""
    climb = Climb(began_at=START)
    instants = []
    now = START
    for _ in range(8):
        climbed = climb_on(POLICY, Level.ALERT, climb, now)
        instants += [rung.due_at for rung in climbed.fire if rung.catch_all]
        climb, now = climbed.climb, climbed.next_at
    assert {later - earlier for earlier, later in pairwise(instants)} == {CATCH_ALL_EVERY}
