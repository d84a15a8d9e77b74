"""What people say of an incident without moving it: while it runs, after its end, and once more."""

from collections.abc import Callable

import pytest

from sentinel.incidents.annotations import Annotation, Judgement, Note, Reply, Tick, annotated
from sentinel.incidents.change import Change
from sentinel.incidents.command import Action, Refusal
from sentinel.incidents.incident import GivenVerdict, Incident, PublicReply, State, Verdict
from sentinel.incidents.timeline import What, Why
from sentinel.scoring.level import Level
from tests.incidents.story import Story, minutes

NOTE = Note(incident="i", by="ana", text="He hablado con operaciones.")
TICK = Tick(incident="i", by="ana", item="k", text="Pausa lo programado")
REPLY = Reply(incident="i", by="ana", link="https://example.org/1")
REAL = Judgement(incident="i", by="luis", verdict=Verdict.REAL, reason="salió en la prensa")
FALSE = Judgement(incident="i", by="luis", verdict=Verdict.FALSE_ALARM)


def an_alert() -> Story:
    story = Story()
    story.score(Level.ALERT)
    return story


def over(action: Action = Action.RESOLVE) -> Story:
    story = an_alert()
    story.ask(action, "ana")
    return story


def judged_by(incident: Incident) -> str | None:
    return incident.judgement.by if incident.judgement else None


def says(incident: Incident, annotation: Annotation, after: float = 5) -> Change:
    answer = annotated(incident, annotation, incident.updated_at + minutes(after))
    assert isinstance(answer, Change)
    return answer


@pytest.mark.parametrize("annotation", [NOTE, TICK, REPLY, REAL])
@pytest.mark.parametrize("story", [an_alert, over])
def test_an_annotation_pages_nobody_and_leaves_the_incident_where_it_is(
    annotation: Annotation, story: Callable[[], Story]
) -> None:
    """One line that says who; no notice, no event; state, level, epoch and timer as they were."""
    incident = story().incident
    assert incident is not None
    change = says(incident, annotation)
    assert (change.notices, change.events) == ((), ())
    assert all(line.by == annotation.by and line.why is Why.PERSON for line in change.timeline)
    now = change.incident
    assert (now.state, now.level, now.epoch, now.next_at) == (
        incident.state,
        incident.level,
        incident.epoch,
        incident.next_at,
    )


def test_notes_and_ticks_say_what() -> None:
    """Their words stand on the line; taking a tick back is a line as well."""
    incident = an_alert().incident
    assert incident is not None
    back = Tick(incident="i", by="ana", item="k", text="Pausa lo programado", done=False)
    said = [says(incident, each).timeline[0] for each in (NOTE, TICK, back)]
    assert [(line.what, line.detail) for line in said] == [
        (What.NOTE, "He hablado con operaciones."),
        (What.TICKED, "Pausa lo programado"),
        (What.UNTICKED, "Pausa lo programado"),
    ]


def test_there_is_one_first_reply() -> None:
    """It is remembered with its instant; a second one is refused."""
    incident = an_alert().incident
    assert incident is not None
    change = says(incident, REPLY)
    assert change.incident.reply == PublicReply(by="ana", at=incident.updated_at + minutes(5))
    assert (change.timeline[0].what, change.timeline[0].detail) == (What.REPLIED, "https://example.org/1")
    assert annotated(change.incident, REPLY, change.incident.updated_at) is Refusal.ALREADY_REPLIED


@pytest.mark.parametrize(
    ("action", "first"), [(Action.RESOLVE, Verdict.REAL), (Action.FALSE_ALARM, Verdict.FALSE_ALARM)]
)
def test_a_verdict_can_be_changed_after_the_end(action: Action, first: Verdict) -> None:
    """The latest counts, with who gave it and when; giving the same one again writes nothing."""
    incident = over(action).incident
    assert incident is not None
    assert (incident.verdict, judged_by(incident)) == (first, "ana")
    other = FALSE if first is Verdict.REAL else REAL
    change = says(incident, other)
    assert change.incident.judgement == GivenVerdict(
        verdict=other.verdict, by="luis", at=incident.updated_at + minutes(5)
    )
    assert (change.timeline[0].what, change.timeline[0].verdict, change.timeline[0].detail) == (
        What.VERDICT,
        other.verdict,
        other.reason,
    )
    assert says(change.incident, other).timeline == ()


def test_an_incident_that_calmed_down_by_itself_or_is_closed_can_be_judged() -> None:
    """Nobody had said what it was; hours later somebody does."""
    story = an_alert()
    story.score(Level.CALM)
    story.wait(180)
    story.score(Level.CALM)
    incident = story.incident
    assert incident is not None
    assert (incident.state, incident.verdict) == (State.CLOSED, None)
    change = says(incident, FALSE)
    assert (change.incident.state, change.incident.verdict) == (State.CLOSED, Verdict.FALSE_ALARM)


def test_while_it_runs_it_may_be_called_real_and_that_outlives_its_end() -> None:
    """A false alarm that runs is ended as one instead, so that whoever was paged hears of it."""
    story = an_alert()
    assert story.incident is not None
    assert annotated(story.incident, FALSE, story.now) is Refusal.NOT_OVER
    story.incident = says(story.incident, REAL, 0).incident
    story.score(Level.CALM)
    assert (story.incident.state, story.incident.verdict, judged_by(story.incident)) == (
        State.RESOLVED,
        Verdict.REAL,
        "luis",
    )


def test_a_flare_takes_the_verdict_back() -> None:
    """Whoever judged it had not seen all of it."""
    story = over(Action.FALSE_ALARM)
    story.score(Level.CRISIS)
    assert story.incident is not None
    assert (story.incident.state, story.incident.verdict, judged_by(story.incident)) == (State.OPEN, None, None)
