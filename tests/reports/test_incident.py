"""An incident told afterwards: instants, reasons, what was held back, and questions that follow from facts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from sentinel.incidents.command import Action
from sentinel.incidents.incident import Verdict
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.reports.incident import PostMortem, post_mortem
from sentinel.reports.marks import StoredIncident, marks_of
from sentinel.reports.voice import ReportVoice
from sentinel.scoring.level import Level
from tests.fakes import START
from tests.incidents.story import Story, a_policy, minutes
from tests.reports.archive import a_told


def a_line(what: What, after: float, **fields: object) -> TimelineEntry:
    line = TimelineEntry(at=START + minutes(after), what=what, why=Why.PERSON, level=Level.CRISIS, score=85.0)
    return msgspec.structs.replace(line, **fields)


def told_of(story: Story, *lines: TimelineEntry) -> StoredIncident:
    assert story.incident is not None
    written = [line for change in story.changes for line in change.timeline]
    return StoredIncident(incident=story.incident, timeline=sorted([*written, *lines], key=lambda line: line.at))


def asked(report: PostMortem) -> set[str]:
    return {each.about for each in report.questions}


def test_the_times_of_a_crisis() -> None:
    """Tipped, paged, taken, answered, ended: each from where a person would measure it."""
    told = a_told(at=START, lines=[a_line(What.REPLIED, 25, by="ana", detail="https://x.example/1")])
    told = StoredIncident(incident=told.incident, timeline=told.timeline, tipped_at=START - timedelta(seconds=3))
    marks = marks_of(told)
    assert marks.to_accepted == timedelta(seconds=5)
    assert (marks.to_acknowledge, marks.to_reply, marks.to_resolve) == (minutes(3), minutes(25), minutes(60))
    assert (marks.acknowledged_by, marks.resolved_by, marks.verdict) == ("ana", "ana", Verdict.REAL)


def test_what_a_person_ended_is_ended_then() -> None:
    """Calm that confirms it an hour later does not make it last longer; a reopening does."""
    story = Story().score(Level.CRISIS).wait(10)
    story.ask(Action.RESOLVE, by="ana")
    story.wait(50).score(Level.CALM)
    assert marks_of(told_of(story)).to_resolve == minutes(10)
    story.wait(5).score(Level.CRISIS)
    assert marks_of(told_of(story)).resolved_at is None


def test_what_the_model_believed_stands_at_each_change() -> None:
    """Its strongest signals, from what was published at that instant."""
    story = Story().score(Level.WATCH).wait(5).score(Level.CRISIS)
    told = told_of(story)
    report = post_mortem(told, [event for change in story.changes for event in change.events], story.now)
    judged = [
        (each.level, [(reason.signal, reason.points) for reason in each.reasons])
        for each in report.moments
        if each.reasons
    ]
    assert judged == [(Level.WATCH, [("volume", 40.0)]), (Level.CRISIS, [("volume", 85.0)])]


def test_what_was_not_sent_and_why() -> None:
    """Counted by reason, with those it was meant for."""
    kept = [a_line(What.NOT_SENT, n, why=Why.QUIET_HOURS, contact="boss", step=2) for n in (1, 2)]
    report = post_mortem(a_told(at=START, lines=kept), [], START + minutes(90))
    assert [(each.why, each.times, each.contacts) for each in report.unsent] == [(Why.QUIET_HOURS, 2, ("boss",))]
    assert "held" in asked(report)


def test_notes_and_ticks() -> None:
    """What was ticked and unticked again is not done; reasons that people gave are notes."""
    lines = [
        a_line(What.TICKED, 4, by="ana", detail="Confirma la caída"),
        a_line(What.TICKED, 5, by="ana", detail="Publica"),
        a_line(What.UNTICKED, 6, by="boss", detail="Publica"),
        a_line(What.NOTE, 7, by="boss", detail="Llamó la prensa"),
    ]
    report = post_mortem(a_told(at=START, lines=lines), [], START + minutes(90))
    assert [(each.text, each.by) for each in report.done] == [("Confirma la caída", "ana")]
    assert [each.text for each in report.notes] == ["Lo miro", "Llamó la prensa", "Aclarado"]


@pytest.mark.parametrize(
    ("acknowledged", "steps", "about"),
    [(3, 2, "prompt"), (22, 2, "slow_steps"), (22, 1, "slow_one_step"), (None, 2, "nobody_took_it")],
)
def test_questions_about_who_took_it(acknowledged: float | None, steps: int, about: str) -> None:
    """Prompt is worth a question too; slow asks after the ladder there is."""
    told = a_told(at=START, acknowledged=acknowledged)
    ladder = [(0.0, "ana"), (10.0, "boss")][:steps]
    incident = msgspec.structs.replace(told.incident, policy=a_policy(*ladder))
    report = post_mortem(StoredIncident(incident=incident, timeline=told.timeline), [], START + minutes(90))
    assert about in asked(report)
    assert len(asked(report) & {"prompt", "slow_steps", "slow_one_step", "nobody_took_it"}) == 1


def test_questions_about_the_end() -> None:
    """A false alarm asks what convinced the model, no reply asks whether that was meant, no verdict asks for one."""
    assert "false_alarm" in asked(post_mortem(a_told(at=START, verdict=Verdict.FALSE_ALARM), [], START + minutes(90)))
    report = post_mortem(a_told(at=START, verdict=None), [], START + minutes(90))
    assert {"no_reply", "unjudged"} <= asked(report)
    replied = a_told(at=START, resolved=200, lines=[a_line(What.REPLIED, 90, by="ana")])
    assert "slow_reply" in asked(post_mortem(replied, [], START + minutes(300)))


def test_questions_about_the_machinery() -> None:
    """A late page, a channel that refused, an acknowledgement that ran out, a ladder at its end, a score that nobody
    knew.
    """
    lines = [
        a_line(What.DELIVERY, 1, contact="ana", step=1, channel="mailtos", outcome="failed", score=None),
        a_line(What.ACKNOWLEDGEMENT_EXPIRED, 40),
        a_line(What.EXHAUSTED, 41),
        a_line(What.LEVEL, 42, score=None),
        a_line(What.REOPENED, 43),
    ]
    told = a_told(at=START, lines=lines)
    told = StoredIncident(incident=told.incident, timeline=told.timeline, tipped_at=START - minutes(4))
    assert {"slow_page", "failed_channel", "expired", "exhausted", "blind", "reopened"} <= asked(
        post_mortem(told, [], START + minutes(90))
    )


def test_a_delivery_says_nothing_of_the_score() -> None:
    """Its line has none, and that is no blindness."""
    line = a_line(What.DELIVERY, 1, contact="ana", step=1, channel="log", outcome="accepted", score=None)
    assert "blind" not in asked(post_mortem(a_told(at=START, lines=[line]), [], datetime(2026, 3, 3, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("names", "es", "en"),
    [
        ((), "", ""),
        (("Ana",), "Ana", "Ana"),
        (("Ana", "Luis"), "Ana y Luis", "Ana and Luis"),
        (("Ana", "Luis", "Inés"), "Ana, Luis e Inés", "Ana, Luis and Inés"),
        (("Ana", "Hilario"), "Ana e Hilario", "Ana and Hilario"),
        (("Luis", "Yolanda"), "Luis y Yolanda", "Luis and Yolanda"),
    ],
)
def test_people_are_named_as_one_would_say_it(names: tuple[str, ...], es: str, en: str) -> None:
    """With the last one's «y», which is «e» before its own sound."""
    said = [
        ReportVoice(language=each, zone=ZoneInfo("UTC"), name_of=str, base_url="http://x").names(names)
        for each in ("es", "en")
    ]
    assert said == [es, en]
