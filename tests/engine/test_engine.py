"""The fold: the same mentions at the same instants give the same decisions, whoever runs it."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.engine.engine import Engine
from sentinel.engine.fold import Fold
from sentinel.engine.replay import Replay
from sentinel.errors import CheckpointError
from sentinel.incidents.change import Change, EventName
from sentinel.incidents.command import Action, Command, Refusal, StepFailed
from sentinel.mention import Mention
from sentinel.scoring.level import Level
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction, RollBack
from sentinel.simulation.history import Story, history
from tests.builders import a_mention
from tests.daemon.setups import CONFIG, a_setup, an_engine
from tests.fakes import START

STORM = list(
    history(Story(brand="Acme", language="es", end=START, calm=timedelta(days=1), storm=timedelta(minutes=20)))
)


def told(changes: list[tuple[datetime, list[Change]]]) -> list[bytes]:
    """Every event, as bytes."""
    return [msgspec.json.encode(event) for _, each in changes for change in each for event in change.events]


def fold_all(
    engine: Engine, mentions: list[Mention], *, decide_after: datetime | None = None
) -> list[tuple[datetime, list[Change]]]:
    """As the daemon and replay do."""
    fold = Fold(engine, engine.setup.tick, decide_after=decide_after)
    done: list[tuple[datetime, list[Change]]] = []
    newest = mentions[0].published_at
    for mention in mentions:
        newest = max(newest, mention.published_at)
        done += fold.before(newest)
        engine.observe(mention, newest)
    done += fold.through(newest + engine.setup.tick)
    return done


def test_a_storm_opens_pages_and_climbs(tmp_path: Path) -> None:
    """An incident of Acme, none of Zeta; Ana first, the boss when she does not answer."""
    engine = an_engine(tmp_path)
    changes = fold_all(engine, STORM)
    names = [event.event for _, each in changes for change in each for event in change.events]
    assert names[0] is EventName.INCIDENT_OPENED
    pages = [
        e
        for _, each in changes
        for change in each
        for e in change.events
        if e.event is EventName.PAGE and e.kind == "page"
    ]
    assert pages[0].contact == "ana"
    assert "boss" in [page.contact for page in pages]
    assert {change.incident.brand for _, each in changes for change in each} == {"Acme"}


def test_the_same_twice_to_the_byte(tmp_path: Path) -> None:
    """Two engines, one recording, the same bytes."""
    assert told(fold_all(an_engine(tmp_path), STORM)) == told(fold_all(an_engine(tmp_path), STORM))


def test_a_checkpoint_and_the_tail_reach_the_same_state(tmp_path: Path) -> None:
    """Stopped in the middle, restored through MessagePack, the rest folded again: the same decisions follow."""
    cut = len(STORM) - 150
    whole = an_engine(tmp_path)
    full = told(fold_all(whole, STORM))
    first = an_engine(tmp_path)
    before = fold_all_until(first, STORM[:cut])
    plain = msgspec.msgpack.decode(msgspec.msgpack.encode(first.snapshot()))
    second = an_engine(tmp_path)
    second.restore(plain)
    second.adopt([state.incident for state in first.brands if state.incident])
    after = fold_all(second, STORM[cut:])
    assert told(before) + told(after) == full
    assert msgspec.msgpack.encode(second.snapshot()) == msgspec.msgpack.encode(whole.snapshot())


def fold_all_until(engine: Engine, mentions: list[Mention]) -> list[tuple[datetime, list[Change]]]:
    """Folded up to the last mention, without the tick after it."""
    fold = Fold(engine, engine.setup.tick)
    done: list[tuple[datetime, list[Change]]] = []
    for mention in mentions:
        done += fold.before(mention.published_at)
        engine.observe(mention, mention.published_at)
    return done


def test_what_was_decided_is_not_decided_twice(tmp_path: Path) -> None:
    """A recovery folds the tail again with decisions off: models move, nobody is paged for the past."""
    engine = an_engine(tmp_path)
    assert told(fold_all(engine, STORM, decide_after=STORM[-1].published_at + timedelta(minutes=1))) == []
    assert engine.brands[0].assessment is not None
    assert engine.brands[0].assessment.level is not Level.CALM


def test_after_an_absence_one_look_and_no_burst(tmp_path: Path) -> None:
    """Down for an hour with an open incident: one page, at the present step."""
    engine = an_engine(tmp_path)
    fold_all(engine, STORM)
    fold = Fold(engine, engine.setup.tick)
    [(_, changes)] = fold.jump(STORM[-1].published_at + timedelta(hours=1))
    pages = [n for change in changes for n in change.notices if n.kind.value == "page"]
    assert len(pages) <= 1


def test_people_and_failures_reach_the_right_incident(tmp_path: Path) -> None:
    """Acknowledge, refuse an unknown one, and climb on when a phone cannot be reached."""
    engine = an_engine(tmp_path)
    fold_all(engine, STORM)
    incident = engine.brands[0].incident
    assert incident is not None
    now = STORM[-1].published_at + timedelta(minutes=1)
    assert engine.command(Command(incident="nope", action=Action.ACKNOWLEDGE, by="ana"), now) is Refusal.UNKNOWN
    failed = StepFailed(incident=incident.id, epoch=incident.epoch, step=1, round=0, contact="ana")
    assert engine.step_failed(failed, now) is not None
    assert engine.step_failed(StepFailed(incident="nope", epoch=1, step=1, round=0, contact="x"), now) is None
    answer = engine.command(Command(incident=incident.id, action=Action.ACKNOWLEDGE, by="ana"), now)
    assert isinstance(answer, Change)
    assert (
        engine.command(Command(incident=incident.id, action=Action.ACKNOWLEDGE, by="ana"), now)
        is Refusal.ALREADY_ACKNOWLEDGED
    )


def test_a_silent_source_blinds_only_who_listens_to_it(tmp_path: Path) -> None:
    """The news feed falls silent: Acme, which listens everywhere, is unknown; Zeta has its own source."""
    engine = an_engine(tmp_path)
    events = engine.source_changed("prensa", False, START)
    assert [(event.event, event.brand, event.source) for event in events] == [
        (EventName.SOURCE_STALE, "Acme", "prensa")
    ]
    engine.assess(START)
    assert engine.brands[0].assessment is not None
    assert engine.brands[0].assessment.score is None
    assert engine.source_changed("prensa", False, START) == []
    back = engine.source_changed("prensa", True, START + timedelta(minutes=1))
    assert [event.event for event in back] == [EventName.SOURCE_RECOVERED]
    assert engine.blind_for(0) == ()


def test_a_silent_part_of_a_source_blinds_who_listens_to_the_source(tmp_path: Path) -> None:
    """One feed of many: it is named, and blinds beside the source itself."""
    engine = an_engine(tmp_path)
    engine.source_changed("prensa: example.org/rss", False, START)
    engine.assess(START)
    seen = engine.brands[0].assessment
    assert seen is not None
    assert (seen.score, seen.unseen) == (None, ("prensa: example.org/rss",))
    own = engine.setup.brands[1].sources[0]
    assert engine.blind_for(1) == ()
    assert [event.brand for event in engine.source_changed(f"{own}: a", False, START)] == ["Acme", "Zeta"]
    assert engine.blind_for(1) == (f"{own}: a",)
    engine.source_changed("prensa", False, START)
    engine.source_changed("prensa: example.org/rss", True, START)
    assert set(engine.blind_for(0)) == {"prensa", f"{own}: a"}


def test_stars_teach_the_model(tmp_path: Path) -> None:
    """A one-star review is negative whatever its words, and the model is graded on it before it learns."""
    engine = an_engine(tmp_path)
    observed = engine.observe(a_mention("acme llegó ayer por la tarde", rating=1), START)
    assert observed[0].sentiment.negative > 0.8
    assert engine.training.graded[0].truth.value == "negative"
    assert engine.learning.candidate.learnt == 1
    title = engine.observe(msgspec.structs.replace(a_mention("nada"), title="Acme retira su app"), START)
    assert title[0].brand == "Acme"


def test_people_teach_the_model(tmp_path: Path) -> None:
    """Ten corrections make a new version and grade the old one; a snapshot in their midst and a roll-back fold the
    same.
    """
    lesson = Correction(
        text="el pedido de acme lleva tres semanas en un limbo azul", label=Label.NEGATIVE, by="ana", lang="es"
    )
    engine, other = an_engine(tmp_path), an_engine(tmp_path)
    for minute in range(6):
        engine.teach(lesson, START + timedelta(minutes=minute))
    other.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(engine.snapshot())))
    for minute in range(6, 10):
        for each in (engine, other):
            each.teach(lesson, START + timedelta(minutes=minute))
    assert [version.number for version in engine.learning.versions] == [0, 1]
    assert [graded.truth for graded in engine.training.graded] == [Label.NEGATIVE] * 10
    assert engine.model.classify(lesson.text) == other.model.classify(lesson.text)
    assert engine.learning.snapshot() == other.learning.snapshot()
    engine.teach(RollBack(version=0, by="ana"), START + timedelta(minutes=10))
    assert engine.model.classify(lesson.text) == an_engine(tmp_path).model.classify(lesson.text)


def test_a_snapshot_on_another_seed_changes_nothing(tmp_path: Path) -> None:
    """After an update that brought another seed the old snapshot is refused whole, and the journal is folded from its
    start.
    """
    engine = an_engine(tmp_path)
    engine.observe(a_mention("acme"), START)
    plain = msgspec.msgpack.decode(msgspec.msgpack.encode(engine.snapshot()))
    plain["model"]["candidate"]["seed"] += 1
    for version in plain["model"]["versions"]:
        version["state"]["seed"] += 1
    fresh = an_engine(tmp_path)
    before = fresh.snapshot()
    with pytest.raises(CheckpointError, match="learn again"):
        fresh.restore(plain)
    assert fresh.snapshot() == before


def test_who_is_not_believed_grades_nothing(tmp_path: Path) -> None:
    """A label that hardly anybody would give is put aside, and does not count against the model."""
    engine = an_engine(tmp_path)
    engine.teach(
        Correction(text="acme qué asco, una estafa, ladrones", label=Label.POSITIVE, by="mallory", lang="es"), START
    )
    assert engine.training.graded == []
    assert engine.learning.candidate.learnt == 0


def test_a_reload_keeps_what_is_known(tmp_path: Path) -> None:
    """Brands that stay keep history and incident; new ones start; dropped ones are gone."""
    engine = an_engine(tmp_path)
    fold_all(engine, STORM)
    incident = engine.brands[0].incident
    engine.reconfigure(a_setup(tmp_path, CONFIG.replace("name: Zeta", "name: Omega")), START + timedelta(hours=1))
    assert [state.name for state in engine.brands] == ["Acme", "Omega"]
    assert engine.brands[0].incident == incident
    engine.assess(START + timedelta(hours=1))
    assert engine.incident(incident.id if incident else "") is not None


def test_a_reload_while_a_source_is_silent_calms_nobody(tmp_path: Path) -> None:
    """What is heard stays a lower bound: the crisis does not end, and a brand that is new is unknown, not calm."""
    engine = an_engine(tmp_path)
    fold_all(engine, STORM)
    engine.source_changed("prensa", False, START)
    engine.reconfigure(
        a_setup(tmp_path, CONFIG.replace('name: Zeta, match: {any: ["zeta"]}, sources: [buzon]', "name: Omega")),
        START + timedelta(minutes=1),
    )
    for hour in range(1, 9):
        engine.assess(START + timedelta(hours=hour))
    acme, omega = engine.brands
    assert acme.incident is not None
    assert acme.incident.live
    assert acme.assessment is not None
    assert (acme.assessment.level, acme.assessment.unseen) == (Level.CRISIS, ("prensa",))
    assert omega.assessment is not None
    assert omega.assessment.score is None


def test_one_wrong_date_does_not_move_the_clock(tmp_path: Path) -> None:
    """A lone mention from 2031 in the middle of a recording, or at its beginning, is refused; a real gap is not."""
    wrong = a_mention("acme", at=START + timedelta(days=1800))
    early = [a_mention("acme", at=START + timedelta(minutes=n)) for n in range(5)]
    late = [a_mention("acme", at=START + timedelta(days=30, minutes=n)) for n in range(5)]
    run = Replay(an_engine(tmp_path))
    list(run.run([wrong, *early[:3], wrong, *early[3:], *late, early[0]]))
    assert (run.counts.mentions, run.counts.misdated, run.counts.duplicates) == (10, 2, 1)
    assert run.counts.last_at == late[-1].published_at
