"""Words for a person who was asleep a second ago: level and brand first, then why, one voice from outside, what to do,
the link.
"""

from datetime import timedelta

from sentinel.errors import SentinelError
from sentinel.harmless import quotable
from sentinel.incidents.change import NoticeKind
from sentinel.incidents.incident import Incident
from sentinel.notify.base import Message, MessageKind, Urgency
from sentinel.notify.fit import MOST, fit
from sentinel.notify.page_facts import PageFacts
from sentinel.notify.page_talk import quoted_from, talked_about, told
from sentinel.phrases.phrases import number, say, span
from sentinel.scoring.level import Level
from sentinel.signals.evidence import Evidence

SAMPLE = 140
"""Characters of the one voice that is quoted."""
VOICE, WORD = 160, 24
"""Bytes that steps leave to the quote, frame included; and how many of the text make one worth having."""
REASON, STEP, NAMES, LINK = 160, 120, 120, 300
"""Bytes at most of one reason, of one step, of a list of names, of the link."""
SYMBOLS = {Level.CALM: "🟢", Level.WATCH: "🟡", Level.ALERT: "🟠", Level.CRISIS: "🔴"}
_KINDS = {NoticeKind.PAGE: MessageKind.PAGE, NoticeKind.RESOLVED: MessageKind.RESOLVED}


def render(facts: PageFacts) -> Message:
    """The message: a title and at most `MOST` bytes of plain text, in the reader's language."""
    urgency = Urgency.QUIET
    if facts.kind is NoticeKind.PAGE:
        urgency = Urgency.CRISIS if facts.incident.level is Level.CRISIS else Urgency.ALERT
    elif facts.kind is NoticeKind.EXPIRING:
        urgency = Urgency.ALERT
    return Message(
        kind=_KINDS.get(facts.kind, MessageKind.UPDATE),
        urgency=urgency,
        language=facts.language,
        title=_title(facts),
        body=_body(facts),
        link=facts.link,
        buttons=facts.buttons,
        brief=_brief(facts.incident),
    )


def _brief(incident: Incident) -> str:
    """``Acme 72``."""
    if incident.score is None:
        return quotable(incident.brand)
    return f"{quotable(incident.brand)} {'≥' if incident.at_least else ''}{incident.score:.0f}"


def _title(facts: PageFacts) -> str:
    i, language = facts.incident, facts.language
    if facts.false_alarm:
        return say(language, "phone.title_false_alarm", brand=quotable(i.brand), by=_by(facts))
    score = say(language, "page.unknown") if i.score is None else f"{i.score:.0f}"
    if i.at_least:
        score = say(language, "page.at_least", score=score)
    level = say(language, f"page.level_{i.level.value}")
    key = "title"
    if i.drill and facts.kind is NoticeKind.RESOLVED:
        return say(
            language, "paging.title_drill", title=say(language, "paging.title_drill_over", brand=quotable(i.brand))
        )
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
    title = say(
        language,
        f"page.{key}",
        symbol=SYMBOLS[i.level],
        level=level,
        brand=quotable(i.brand),
        score=score,
        previous=previous,
        by=_by(facts),
    )
    return say(language, "paging.title_drill", title=title) if i.drill else title


def _body(facts: PageFacts) -> str:
    if facts.kind is NoticeKind.PAGE:
        return _page(facts)
    i, language = facts.incident, facts.language
    key = f"page.body_{facts.kind.value}"
    if facts.kind is NoticeKind.RESOLVED and facts.by:
        key = "phone.body_false_alarm" if facts.false_alarm else "page.body_resolved_by"
    if facts.kind is NoticeKind.UPDATE and facts.previous is None:
        key = "page.body_fresh"
    body = say(
        language,
        key,
        brand=quotable(i.brand),
        level=say(language, f"page.level_{i.level.value}"),
        previous=say(language, f"page.level_{facts.previous.value}") if facts.previous else "",
        score=_score(facts),
        by=_by(facts),
        peak=f"{i.peak_score:.0f}",
        span=span(language, facts.at - i.opened_at),
    )
    if i.drill and facts.kind is NoticeKind.RESOLVED:
        body = _drill_over(facts)
    link = _link(facts)
    return "\n".join((fit(body, MOST - len(link.encode()) - 1), link)) if link else fit(body, MOST)


def _page(facts: PageFacts) -> str:
    """Whatever people write, the first line, the reasons and the link stand; steps leave room for a voice, a voice
    takes what is left.
    """
    tail = _tail(facts)
    lines = [*_drill(facts), _lead(facts), *_authority(facts), *_reasons(facts)]
    lines += talked_about(facts, MOST - _size(*lines, *tail))
    room = MOST - _size(*lines, *tail)
    steps = _steps(facts, room - (VOICE if facts.incident.samples else 0))
    sample = told(facts, room - _size(*steps)) or _sample(facts, room - _size(*steps))
    head = "\n".join((*lines, *sample, *steps))
    return "\n".join((fit(head, MOST - _size(*tail)), *tail))


def _size(*lines: str) -> int:
    """Bytes of lines."""
    return sum(len(line.encode()) + 1 for line in lines)


def _drill(facts: PageFacts) -> list[str]:
    """Nobody may take a rehearsal for the real thing, nor the other way round."""
    return [say(facts.language, "paging.drill")] if facts.incident.drill else []


def _drill_over(facts: PageFacts) -> str:
    """What the drill measured."""
    i, language = facts.incident, facts.language
    if i.acknowledgement is None:
        return say(language, "paging.drill_over_nobody", span=span(language, facts.at - i.opened_at))
    return say(language, "paging.drill_over", by=_by(facts), span=span(language, i.acknowledgement.at - i.opened_at))


def _authority(facts: PageFacts) -> list[str]:
    """What the reader may do alone, since nobody before them answered."""
    if facts.authority is None:
        return []
    may = say(facts.language, f"paging.authority_{facts.authority.value}")
    if not facts.unanswered:
        return [say(facts.language, "paging.may", may=may)]
    return [say(facts.language, "paging.may_since", span=span(facts.language, facts.unanswered), may=may)]


def _tail(facts: PageFacts) -> list[str]:
    link = _link(facts)
    tail = [say(facts.language, "page.acknowledge", link=link)] if link else []
    if facts.following and facts.following_in is not None:
        names, key = fit(quotable(", ".join(facts.following)), NAMES), "page.next_you" if facts.again else "page.next"
        tail.insert(0, say(facts.language, key, contacts=names, span=span(facts.language, facts.following_in)))
    return tail


def _link(facts: PageFacts) -> str:
    """The link, unless it is so long that nothing else would fit; the message carries it apart from the body as
    well.
    """
    return facts.link if facts.link and len(facts.link.encode()) <= LINK else ""


def _by(facts: PageFacts) -> str:
    """Who did it, or somebody."""
    if facts.by:
        return quotable(facts.by)
    return say(facts.language, "page.someone")


def _score(facts: PageFacts) -> str:
    """``92 of 100``, ``at least 85 of 100``, or that nobody knows."""
    score = facts.incident.score
    if score is None:
        return say(facts.language, "page.unknown")
    return say(facts.language, "page.score_at_least" if facts.incident.at_least else "page.score", score=f"{score:.0f}")


def _lead(facts: PageFacts) -> str:
    i, language = facts.incident, facts.language
    since = i.opened_at.astimezone(facts.zone)
    shown = f"{since:%H:%M}" if facts.at - i.opened_at < timedelta(hours=20) else f"{since:%H:%M} ({since:%d/%m})"
    level = say(language, f"page.level_{i.level.value}")
    if i.score is None:
        return say(language, "page.lead_unknown", brand=quotable(i.brand), level=level, since=shown)
    if i.at_least:
        lead = say(
            language,
            "page.lead_at_least",
            brand=quotable(i.brand),
            level=level,
            score=f"{i.score:.0f}",
            since=shown,
            sources=fit(quotable(", ".join(i.unseen)), NAMES),
        )
    else:
        lead = say(language, "page.lead", brand=quotable(i.brand), level=level, score=_score(facts), since=shown)
    return f"{lead} {say(language, 'page.warming')}" if i.warming else lead


def _reasons(facts: PageFacts) -> list[str]:
    i, language = facts.incident, facts.language
    lines = []
    remarks = [each for each in i.evidence if not i.contributions.get(each.signal, 0.0)]
    adding = [each for each in i.evidence if each not in remarks]
    for evidence in sorted(adding, key=lambda each: -i.contributions[each.signal])[:3]:
        points = round(i.contributions.get(evidence.signal, 0.0))
        reason = fit(_reason(language, evidence), REASON)
        lines.append(
            say(
                language,
                "page.point" if points == 1 else "page.points",
                points=number(language, float(points)),
                reason=reason,
            )
        )
    lines += [say(language, "sector.remark", reason=fit(_reason(language, each), REASON)) for each in remarks[:2]]
    return [say(language, "page.why"), *lines] if lines else []


def _reason(language: str, evidence: Evidence) -> str:
    """A signal that somebody added may have no sentence in this language: its name must do, a page must not fail for
    it.
    """
    try:
        return say(language, evidence.key, **{k: quotable(v) if isinstance(v, str) else v for k, v in evidence.facts})
    except SentinelError:
        return evidence.signal


def _sample(facts: PageFacts, room: int) -> list[str]:
    """One voice from outside, cut to fit; none where hardly a word of it would."""
    if not facts.incident.samples:
        return []
    mention = facts.incident.samples[0]
    who, source = quoted_from(mention, facts.language)
    frame = say(facts.language, "page.sample", text="", who=who, source=source)
    text = quotable(mention.text)
    text = text if len(text) <= SAMPLE else text[: SAMPLE - 1].rstrip() + "…"
    most = room - len(frame.encode()) - 1
    if not text or (most < WORD and len(text.encode()) > most):
        return []
    return [say(facts.language, "page.sample", text=fit(text, most), who=who, source=source)]


def _steps(facts: PageFacts, room: int) -> list[str]:
    """What to do first: the playbook's title and as many whole steps as fit, three at most."""
    if not facts.first_steps:
        return []
    lines = [say(facts.language, "page.do", title=fit(facts.playbook, NAMES))]
    lines += [f"{count}. {fit(' '.join(step.split()), STEP)}" for count, step in enumerate(facts.first_steps[:3], 1)]
    while lines and _size(*lines) > room:
        lines.pop()
    return lines if len(lines) > 1 else []
