"""An incident's timeline and samples in a reader's words."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from sentinel.config.schema import Config
from sentinel.incidents.incident import Verdict
from sentinel.incidents.timeline import TimelineEntry, What
from sentinel.matching.pseudonyms import called
from sentinel.mention import NOBODY, Mention
from sentinel.playbooks.escape import plain, web_address
from sentinel.web.pages.card import person
from sentinel.web.pages.highlight import Highlights
from sentinel.web.pages.voices import VoiceReading
from sentinel.web.pages.words import Words

SAMPLE_LENGTH = 600
NAME_LENGTH = 60
NOTE_LENGTH = 2000
SAID = (What.NOTE, What.REPLIED, What.TICKED, What.UNTICKED, What.VERDICT, What.IGNORED, What.HEARD_AGAIN)
"""Lines whose sentence names the person already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One line: what happened, why, and what somebody wrote.

    ``mark`` is the level or the sort of thing, for colour and icon.
    """

    at: datetime
    mark: str
    text: str
    why: str
    detail: str
    link: str | None = None
    """Where a detail leads that is an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One mention; ``link`` is http(s) or ``None``; text and title are escaped and have their marks."""

    text: Markup
    title: Markup
    author: str
    followers: int | None
    source: str
    at: datetime
    link: str | None
    reading: VoiceReading | None = None


def _score(entry: TimelineEntry, words: Words) -> str:
    if entry.score is None:
        return words.t("unknown")
    score = words.number(entry.score)
    return words.t("at_least", score=score) if entry.at_least else score


def line(entry: TimelineEntry, config: Config, words: Words) -> HistoryLine:
    """A timeline entry as a sentence and its reason."""
    nobody = words.t("somebody")
    text = words.said(
        f"timeline.what_{entry.what}{_variant(entry)}",
        contact=person(config, entry.contact) or nobody,
        by=person(config, entry.by) or nobody,
        step=entry.step,
        level=words.word("level", entry.level),
        score=_score(entry, words),
    )
    return HistoryLine(
        at=entry.at,
        mark=entry.level.value if entry.what in (What.OPENED, What.LEVEL, What.REOPENED) else entry.what.value,
        text=text,
        why="" if entry.what in SAID else words.word("why", entry.why),
        detail=plain(entry.detail or "", NOTE_LENGTH if entry.what is What.NOTE else SAMPLE_LENGTH),
        link=web_address(entry.detail) if entry.what is What.REPLIED else None,
    )


def _variant(entry: TimelineEntry) -> str:
    """Which of several sentences for the same thing."""
    if entry.what is What.NOT_SENT and entry.step:
        return "_step"
    return f"_{entry.verdict or Verdict.REAL}" if entry.what is What.VERDICT else ""


def sample(mention: Mention, words: Words, highlights: Highlights, reading: VoiceReading | None = None) -> Sample:
    """A mention with nothing in it that could bend the page: one line of visible characters."""
    author = mention.author or NOBODY
    return Sample(
        text=highlights.mark(plain(mention.text, SAMPLE_LENGTH)),
        title=highlights.mark(plain(mention.title or "", SAMPLE_LENGTH)),
        author=plain(called(author, words.language), NAME_LENGTH) or words.t("anonymous"),
        followers=author.followers,
        source=plain(mention.source, NAME_LENGTH),
        at=mention.published_at,
        link=web_address(mention.url),
        reading=reading,
    )
