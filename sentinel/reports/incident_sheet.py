"""The report of an incident in words: first what happened in a few sentences, then the times, then everything, minute
by minute.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sentinel.incidents.incident import Verdict
from sentinel.incidents.timeline import What
from sentinel.reports.incident import Moment, PostMortem, ReportNote, Unsent
from sentinel.reports.marks import ACCEPTED, IncidentMarks
from sentinel.reports.questions import ReviewQuestion
from sentinel.reports.sheet import Block, Checks, Grid, Heading, Line, Paragraph, Points, Sheet
from sentinel.reports.talk_blocks import quotation, topic_grid
from sentinel.reports.voice import ReportVoice

FIRST, LAST = 200, 100
"""Lines of a long timeline that are shown from its beginning and from its end."""
_NEWS = (What.DELIVERY, What.UPDATE)


def incident_sheet(told: PostMortem, voice: ReportVoice) -> Sheet:
    """The whole report."""
    marks = told.marks
    return Sheet(
        language=voice.language,
        name=f"{marks.id}",
        title=voice.say("postmortem.title", brand=marks.brand, level=voice.word("level", marks.peak_level)),
        subtitle=voice.say("postmortem.subtitle", id=marks.id, made=voice.whole(told.made_at)),
        blocks=tuple(_blocks(told, voice)),
    )


def _blocks(told: PostMortem, voice: ReportVoice) -> Iterator[Block]:
    if told.drill:
        yield Paragraph((voice.say("postmortem.drill"),))
    yield Paragraph((" ".join(summary(told, voice)),))
    if told.happened:
        yield Heading(voice.say("talk.what_happened"))
        yield from (quotation(each, voice) for each in told.happened)
    if told.topics:
        yield topic_grid(told.topics, voice)
    yield Heading(voice.say("postmortem.times"))
    yield _times(told.marks, voice)
    yield Heading(voice.say("postmortem.why"))
    yield from _why(told, voice)
    yield Heading(voice.say("postmortem.minutes"))
    yield _minutes(told.moments, voice)
    yield Heading(voice.say("postmortem.said"))
    yield from (quotation(each, voice) for each in told.said)
    if not told.said:
        yield Paragraph((voice.say("postmortem.said_none"),), soft=True)
    yield Heading(voice.say("postmortem.unsent"))
    yield _unsent(told, voice)
    yield Heading(voice.say("postmortem.notes"))
    yield from _notes(told, voice)
    yield Heading(voice.say("postmortem.questions"))
    yield Paragraph((voice.say("postmortem.blameless"),), soft=True)
    asked = [(ask(each, voice),) for each in told.questions] or [(voice.say("postmortem.ask_anything"),)]
    yield Points(tuple(asked))


def summary(told: PostMortem, voice: ReportVoice) -> Iterator[str]:
    """What happened, how bad it was, how long it took, and what people made of it."""
    marks = told.marks
    yield voice.say(
        "postmortem.reached",
        brand=marks.brand,
        level=voice.word("level", marks.peak_level),
        score=voice.number(marks.peak_score),
    )
    began = voice.moment(marks.opened_at)
    if marks.to_resolve is None:
        yield voice.say("postmortem.goes_on", began=began, lasted=voice.span(told.made_at - marks.opened_at))
    else:
        yield voice.say("postmortem.lasted", began=began, lasted=voice.span(marks.to_resolve))
    yield _paged(told, voice)
    if marks.to_acknowledge is not None:
        yield voice.say(
            "postmortem.taken", by=voice.person(marks.acknowledged_by or ""), after=voice.span(marks.to_acknowledge)
        )
    elif marks.paged:
        yield voice.say("postmortem.not_taken")
    if marks.to_reply is not None:
        yield voice.say("postmortem.replied", after=voice.span(marks.to_reply))
    if marks.resolved_by is not None:
        yield voice.say("postmortem.ended_by", by=voice.person(marks.resolved_by))
    elif marks.resolved_at is not None:
        yield voice.say("postmortem.calmed")
    if marks.resolved_at is not None and not told.drill:
        verdict = {Verdict.REAL: "real", Verdict.FALSE_ALARM: "false", None: "none"}[marks.verdict]
        yield voice.say(f"postmortem.verdict_{verdict}")


def _paged(told: PostMortem, voice: ReportVoice) -> str:
    people = tuple(dict.fromkeys(each.contact for each in told.moments if each.what is What.PAGE and each.contact))
    if not people:
        return voice.say("postmortem.nobody_paged")
    taken = [
        each.channel for each in told.moments if each.what is What.DELIVERY and each.step and each.outcome == ACCEPTED
    ]
    channels = ", ".join(dict.fromkeys(each for each in taken if each))
    if not channels:
        return voice.say("postmortem.paged_in_vain", names=voice.names(people))
    return voice.say("postmortem.paged", names=voice.names(people), channels=channels)


def _times(marks: IncidentMarks, voice: ReportVoice) -> Grid:
    steps = (
        ("opened", marks.opened_at, None),
        ("tipped", marks.tipped_at, None),
        ("accepted", marks.accepted_at, marks.to_accepted),
        ("acknowledged", marks.acknowledged_at, marks.to_acknowledge),
        ("first_reply", marks.replied_at, marks.to_reply),
        ("ended", marks.resolved_at, marks.to_resolve),
    )
    return Grid(
        title=voice.say("postmortem.times"),
        head=tuple(voice.say(f"postmortem.times_{column}") for column in ("what", "when", "after")),
        rows=tuple(
            (
                (voice.say(f"postmortem.time_{name}"),),
                (voice.moment(at) if at is not None else voice.say("postmortem.never"),),
                (voice.say(f"postmortem.after_{name}", span=voice.span(after)) if after is not None else "",),
            )
            for name, at, after in steps
            if at is not None or name != "tipped"
        ),
    )


def _why(told: PostMortem, voice: ReportVoice) -> Iterator[Block]:
    sentences = {each.signal: voice.evidence(each) for each in told.evidence}
    lines = tuple(
        (
            voice.say(
                "postmortem.reason_said" if each.signal in sentences else "postmortem.reason",
                signal=voice.word("signal", each.signal),
                points=voice.number(each.points),
                sentence=sentences.get(each.signal, ""),
            ),
        )
        for each in told.reasons
    )
    yield Paragraph((voice.say("postmortem.why_last" if lines else "postmortem.why_nothing"),), soft=True)
    if lines:
        yield Points(lines)


def _minutes(moments: tuple[Moment, ...], voice: ReportVoice) -> Grid:
    """A row a line, its day where that is another than the row's above."""
    left_out = len(moments) - FIRST - LAST
    rows: list[tuple[Line, ...]] = []
    day: date | None = None
    for place, each in enumerate(moments):
        if left_out > 0 and FIRST <= place < FIRST + left_out:
            if place == FIRST:
                rows.append((("…",), (voice.say("postmortem.left_out", count=left_out),), ("",)))
            continue
        local = each.at.astimezone(voice.zone).date()
        rows.append(
            (
                (voice.clock(each.at) if local == day else voice.moment(each.at),),
                (sentence(each, voice),),
                (_because(each, voice),),
            )
        )
        day = local
    return Grid(
        title=voice.say("postmortem.minutes"),
        head=tuple(voice.say(f"postmortem.minutes_{column}") for column in ("when", "what", "why")),
        rows=tuple(rows),
    )


def _because(moment: Moment, voice: ReportVoice) -> str:
    why = voice.word("why", moment.why) if moment.what is not What.DELIVERY else ""
    if moment.reasons:
        points = ", ".join(
            f"{voice.word('signal', each.signal)} +{voice.number(each.points)}" for each in moment.reasons
        )
        why = voice.say("postmortem.because", why=why, points=points)
    if moment.detail and moment.what not in _NEWS:
        why = f"{why}: {moment.detail}" if why else moment.detail
    return why


def sentence(moment: Moment, voice: ReportVoice) -> str:
    """What a line of the timeline says."""
    variant = "_step" if moment.what is What.NOT_SENT and moment.step else ""
    if moment.what is What.VERDICT:
        variant = f"_{moment.verdict or Verdict.REAL}"
    nobody = voice.say("report.somebody")
    said = voice.say(
        f"timeline.what_{moment.what}{variant}",
        contact=voice.person(moment.contact) if moment.contact else nobody,
        by=voice.person(moment.by) if moment.by else nobody,
        step=moment.step,
        level=voice.word("level", moment.level),
        score=voice.say("report.unknown") if moment.score is None else voice.number(moment.score),
    )
    if moment.what is What.DELIVERY and moment.outcome:
        return voice.say(
            "postmortem.delivered",
            said=said,
            channel=moment.channel or "",
            outcome=voice.word("outcome", moment.outcome),
        )
    if moment.what is What.NOT_SENT and moment.contact:
        return voice.say("postmortem.kept_from", said=said, contact=voice.person(moment.contact))
    return said


def _unsent(told: PostMortem, voice: ReportVoice) -> Block:
    if not told.unsent:
        return Paragraph((voice.say("postmortem.unsent_none"),), soft=True)
    return Points(tuple((_held_back(each, voice),) for each in told.unsent))


def _held_back(unsent: Unsent, voice: ReportVoice) -> str:
    key = "postmortem.unsent_to" if unsent.contacts else "postmortem.unsent_line"
    return voice.say(key, why=voice.word("why", unsent.why), count=unsent.times, names=voice.names(unsent.contacts))


def _notes(told: PostMortem, voice: ReportVoice) -> Iterator[Block]:
    notes = (*((told.reply,) if told.reply else ()), *told.notes)
    if notes:
        yield Points(tuple((_note("note", each, voice),) for each in notes))
    if told.done:
        yield Checks(tuple((_note("tick", each, voice),) for each in told.done))
    if not notes and not told.done:
        yield Paragraph((voice.say("postmortem.notes_none"),), soft=True)


def _note(sort: str, note: ReportNote, voice: ReportVoice) -> str:
    by = voice.person(note.by) if note.by else voice.say("report.somebody")
    return voice.say(f"postmortem.{sort}", at=voice.clock(note.at), by=by, text=note.text)


def ask(question: ReviewQuestion, voice: ReportVoice) -> str:
    """The question in words."""
    facts = dict(question.facts)
    if (seconds := facts.pop("seconds", None)) is not None:
        facts["span"] = voice.span(timedelta(seconds=float(seconds)))
    if "why" in facts:
        facts["why"] = voice.word("why", str(facts["why"]))
    if "signal" in facts:
        facts["signal"] = voice.word("signal", str(facts["signal"]))
    return voice.say(f"postmortem.ask_{question.about}", **facts)
