"""What matters of a period, in a few sentences: the beginning of the report, and the message that brings it."""

from collections.abc import Iterator

from sentinel.reports.periodic import PeriodicReport, growth, middle
from sentinel.reports.selection_sheet import counted
from sentinel.reports.voice import ReportVoice

STILL = 0.005
"""Growth that no whole percentage would show."""


def headline(report: PeriodicReport, voice: ReportVoice) -> Iterator[str]:
    """What matters, a sentence each."""
    moods, before, every = report.moods, report.before, report.every
    if not moods.mentions:
        yield voice.say("periodic.nothing_said", brand=report.brand)
    elif moods.mentions == 1:
        yield voice.say("periodic.said_once", brand=report.brand)
    elif before is None:
        yield voice.say("periodic.said_first", brand=report.brand, count=float(moods.mentions))
    else:
        grown = growth(moods.mentions, before.mentions)
        key = "same" if grown is None or abs(grown) < STILL else "more" if grown > 0 else "less"
        yield voice.say(
            f"periodic.said_{key}",
            brand=report.brand,
            count=float(moods.mentions),
            change=voice.share(abs(grown or 0.0)),
            before=float(before.mentions),
            earlier=voice.say(f"periodic.earlier_{every}"),
        )
    if moods.mentions:
        then = before if before and before.mentions else None
        yield voice.say(
            "periodic.mood_compared" if then else "periodic.mood",
            share=voice.share(moods.negative / moods.mentions),
            before=voice.share(then.negative / then.mentions) if then else "",
            earlier=voice.say(f"periodic.earlier_{every}"),
        )
    talked = [each.name for each in report.talk if each.new]
    new = (talked or [each.term for each in report.topics if each.new])[:3]
    if new:
        yield voice.say("periodic.news", terms=", ".join(new))
    yield from _incident_news(report, voice)
    if told := counted(report.selection, voice):
        yield told


def _incident_news(report: PeriodicReport, voice: ReportVoice) -> Iterator[str]:
    count = len(report.incidents)
    if not count:
        yield voice.say("periodic.no_incidents")
        return
    worst = max(report.incidents, key=lambda each: (each.peak_level.rank, each.peak_score))
    yield voice.say(
        "periodic.incidents_one" if count == 1 else "periodic.incidents_many",
        count=count,
        level=voice.word("level", worst.peak_level),
        score=voice.number(worst.peak_score),
    )
    taken = middle([each.to_acknowledge for each in report.incidents if each.to_acknowledge is not None])
    if taken is not None:
        yield voice.say("periodic.taken_in", span=voice.span(taken))
