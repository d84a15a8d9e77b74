"""Random faults: a short run, so that the program which makes them for an hour stays alive, and what it judges by."""

from pathlib import Path

import pytest

from tests.crash.faulted_daemon import BRANDS
from tests.crash.faults import play
from tests.crash.promises import Answer, MadeCrisis, Promises
from tests.crash.store import Kept, Row
from tests.crash.town import Arrival

ACTS = 24
PAGE = Row(
    key="k1",
    incident="i",
    epoch=2,
    step=0,
    round=0,
    contact="ana",
    kind="page",
    title="CRISIS",
    state="accepted",
    ambiguous=False,
    detail=None,
)


@pytest.mark.timeout(900)
def test_two_dozen_faults(tmp_path: Path) -> None:
    """Kills, freezes, reloads, a set clock, a deleted store, receivers that lie: every promise is kept."""
    assert play(tmp_path, 5, lambda done: done < ACTS, brands=BRANDS[:3]) == []


def an_arrival(at: float, title: str = "CRISIS", mode: str = "ok") -> Arrival:
    return Arrival(key="k1", contact="ana", title=title, mode=mode, at=at)


def a_store(*journal: str) -> Kept:
    return Kept(incidents=(), timeline={}, rows=(PAGE,), journal=tuple(("x", id, "add") for id in journal))


def test_a_mention_that_is_missing_or_there_twice_is_told() -> None:
    """What was answered 202 must be in the journal once."""
    (lost,) = Promises([], mentions={("x", "1"), ("x", "2")}).end(a_store("1"), [])
    assert "lacks 1 mentions" in lost
    (double,) = Promises([]).end(a_store("1", "1"), [])
    assert "more than once" in double


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (an_arrival(2.0), 1),
        (an_arrival(2.0, "CRISIS (repeat)"), 0),
        (an_arrival(2.0, "CRISIS (repetición)"), 0),
        (an_arrival(2.0, mode="500"), 0),
    ],
)
def test_a_second_call_must_be_marked(second: Arrival, told: int) -> None:
    """What may have arrived, taken or hung, comes again only with the mark; what was refused twice reached nobody."""
    for mode in ("ok", "hang", "late", "cut"):
        assert len(Promises([an_arrival(1.0, mode=mode), second]).end(a_store(), [])) == told
    assert Promises([an_arrival(1.0, mode="500"), an_arrival(2.0)]).end(a_store(), []) == []


@pytest.mark.parametrize(("looked", "told"), [(0.5, 0), (1.5, 1)])
def test_a_page_after_the_answer_is_told(looked: float, told: int) -> None:
    """Unless its last look at the incident began before: it was in flight."""
    promises = Promises([an_arrival(2.0)], answers=[Answer(key="k1", at=1.0)])
    assert len(promises.end(a_store(), [("k1", looked)])) == told


def test_a_crisis_of_which_nobody_knows_is_told() -> None:
    """It is mute once the daemon had lived long enough, and broken at the end."""
    promises = Promises([], crises=[MadeCrisis(brand="Zorbana", began=0.0, lived=5.0)])
    assert (len(promises.mute(60.0)), len(promises.mute(96.0))) == (0, 1)
    assert promises.end(a_store(), []) == ["Zorbana was in a crisis, and nobody was paged"]


def test_a_crisis_of_nothing_is_told() -> None:
    """A page says a score that bears it out, or a lower bound."""
    titles = ("CRISIS · Zorbana · 0 (delayed 7 h)", "CRISIS · Zorbana · at least 0", "CRISIS · Zorbana · 100")
    arrivals = [an_arrival(1.0 + n, f"{title} (repeat)") for n, title in enumerate(titles)]
    assert Promises(arrivals).end(a_store(), []) == [f"somebody was woken for {arrivals[0].title!r}"]
