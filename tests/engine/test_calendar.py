"""Campaigns cap, silences hold back, drills pretend: what the engine makes of what people said beforehand."""

from datetime import timedelta
from pathlib import Path

from sentinel.engine.engine import Engine
from sentinel.engine.fold import Fold
from sentinel.engine.paging_preview import foresee
from sentinel.escalation.recurring_silence import strongest
from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change, EventName
from sentinel.incidents.command import Action, Command, Refusal
from sentinel.incidents.incident import State
from sentinel.incidents.timeline import What, Why
from sentinel.scoring.level import Level
from tests.daemon.setups import CONFIG, a_setup, an_engine
from tests.engine.test_engine import STORM, fold_all
from tests.fakes import START

CAMPAIGN = """campaigns:
  - {name: Rebajas, brands: [Acme], begin: "2026-03-01", end: "2026-03-02 09:50", cap: watch}
"""
"""Madrid is an hour ahead: it ends at 8:50 UTC, in the middle of the storm that ends at nine."""


def paged(changes: list[Change]) -> list[str]:
    return [
        event.contact or ""
        for change in changes
        for event in change.events
        if event.event is EventName.PAGE and event.kind == "page"
    ]


def run(engine: Engine, minutes: float, begin: timedelta = timedelta(0)) -> list[Change]:
    fold = Fold(engine, engine.setup.tick)
    return [change for _, each in fold.through(START + begin + timedelta(minutes=minutes)) for change in each]


def test_a_campaign_caps_the_level_and_its_end_lets_it_through(tmp_path: Path) -> None:
    """While it runs the storm is on watch, with the gate named; at its end, still burning, people are paged."""
    decided = fold_all(an_engine(tmp_path, CONFIG + CAMPAIGN), STORM)
    end = START - timedelta(minutes=10)
    during = [change for at, each in decided if at < end for change in each]
    after = [change for at, each in decided if at >= end for change in each]
    assert during
    assert paged(during) == []
    assert {change.incident.level for change in during} == {Level.WATCH}
    assert (What.CAPPED, Why.CAMPAIGN, "Rebajas") in [
        (e.what, e.why, e.detail) for change in during for e in change.timeline
    ]
    assert paged(after)[0] == "ana"


def test_a_silence_of_another_brand_changes_nothing(tmp_path: Path) -> None:
    """Only what it covers is held back."""
    engine = an_engine(tmp_path)
    span = {"starts_at": START - timedelta(days=1), "ends_at": START + timedelta(days=1), "made_at": START}
    engine.set_silences(
        [Silence(id="s-1", brands=("Zeta",), by="boss", reason=None, **span)], START - timedelta(days=1)
    )
    plain = [who for _, each in fold_all(an_engine(tmp_path), STORM) if (who := paged(each))]
    hushed = [who for _, each in fold_all(engine, STORM) if (who := paged(each))]
    assert hushed == plain


QUIETER = (
    "velocity",
    "amplification",
    "severity",
    "novelty",
    "reach",
    "pronouns",
    "authenticity",
    "spread",
    "persistence",
)
BELOW_CRISIS = (
    f"scoring: {{thresholds: {{crisis: 100}}, weights: {{{', '.join(f'{name}: 0' for name in QUIETER)}}}}}\nbrands:"
)
"""Settings under which the storm never is a crisis."""


def test_a_silence_survives_a_reload_and_ends_by_itself(tmp_path: Path) -> None:
    """The storm opens under it; new settings keep it; whoever is up when it ends is paged, unless it is a crisis by
    then.
    """
    engine = an_engine(tmp_path, CONFIG.replace("brands:", BELOW_CRISIS))
    span = {"starts_at": START - timedelta(days=1), "ends_at": START - timedelta(minutes=2), "made_at": START}
    engine.set_silences([Silence(id="s-1", brands=(), by="boss", reason=None, **span)], START - timedelta(days=1))
    engine.reconfigure(a_setup(tmp_path, CONFIG.replace("brands:", BELOW_CRISIS)), STORM[0].published_at)
    decided = fold_all(engine, STORM)
    pages = [at for at, each in decided if paged(each)]
    assert pages
    assert pages[0] == START - timedelta(minutes=2)


RECURRING = """silences:
  - {{brand: Acme, days: [mon], from: "08:00", to: "09:58", by: ana, reason: the weekly sale{rest}}}
"""


def test_a_silence_of_every_week_holds_back_until_its_hours_are_over(tmp_path: Path) -> None:
    """From eight to two minutes to ten in Madrid: the storm is recorded with the reason, and who is up then is
    paged.
    """
    text = CONFIG.replace("brands:", BELOW_CRISIS) + RECURRING.format(rest="")
    decided = fold_all(an_engine(tmp_path, text), STORM)
    pages = [at for at, each in decided if paged(each)]
    assert pages
    assert pages[0] == START - timedelta(minutes=2)
    lines = [line for _, each in decided for change in each for line in change.timeline]
    assert ("ana", "the weekly sale") in [(line.by, line.detail) for line in lines if line.what is What.SILENCED]


def test_a_silence_of_one_signal_holds_back_what_that_signal_is_the_reason_of(tmp_path: Path) -> None:
    """The storm's strongest reason is silenced; of another signal's silence nobody notices anything."""
    text = CONFIG.replace("brands:", BELOW_CRISIS)
    plain = [(at, who) for at, each in fold_all(an_engine(tmp_path, text), STORM) if (who := paged(each))]
    folded = fold_all(an_engine(tmp_path, text + RECURRING.format(rest=", signal: pronouns")), STORM)
    unmoved = [(at, who) for at, each in folded if (who := paged(each))]
    assert unmoved == plain
    first = next(change for _, each in fold_all(an_engine(tmp_path, text), STORM) for change in each if paged([change]))
    reason = strongest(first.incident.contributions)
    folded = fold_all(an_engine(tmp_path, text + RECURRING.format(rest=f", signal: {reason}")), STORM)
    held = [(at, who) for at, each in folded if (who := paged(each))]
    assert held[:1] != plain[:1]


def test_a_drill_pages_the_real_people_and_ends_when_somebody_answers(tmp_path: Path) -> None:
    """Ana, then the boss after five minutes, as in a crisis; an acknowledgement ends it, and everybody paged hears of
    it.
    """
    engine = an_engine(tmp_path)
    begun = engine.drill("Acme", Level.CRISIS, START)
    assert isinstance(begun, Change)
    assert begun.incident.drill
    assert paged([begun]) == ["ana"]
    assert paged(run(engine, 6)) == ["boss"]
    taken = engine.command(
        Command(incident=begun.incident.id, action=Action.ACKNOWLEDGE, by="boss"), START + timedelta(minutes=7)
    )
    assert not isinstance(taken, Refusal)
    ended = run(engine, 8)
    assert [change.incident.state for change in ended] == [State.RESOLVED]
    assert {notice.contact for change in ended for notice in change.notices} == {"ana", "boss"}
    assert engine.incident(begun.incident.id) is None
    assert all(state.incident is None for state in engine.brands)


def test_a_drill_that_nobody_answers_ends_after_an_hour(tmp_path: Path) -> None:
    """It does not page the catch-all for ever."""
    engine = an_engine(tmp_path)
    begun = engine.drill("Acme", Level.ALERT, START)
    assert isinstance(begun, Change)
    assert run(engine, 61)[-1].incident.state is State.RESOLVED
    assert run(engine, 300) == []


def test_a_brand_has_one_drill_at_a_time(tmp_path: Path) -> None:
    """A second one is the first, still as it is; once that has ended another may begin."""
    engine = an_engine(tmp_path)
    begun = engine.drill("Acme", Level.ALERT, START)
    assert isinstance(begun, Change)
    assert engine.drill("Acme", Level.CRISIS, START) == begun.incident
    engine.command(
        Command(incident=begun.incident.id, action=Action.ACKNOWLEDGE, by="boss"), START + timedelta(minutes=1)
    )
    run(engine, 2)
    assert isinstance(engine.drill("Acme", Level.CRISIS, START + timedelta(minutes=3)), Change)


def test_a_drill_goes_on_after_a_restart(tmp_path: Path) -> None:
    """What the store holds is taken up beside the brand's own incident."""
    begun = an_engine(tmp_path).drill("Acme", Level.CRISIS, START)
    assert isinstance(begun, Change)
    engine = an_engine(tmp_path)
    engine.adopt([begun.incident])
    assert paged(run(engine, 6)) == ["boss"]


def test_who_is_what_happens(tmp_path: Path) -> None:
    """Foresight and a drill of the same level name the same people in the same minutes."""
    engine = an_engine(tmp_path)
    foreseen = [
        (call.after, call.contact) for call in foresee(engine, "Acme", Level.CRISIS, START).calls if call.why is None
    ]
    begun = engine.drill("Acme", Level.CRISIS, START)
    assert isinstance(begun, Change)
    lived = [
        (change.incident.updated_at - START, notice.contact)
        for change in [begun, *run(engine, 50)]
        for notice in change.notices
        if notice.kind == "page"
    ]
    assert lived[: len(foreseen)] == foreseen


def test_who_says_what_a_campaign_and_a_silence_do(tmp_path: Path) -> None:
    """A cap lowers the level that is asked about; a silence names itself."""
    engine = an_engine(tmp_path, CONFIG + CAMPAIGN)
    at = START - timedelta(hours=2)
    capped = foresee(engine, "Acme", Level.CRISIS, at)
    assert (capped.level, capped.capped_by, [call.why for call in capped.calls]) == (
        Level.WATCH,
        "Rebajas",
        [Why.LEVEL_TOO_LOW],
    )
    silence = Silence(
        id="s-1", brands=(), starts_at=at, ends_at=at + timedelta(minutes=30), by="boss", reason=None, made_at=at
    )
    engine.set_silences([silence], at)
    held = foresee(engine, "Zeta", Level.ALERT, at)
    assert held.silenced_by == "s-1"
    assert [(call.after, call.contact) for call in held.calls if call.why is None][0] == (timedelta(minutes=30), "ana")
