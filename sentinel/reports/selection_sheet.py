"""The selection of a day in words: a list a part, each mention with who said it, where, and the way to it."""

from collections.abc import Iterator, Sequence

from sentinel.matching.pseudonyms import shown
from sentinel.reports.selection import SelectedMention, SelectionPart
from sentinel.reports.sheet import Block, Heading, Line, Link, Paragraph, Quotation
from sentinel.reports.voice import ReportVoice


def selection_blocks(selection: Sequence[SelectedMention], voice: ReportVoice) -> Iterator[Block]:
    """Under a heading for each part that has something; a remark where none has."""
    if not selection:
        yield Heading(voice.say("selection.title"))
        yield Paragraph((voice.say("selection.nothing"),), soft=True)
    for part in SelectionPart:
        if chosen := [each for each in selection if each.part is part]:
            yield Heading(voice.say(f"selection.part_{part}"))
            for each in chosen:
                yield Quotation(each.text or "…", who_said(each, voice))


def who_said(each: SelectedMention, voice: ReportVoice) -> Line:
    """Who, where, when, and why it is there."""
    who = shown(each.author, voice.language) if each.author else voice.say("report.anonymous")
    where = Link(each.source, each.url) if each.url else each.source
    facts = [voice.moment(each.at)]
    if each.reach:
        facts.append(voice.say("selection.reach", reach=voice.number(float(each.reach))))
    if each.part is SelectionPart.ANSWER:
        facts.append(voice.say(f"selection.priority_{each.priority}"))
    if each.grave:
        facts.append(voice.say("selection.grave", word=each.grave))
    return (f"{who}, ", where, f", {', '.join(facts)}")


def counted(selection: Sequence[SelectedMention], voice: ReportVoice) -> str:
    """How many of each part, in one sentence; empty where there is nothing."""
    parts = []
    for part in SelectionPart:
        if count := sum(each.part is part for each in selection):
            parts.append(voice.say(f"selection.count_{part}_{'one' if count == 1 else 'many'}", count=count))
    return voice.say("selection.counted", parts=", ".join(parts)) if parts else ""
