"""A mention as people read it in a list: harmless words, what it was heard as, and where to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from markupsafe import Markup

from sentinel.config.match import word_of
from sentinel.config.schema import Config
from sentinel.matching.term import forms_of
from sentinel.mention import NOBODY
from sentinel.playbooks.escape import plain, web_address
from sentinel.requests.priority import Priority, priority_as_said
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState, RequestStep
from sentinel.sentiment.sentiment import Label
from sentinel.store.heard_mention import HeardMention
from sentinel.store.searched_words import SearchedWords
from sentinel.web.mention_query import MentionQuery
from sentinel.web.pages.card import person
from sentinel.web.pages.consulted import ConsultationLine, consultation_line, turn_said
from sentinel.web.pages.highlight import Highlights
from sentinel.web.pages.words import Words

LENGTH = 600
NAME_LENGTH = 60
_forms = lru_cache(maxsize=4096)(forms_of)
LATE = timedelta(minutes=10)
"""Between being published and being heard, from which on both are said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardAsLine:
    """What a mention is to one brand, in words."""

    brand: str
    label: Label
    mood: str
    percent: int
    standing: str
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """What a mention asks for and what people did about it, in words.

    Parameters
    ----------
    priority
        The most urgent of its brands'; ``late`` when its time is over and nobody has closed it, ``left`` until then.
    moves
        The states that may follow.
    consulted
        What an area of the house was asked, and which may be.
    drafts
        Whether an answer may be drafted: somebody waits, or asks at least.
    """

    number: int
    asks: RequestKind
    priority: Priority
    state: RequestState
    holder: str
    waits_since: datetime
    late: bool
    steps: tuple[str, ...]
    moves: tuple[RequestState, ...]
    consulted: ConsultationLine
    drafts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardRow:
    """One mention; text and title are escaped and have their marks, ``link`` is http(s) or ``None``."""

    anchor: str
    text: Markup
    title: Markup
    author: str
    followers: int | None
    account: str
    """Where everything by its author is."""
    source: str
    heard_at: datetime
    published_at: datetime | None
    """Where that was long before."""
    link: str | None
    stars: int | None
    grave: str | None
    heard: tuple[HeardAsLine, ...]
    request: RequestLine


def rows(found: Sequence[HeardMention], query: MentionQuery, config: Config, words: Words) -> list[HeardRow]:
    """Mentions as rows, with what was searched for marked."""
    asked = SearchedWords.read(query.fields.get("text", ""))
    searched = tuple(" ".join(part.words) for part in asked.wanted) if asked else ()
    terms = {each.name: tuple(map(word_of, each.match.any)) or (each.name,) for each in config.brands}
    return [_row(each, searched, terms, words, _request_line(each, config, words)) for each in found]


def _request_line(each: HeardMention, config: Config, words: Words) -> RequestLine:
    record = each.request
    known = [priority_as_said(one.priority, record.kind) for one in each.hearing.brands]
    priority = next((each for each in Priority if each in known), Priority.NONE)
    since = record.waits_since(each.heard_at)
    within = config.requests.answer_within.of(priority)
    return RequestLine(
        number=each.number,
        asks=each.asks,
        priority=priority,
        state=record.state,
        holder=plain(person(config, record.holder) or "", NAME_LENGTH),
        waits_since=since,
        late=within is not None and record.closed_at is None and words.now - since > within,
        steps=tuple(_step(step, config, words) for step in record.steps),
        moves=() if each.shared else tuple(state for state in RequestState if record.may_become(state)),
        consulted=consultation_line(each, config, words),
        drafts=record.closed_at is None and priority is not Priority.NONE and not each.shared,
    )


def _step(step: RequestStep, config: Config, words: Words) -> str:
    """One thing that somebody did, on a line."""
    if step.turn is not None:
        return turn_said(step, config, words)
    key = f"requests.did_{step.state}" if step.state else "requests.did_kind"
    kind = words.said(f"requests.kind_{step.kind}") if step.kind else ""
    by = person(config, step.by) or step.by
    said = words.said(key, by=plain(by, NAME_LENGTH), at=words.clock(step.at), kind=kind)
    return f"{said} {plain(step.note, LENGTH)}" if step.note else said


def _row(
    each: HeardMention,
    searched: tuple[str, ...],
    terms: dict[str, tuple[str, ...]],
    words: Words,
    request: RequestLine,
) -> HeardRow:
    mention, author = each.mention, each.mention.author or NOBODY
    grave = each.hearing.grave
    named = tuple(term for one in each.hearing.brands for term in terms.get(one.brand, (one.brand,)))
    sorts = (("grave", (grave,) if grave else ()), ("new", searched), ("brand", named))
    marks = Highlights(tuple((sort, form) for sort, known in sorts for word in known for form in _forms(word)))
    called = author.handle or author.id or author.name
    name = f"@{author.handle.removeprefix('@')}" if author.handle else author.name
    return HeardRow(
        anchor=f"m{each.number}",
        text=marks.mark(plain(mention.text, LENGTH)),
        title=marks.mark(plain(mention.title or "", LENGTH)),
        author=plain(name or "", NAME_LENGTH) or words.t("anonymous"),
        followers=author.followers,
        account=MentionQuery.of({"author": called}).address() if called else "",
        source=plain(mention.source, NAME_LENGTH),
        heard_at=each.heard_at,
        published_at=mention.published_at if abs(each.heard_at - mention.published_at) > LATE else None,
        link=web_address(mention.url),
        stars=round(mention.rating) if mention.rating is not None else None,
        grave=grave,
        request=request,
        heard=tuple(
            HeardAsLine(
                brand=one.brand,
                label=one.label,
                mood=words.said(f"teaching.{one.label}"),
                percent=round(100 * one.probability),
                standing=words.said(f"mentions.heard_{one.standing}"),
                counts=one.standing in ("counted", "copy"),
            )
            for one in each.hearing.brands
        ),
    )
