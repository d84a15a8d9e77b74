"""What is talked about, in a report: topics and what people feel about each, strengths, weaknesses, what happened."""

from collections.abc import Iterator, Sequence

from sentinel.matching.pseudonyms import shown
from sentinel.reports.quote import Quote
from sentinel.reports.sheet import Block, Grid, Link, Paragraph, Points, Quotation
from sentinel.reports.talked_topic import TalkedTopic
from sentinel.reports.voice import ReportVoice


def topic_grid(topics: Sequence[TalkedTopic], voice: ReportVoice) -> Grid:
    """Every topic, and how many people say it."""
    return Grid(
        title=voice.say("talk.topics"),
        head=tuple(voice.say(f"talk.column_{name}") for name in ("topic", "people", "negative", "positive", "news")),
        rows=tuple(
            (
                (each.name,),
                *((voice.number(float(count)),) for count in (each.people, each.negative, each.positive)),
                (voice.say("talk.new") if each.new else "",),
            )
            for each in topics
        ),
        figures=frozenset({1, 2, 3}),
    )


def strengths_and_weaknesses(
    praised: Sequence[TalkedTopic], complained: Sequence[TalkedTopic], voice: ReportVoice
) -> Iterator[Block]:
    """What is praised and what is complained of, each with somebody's words."""
    for key, topics in (("weaknesses", complained), ("strengths", praised)):
        if topics:
            yield Paragraph((voice.say(f"talk.{key}"),))
            yield Points(tuple((_topic(each, voice),) for each in topics))


def _topic(topic: TalkedTopic, voice: ReportVoice) -> str:
    said = voice.say("talk.topic_new" if topic.new else "talk.topic", name=topic.name, people=float(topic.people))
    if not topic.samples:
        return said
    sample = topic.samples[0]
    text = sample.text if len(sample.text) <= SAMPLE else sample.text[: SAMPLE - 1].rstrip() + "…"
    return voice.say("talk.with_sample", said=said, text=text, who=_who(sample, voice))


SAMPLE = 160
"""Characters of a post that stands beside a topic."""


def quotation(said: Quote, voice: ReportVoice) -> Quotation:
    """What somebody said, with whom and where it is."""
    who = _who(said, voice)
    if said.followers is not None:
        who = voice.say("postmortem.author", author=who, followers=float(said.followers))
    footer: list[str | Link] = [f"{who} · {said.source} · {voice.moment(said.at)}"]
    if said.link is not None:
        footer += [" · ", Link(voice.say("postmortem.post"), said.link)]
    return Quotation(said.text, tuple(footer))


def _who(said: Quote, voice: ReportVoice) -> str:
    return shown(said.author, voice.language) or voice.say("report.anonymous")
