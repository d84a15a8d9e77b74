"""Words for a person who was asleep a second ago: level and brand first, then why, one voice from outside, what to do, the link."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sentinel.errors import SentinelError
from sentinel.incidents.change import NoticeKind
from sentinel.incidents.incident import Incident
from sentinel.mention import Mention
from sentinel.notify.base import Message, MessageKind, Urgency
from sentinel.phrases.phrases import number, say, span
from sentinel.scoring.level import Level
from sentinel.signals.evidence import Evidence

MOST = 1000
"""Bytes of a body: what every service shows whole."""
SAMPLE = 140
SYMBOLS = {Level.CALM: "🟢", Level.WATCH: "🟡", Level.ALERT: "🟠", Level.CRISIS: "🔴"}
_KINDS = {NoticeKind.PAGE: MessageKind.PAGE, NoticeKind.RESOLVED: MessageKind.RESOLVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What a message is about, and who reads it.

    Parameters
    ----------
    first_steps, playbook
        What to do first, and the title of the playbook that says so.
    following, following_in
        Who is paged next, and how long from now; ``None`` when nobody is.
    """

    incident: Incident
    kind: NoticeKind
    language: str
    zone: tzinfo
    at: datetime
    previous: Level | None = None
    by: str | None = None
    playbook: str = ""
    first_steps: tuple[str, ...] = ()
    following: tuple[str, ...] = field(default=())
    following_in: timedelta | None = None
    link: str | None = None


def render(facts: PageFacts) -> Message:
    """The message: a title and at most `MOST` bytes of plain text, in the reader's language."""
    urgency = Urgency.QUIET
    if facts.kind is NoticeKind.PAGE:
        urgency = Urgency.CRISIS if facts.incident.level is Level.CRISIS else Urgency.ALERT
    elif facts.kind is NoticeKind.EXPIRING:
        urgency = Urgency.ALERT
    return Message(
        kind=_KINDS.get(facts.kind, MessageKind.UPDATE), urgency=urgency, language=facts.language, title=_title(facts), body=_body(facts),
        link=facts.link,
    )  # fmt: skip


def notice(language: str, key: str, **facts: object) -> Message:
    """A message that is about no incident: ``stale``, ``recovered``, ``test``."""
    kind = MessageKind.TEST if key == "test" else MessageKind.UPDATE
    urgency = Urgency.QUIET if key == "recovered" else Urgency.ALERT
    title, body = (say(language, f"page.{part}_{key}", **facts) for part in ("title", "body"))
    return Message(kind=kind, urgency=urgency, language=language, title=title, body=_fit(body, MOST))


def _title(facts: PageFacts) -> str:
    i, language = facts.incident, facts.language
    score = say(language, "page.unknown") if i.score is None else f"{i.score:.0f}"
    level = say(language, f"page.level_{i.level.value}")
    key = "title"
    match facts.kind:
        case NoticeKind.PAGE:
            pass
        case NoticeKind.UPDATE:
            key = "title_update" if facts.previous else "title_fresh"
        case NoticeKind.RESOLVED:
            key = "title_resolved_by" if facts.by else "title_resolved"
        case _:
            key = f"title_{facts.kind.value}"
    previous = say(language, f"page.level_{facts.previous.value}") if facts.previous else ""
    return say(
        language, f"page.{key}", symbol=SYMBOLS[i.level], level=level, brand=i.brand, score=score, previous=previous, by=facts.by or ""
    )


def _body(facts: PageFacts) -> str:
    if facts.kind is NoticeKind.PAGE:
        return _page(facts)
    i, language = facts.incident, facts.language
    key = facts.kind.value
    if facts.kind is NoticeKind.RESOLVED and facts.by:
        key = "resolved_by"
    if facts.kind is NoticeKind.UPDATE and facts.previous is None:
        key = "fresh"
    body = say(
        language, f"page.body_{key}", brand=i.brand, level=say(language, f"page.level_{i.level.value}"),
        previous=say(language, f"page.level_{facts.previous.value}") if facts.previous else "",
        score="?" if i.score is None else f"{i.score:.0f}", by=facts.by or "", peak=f"{i.peak_score:.0f}",
        span=span(language, facts.at - i.opened_at),
    )  # fmt: skip
    return _fit(body, MOST)


def _page(facts: PageFacts) -> str:
    """The link and the first line always fit; the sample is the first to be shortened, then the steps, then the reasons."""
    tail = [say(facts.language, "page.acknowledge", link=facts.link)] if facts.link else []
    if facts.following and facts.following_in is not None:
        left = span(facts.language, facts.following_in)
        tail.insert(0, say(facts.language, "page.next", contacts=", ".join(facts.following), span=left))
    lines = [_lead(facts), *_reasons(facts)]
    room = MOST - len("\n".join(tail).encode()) - 1
    for part in (_sample(facts), *_steps(facts)):
        if part and len("\n".join((*lines, part)).encode()) < room:
            lines.append(part)
    return "\n".join((_fit("\n".join(lines), room), *tail))


def _lead(facts: PageFacts) -> str:
    i, language = facts.incident, facts.language
    since = i.opened_at.astimezone(facts.zone)
    shown = f"{since:%H:%M}" if facts.at - i.opened_at < timedelta(hours=20) else f"{since:%d/%m %H:%M}"
    level = say(language, f"page.level_{i.level.value}")
    if i.score is None:
        return say(language, "page.lead_unknown", brand=i.brand, level=level, since=shown)
    lead = say(language, "page.lead", brand=i.brand, level=level, score=f"{i.score:.0f}", since=shown)
    return f"{lead} {say(language, 'page.warming')}" if i.warming else lead


def _reasons(facts: PageFacts) -> list[str]:
    i, language = facts.incident, facts.language
    lines = []
    for evidence in i.evidence[:3]:
        reason = _reason(language, evidence)
        points = number(language, float(round(i.contributions.get(evidence.signal, 0.0))))
        lines.append(say(language, "page.point", points=points, reason=reason))
    return [say(language, "page.why"), *lines] if lines else []


def _reason(language: str, evidence: Evidence) -> str:
    """A signal that somebody added may have no sentence in this language: its name must do, a page must not fail for it."""
    try:
        return say(language, evidence.key, **dict(evidence.facts))
    except SentinelError:
        return evidence.signal


def _sample(facts: PageFacts) -> str:
    if not facts.incident.samples:
        return ""
    mention = facts.incident.samples[0]
    text = " ".join(mention.text.split())
    text = text if len(text) <= SAMPLE else text[: SAMPLE - 1].rstrip() + "…"
    return say(facts.language, "page.sample", text=text, who=_who(mention), source=mention.source)


def _who(mention: Mention) -> str:
    author = mention.author
    if author is None:
        return "?"
    return f"@{author.handle}" if author.handle else author.name or author.id or "?"


def _steps(facts: PageFacts) -> list[str]:
    if not facts.first_steps:
        return []
    steps = [f"{count}. {step}" for count, step in enumerate(facts.first_steps[:3], 1)]
    return ["\n".join((say(facts.language, "page.do", title=facts.playbook), *steps))]


def _fit(text: str, most: int) -> str:
    """At most ``most`` bytes, whole characters."""
    raw = text.encode()
    return text if len(raw) <= most else raw[: most - 3].decode(errors="ignore").rstrip() + "…"
