"""A brand's day, week or month in words: first what matters in a few sentences, then the figures behind it."""

from collections.abc import Iterator
from datetime import timedelta

from sentinel.matching.pseudonyms import shown
from sentinel.reports.day import HOURS
from sentinel.reports.drawing import bars, heat
from sentinel.reports.headline import headline
from sentinel.reports.hours import WEEKDAYS, Hours, Slot
from sentinel.reports.marks import IncidentMarks
from sentinel.reports.period import Every, Period
from sentinel.reports.periodic import CountedShare, Moods, PeriodicReport, growth, middle
from sentinel.reports.request_marks import request_blocks
from sentinel.reports.selection_sheet import selection_blocks
from sentinel.reports.sheet import Block, Drawing, Grid, Heading, Line, Link, Paragraph, Points, Sheet
from sentinel.reports.talk_blocks import strengths_and_weaknesses, topic_grid
from sentinel.reports.voice import ReportVoice

MOODS = ("negative", "neutral", "positive")
BLOCK = 3
"""Hours that a column of the table has together."""


def periodic_sheet(report: PeriodicReport, voice: ReportVoice) -> Sheet:
    """The whole report."""
    period = Period(every=Every(report.every), first=report.first)
    return Sheet(
        language=voice.language,
        name=f"{_file(report.brand)}-{report.period}",
        title=voice.say("periodic.title", brand=report.brand, period=voice.period(period)),
        subtitle=_made(report, voice),
        blocks=tuple(_blocks(report, voice)),
    )


def _blocks(report: PeriodicReport, voice: ReportVoice) -> Iterator[Block]:
    yield Paragraph((" ".join(headline(report, voice)),))
    if report.every == Every.DAY:
        yield from selection_blocks(report.selection, voice)
    yield Heading(voice.say("periodic.volume"))
    yield from _volume(report, voice)
    yield Heading(voice.say("periodic.sentiment"))
    yield _sentiment(report, voice)
    if report.requests is not None:
        yield Heading(voice.say("selection.requests"))
        yield from request_blocks(report.requests, voice)
    yield Heading(voice.say("periodic.topics"))
    if report.talk:
        yield topic_grid(report.talk, voice)
        yield from strengths_and_weaknesses(report.praised, report.complained, voice)
    yield from _topics(report, voice)
    yield Heading(voice.say("periodic.authors"))
    yield from _authors(report, voice)
    if report.every != Every.DAY:
        yield Heading(voice.say("periodic.hours"))
        yield from _hours(report.hours, voice)
    if len(report.brands) > 1:
        yield Heading(voice.say("periodic.brands"))
        yield _shares("brand", report.brands, voice)
    yield Heading(voice.say("periodic.incidents"))
    yield from _incidents(report, voice)
    yield Heading(voice.say("periodic.sources"))
    yield from _sources(report, voice)


def _volume(report: PeriodicReport, voice: ReportVoice) -> Iterator[Block]:
    highest = max((each.moods.mentions for each in report.days), default=0)
    columns = [
        (
            voice.short_day(each.day) if report.every == Every.WEEK else f"{each.day.day}",
            tuple((mood, _of(each.moods, mood)) for mood in MOODS),
        )
        for each in report.days
    ]
    places = {each.day: place for place, each in enumerate(report.days)}
    began = [(each.opened_at.astimezone(voice.zone).date(), each.peak_level.value) for each in report.incidents]
    marked = [(places[day], level) for day, level in began if day in places]
    busiest = max(report.days, key=lambda each: each.moods.mentions)
    text = voice.say("periodic.volume_shows", day=voice.day(busiest.day), count=float(highest))
    if highest and len(report.days) > 1:
        yield Drawing(text, bars=bars(columns, marked, voice.number(float(highest))))
    yield Grid(
        title=voice.say("periodic.volume"),
        head=tuple(voice.say(f"periodic.column_{name}") for name in ("day", "mentions", *MOODS)),
        rows=tuple(
            (
                (voice.short_day(each.day),),
                *((voice.number(float(count)),) for count in (each.moods.mentions, *_all(each.moods))),
            )
            for each in report.days
        ),
        figures=frozenset({1, 2, 3, 4}),
        folded=highest > 0 and len(report.days) > 1,
    )


def _sentiment(report: PeriodicReport, voice: ReportVoice) -> Grid:
    moods, before = report.moods, report.before
    total, past = moods.mentions or 1, (before.mentions or 1) if before else 1
    return Grid(
        title=voice.say("periodic.sentiment"),
        head=tuple(voice.say(f"periodic.column_{name}") for name in ("mood", "mentions", "share", "before", "change")),
        rows=tuple(
            (
                (voice.say(f"periodic.column_{mood}"),),
                (voice.number(float(_of(moods, mood))),),
                (voice.share(_of(moods, mood) / total),),
                (voice.share(_of(before, mood) / past) if before else "–",),
                (voice.change(growth(_of(moods, mood), _of(before, mood))) if before else "–",),
            )
            for mood in MOODS
        ),
        figures=frozenset({1, 2, 3, 4}),
    )


def _topics(report: PeriodicReport, voice: ReportVoice) -> Iterator[Block]:
    if not report.topics:
        yield Paragraph((voice.say("periodic.topics_none"),), soft=True)
        return
    yield Grid(
        title=voice.say("periodic.topics"),
        head=tuple(voice.say(f"periodic.column_{name}") for name in ("topic", "mentions", "before", "news")),
        rows=tuple(
            (
                (each.term,),
                (voice.number(float(each.mentions)),),
                (voice.number(float(each.before)) if report.before else "–",),
                (voice.say("periodic.new") if each.new else "",),
            )
            for each in report.topics
        ),
        figures=frozenset({1, 2}),
        folded=bool(report.talk),
    )


def _authors(report: PeriodicReport, voice: ReportVoice) -> Iterator[Block]:
    if not report.authors:
        yield Paragraph((voice.say("periodic.authors_none"),), soft=True)
        return
    yield Grid(
        title=voice.say("periodic.authors"),
        head=tuple(
            voice.say(f"periodic.column_{name}") for name in ("author", "source", "followers", "mentions", "negative")
        ),
        rows=tuple(
            (
                (shown(f"@{each.handle}", voice.language),),
                (each.source,),
                *((voice.number(float(count)),) for count in (each.followers, each.mentions, each.negative)),
            )
            for each in report.authors
        ),
        figures=frozenset({2, 3, 4}),
    )


def _hours(hours: Hours, voice: ReportVoice) -> Iterator[Block]:
    if not hours.best:
        yield Paragraph((voice.say("periodic.hours_none"),), soft=True)
        return
    best = "; ".join(_slot(each, voice) for each in hours.best)
    yield Paragraph((voice.say("periodic.hours_best", slots=best),))
    rows = [(voice.weekday(day), hours.cells[day]) for day in range(WEEKDAYS)]
    yield Drawing(voice.say("periodic.hours_best", slots=best), heat=heat(rows, hours.highest))
    yield Grid(
        title=voice.say("periodic.hours"),
        head=("", *(f"{begin:02}–{begin + BLOCK:02}" for begin in range(0, HOURS, BLOCK))),
        rows=tuple(
            ((label,), *((_together(cells[begin : begin + BLOCK], voice),) for begin in range(0, HOURS, BLOCK)))
            for label, cells in rows
        ),
        figures=frozenset(range(1, HOURS // BLOCK + 1)),
        folded=True,
    )


def _slot(slot: Slot, voice: ReportVoice) -> str:
    day = voice.say("periodic.weekdays").split()[slot.weekday]
    return voice.say("periodic.slot", day=day, begin=slot.begin, end=slot.end)


def _together(cells: tuple[float | None, ...], voice: ReportVoice) -> str:
    known = [cell for cell in cells if cell is not None]
    return voice.number(sum(known)) if known else "–"


def _shares(sort: str, shares: tuple[CountedShare, ...], voice: ReportVoice) -> Grid:
    return Grid(
        title=voice.say(f"periodic.{sort}s"),
        head=tuple(voice.say(f"periodic.column_{name}") for name in (sort, "mentions", "share", "before")),
        rows=tuple(
            (
                (each.name,),
                (voice.number(float(each.mentions)),),
                (voice.share(each.share),),
                (voice.share(each.before) if each.before is not None else "–",),
            )
            for each in shares
        ),
        figures=frozenset({1, 2, 3}),
    )


def _incidents(report: PeriodicReport, voice: ReportVoice) -> Iterator[Block]:
    if not report.incidents:
        yield Paragraph((voice.say("periodic.no_incidents"),), soft=True)
        return
    yield Grid(
        title=voice.say("periodic.incidents"),
        head=tuple(
            voice.say(f"periodic.column_{name}") for name in ("began", "level", "taken", "answered", "ended", "verdict")
        ),
        rows=tuple(_incident(each, voice) for each in report.incidents),
        figures=frozenset({2, 3, 4}),
    )
    lines = [voice.say("periodic.median_taken", span=voice.span(span)) for span in [_median(report, "taken")] if span]
    lines += [voice.say("periodic.median_ended", span=voice.span(span)) for span in [_median(report, "ended")] if span]
    yield Points((*((line,) for line in lines), (_precision(report, voice),)))


def _median(report: PeriodicReport, sort: str) -> timedelta | None:
    spans = [each.to_acknowledge if sort == "taken" else each.to_resolve for each in report.incidents]
    return middle([span for span in spans if span is not None])


def _incident(marks: IncidentMarks, voice: ReportVoice) -> tuple[Line, ...]:
    ended = voice.span(marks.to_resolve) if marks.resolved_at is not None else voice.say("periodic.still")
    if marks.goes_on and marks.resolved_at is not None:
        ended = voice.say("periodic.ended_later", span=ended)
    link = Link(voice.moment(marks.opened_at), f"{voice.incident(marks.id)}/report")
    return (
        (link, voice.say("periodic.from_before")) if marks.began_before else (link,),
        (
            voice.say(
                "periodic.peak", level=voice.word("level", marks.peak_level), score=voice.number(marks.peak_score)
            ),
        ),
        (voice.span(marks.to_acknowledge),),
        (voice.span(marks.to_reply),),
        (ended,),
        (voice.say(f"periodic.verdict_{marks.verdict.value if marks.verdict else 'none'}"),),
    )


def _precision(report: PeriodicReport, voice: ReportVoice) -> str:
    precision = report.precision
    if precision.share is None:
        return voice.say("periodic.precision_none", paged=precision.paged)
    return voice.say(
        "periodic.precision",
        share=voice.share(precision.share),
        real=precision.real,
        judged=precision.real + precision.false_alarms,
        unjudged=precision.unjudged,
    )


def _sources(report: PeriodicReport, voice: ReportVoice) -> Iterator[Block]:
    if report.sources:
        yield _shares("source", report.sources, voice)
    if not report.blindness:
        yield Paragraph((voice.say("periodic.blind_never"),), soft=True)
        return
    yield Points(
        tuple(
            (
                voice.say(
                    "periodic.blind_one" if each.times == 1 else "periodic.blind",
                    source=each.source,
                    times=each.times,
                    span=voice.span(each.total),
                ),
            )
            for each in report.blindness
        )
    )


def _made(report: PeriodicReport, voice: ReportVoice) -> str:
    if report.complete:
        return voice.say("periodic.made", made=voice.whole(report.made_at))
    return voice.say(
        "periodic.made_early", until=voice.whole(report.counted_until) if report.counted_until is not None else "–"
    )


def _of(moods: Moods, mood: str) -> int:
    return {"negative": moods.negative, "neutral": moods.neutral, "positive": moods.positive}[mood]


def _all(moods: Moods) -> tuple[int, int, int]:
    return moods.negative, moods.neutral, moods.positive


def _file(brand: str) -> str:
    """A brand's name as part of a file's: letters, digits and dashes."""
    return "-".join("".join(c if c.isalnum() else " " for c in brand.casefold()).split()) or "brand"
