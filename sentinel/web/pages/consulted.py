"""What an area of the house was asked about a mention: on the request's timeline, and what may be done now."""

from dataclasses import dataclass

from sentinel.config.schema import Config
from sentinel.playbooks.escape import plain
from sentinel.requests.consultation import QUESTION, DelegatedAuthority, QuickAnswer, playbook_for
from sentinel.requests.request_record import RequestState, RequestStep
from sentinel.store.heard_mention import HeardMention
from sentinel.web.pages.card import person
from sentinel.web.pages.words import Words

NAME_LENGTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationLine:
    """How it stands.

    Parameters
    ----------
    waits
        Until when an area has time to answer, and whether it is still in the configuration; empty when none is asked.
    late
        Whether that time is over.
    may
        What whoever asked may do now, since nobody answered; empty otherwise. ``playbook`` has the words for it, and
        ``called`` its sort.
    areas
        Those that may be asked now, by key and label.
    suggestion
        What is mostly asked about such a mention.
    """

    waits: str = ""
    late: bool = False
    may: str = ""
    playbook: str = ""
    called: str = ""
    areas: tuple[tuple[str, str], ...] = ()
    suggestion: str = ""


def consultation_line(each: HeardMention, config: Config, words: Words) -> ConsultationLine:
    """How it stands with a mention."""
    record, waits, late, may, playbook = each.request, "", False, "", playbook_for(each.asks)
    if (asked := record.consulted) is not None and asked.until is not None:
        late = words.now >= asked.until
        facts = {"area": area_called(asked.area, config, words), "at": words.clock(asked.until)}
        waits = words.said("consultation.waits_late", **facts) if late else words.said("consultation.waits", **facts)
        if asked.area not in config.areas:
            waits = f"{waits} {words.said('consultation.area_gone', area=facts['area'])}"
    called = words.said(f"playbooks.type_{playbook}")
    if (unanswered := record.unanswered) is not None:
        may, playbook = _may(unanswered, called, words), playbook if _delegates(unanswered) else ""
    free = record.consulted is None and record.closed_at is None and not each.shared
    brands = tuple(one.brand for one in each.hearing.brands)
    areas = {key: area for key, area in config.areas.items() if area.covers(brands)} if free else {}
    return ConsultationLine(
        waits=waits,
        late=late,
        may=may,
        playbook=playbook if may else "",
        called=called,
        areas=tuple((key, area.labels(key)[words.language]) for key, area in areas.items()),
        suggestion=words.said(f"consultation.suggest_{each.asks}") if areas else "",
    )


def turn_said(step: RequestStep, config: Config, words: Words) -> str:
    """A consultation's part of a request's timeline, on a line."""
    by = plain(person(config, step.by) or step.by, NAME_LENGTH)
    note = answer_said(step.quick, step.note, words)
    facts = {"at": words.clock(step.at), "area": area_called(step.area, config, words)}
    if step.turn == "overdue":
        return words.said("consultation.did_overdue", **facts)
    key = "consultation.did_asked" if step.state is RequestState.CONSULTING else "consultation.did_answered"
    return words.said(key, by=by, note=note, **facts)


def answer_said(quick: QuickAnswer | None, text: str, words: Words) -> str:
    """A press and a text on one line."""
    pressed = words.said(f"consultation.quick_{quick}") if quick else ""
    return ". ".join(part for part in (pressed, plain(text, QUESTION)) if part)


def area_called(key: str, config: Config, words: Words) -> str:
    """An area's label; of one that is gone, its key."""
    area = config.areas.get(key)
    return area.labels(key)[words.language] if area is not None else plain(key, NAME_LENGTH)


def _delegates(step: RequestStep) -> bool:
    return step.authority not in (None, DelegatedAuthority.NOTHING)


def _may(step: RequestStep, playbook: str, words: Words) -> str:
    if not _delegates(step):
        return words.said("consultation.may_nothing")
    return words.said(f"consultation.may_{step.authority}", playbook=playbook)
