"""What is talked about, as pages show it: topics with a way to their mentions, and the sentences of what happened."""

from collections.abc import Sequence
from dataclasses import dataclass

from sentinel.matching.pseudonyms import called
from sentinel.mention import NOBODY
from sentinel.playbooks.escape import plain, web_address
from sentinel.store.searched_words import words_in
from sentinel.topics.brand_talk import BrandTalk
from sentinel.topics.spoken_topic import SpokenTopic
from sentinel.web.mention_query import MentionQuery
from sentinel.web.pages.words import Words

NAME, SAMPLE, BEGINNING = 60, 240, 8
"""Characters of a name and of a sample; words by which a sentence is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """What somebody said: ``mention`` is where it stands here, ``link`` where it stood, http(s) or ``None``."""

    text: str
    author: str
    source: str
    mention: str
    link: str | None
    grave: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    """A topic, what was felt, where its mentions are, and a few of them."""

    name: str
    people: str
    moods: str
    new: bool
    mentions: str
    samples: tuple[QuotedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkLines:
    """Everything about a brand's talk."""

    topics: tuple[TopicLine, ...] = ()
    complained: tuple[TopicLine, ...] = ()
    praised: tuple[TopicLine, ...] = ()
    happened: tuple[QuotedLine, ...] = ()


def talk_lines(talk: BrandTalk, brand: str, words: Words) -> TalkLines:
    """In a reader's words."""

    def lines(topics: Sequence[SpokenTopic]) -> tuple[TopicLine, ...]:
        return tuple(_topic(each, brand, words) for each in topics)

    return TalkLines(
        topics=lines(talk.topics),
        complained=lines(talk.complained),
        praised=lines(talk.praised),
        happened=tuple(
            QuotedLine(
                text=plain(each.text, SAMPLE),
                author=plain(called(each.post.mention.author or NOBODY, words.language), NAME) or words.t("anonymous"),
                source=plain(each.post.mention.source, NAME),
                mention=_found_by(brand, each.text),
                link=web_address(each.post.mention.url),
                grave=each.grave,
            )
            for each in talk.sentences
        ),
    )


def _topic(topic: SpokenTopic, brand: str, words: Words) -> TopicLine:
    people = words.number(float(topic.people))
    return TopicLine(
        name=topic.name,
        people=words.said("talk.people_one" if topic.people == 1 else "talk.people", people=people),
        moods=words.said(
            "talk.moods", negative=words.number(float(topic.negative)), positive=words.number(float(topic.positive))
        ),
        new=topic.new,
        mentions=_found_by(brand, topic.name),
        samples=tuple(
            QuotedLine(
                text=plain(each.mention.whole_text, SAMPLE),
                author=plain(called(each.mention.author or NOBODY, words.language), NAME) or words.t("anonymous"),
                source=plain(each.mention.source, NAME),
                mention=_found_by(brand, each.mention.text),
                link=web_address(each.mention.url),
                grave=each.grave,
            )
            for each in topic.samples
        ),
    )


def _found_by(brand: str, text: str) -> str:
    """Where the mentions are that say this."""
    found = " ".join(words_in(text)[:BEGINNING])
    return MentionQuery({"brand": brand, "text": f'"{found}"'} if found else {"brand": brand}).address()
