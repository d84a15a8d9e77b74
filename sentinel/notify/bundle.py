"""What goes out for one row, or for several of one contact that go together: short enough for every service, the worst
first.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sentinel.notify.base import Delivery, Message, MessageKind, Urgency
from sentinel.notify.fit import MOST, fit
from sentinel.phrases.phrases import say, span

DELAYED = timedelta(minutes=2)
TITLE = 120
"""Bytes of a title."""
ENTRY, NAMES = 160, 200
"""Bytes of one title among others, its link apart; and of the names of those for which no line was left."""


def as_sent(rows: Sequence[Delivery], now: datetime, *, unwritten: bool = False) -> Message:
    """One message for all of them.

    It says itself that it may have come before, that it comes late, or that it stands on no disk.
    """
    message = rows[0].message if len(rows) == 1 else bundle([row.message for row in rows])
    late = now - min(row.created_at for row in rows)
    marks = [say(message.language, "page.repeat")] if any(row.ambiguous for row in rows) else []
    if late > DELAYED:
        marks.append(say(message.language, "page.delayed", span=span(message.language, late)))
    if unwritten:
        marks.append(say(message.language, "watch.unwritten"))
    return replace(message, title=" ".join((message.title, *marks)), key=rows[0].key)


def bundle(messages: Sequence[Message]) -> Message:
    """Several messages as one: how many and which in the title, each with its own line and link as far as they fit, the
    others by name.
    """
    first = messages[0]
    page = any(message.kind is MessageKind.PAGE for message in messages)
    briefs = [message.brief or message.title for message in messages]
    title = say(
        first.language,
        "bundle.title_page" if page else "bundle.title_news",
        count=len(messages),
        names=", ".join(briefs),
    )
    return Message(
        kind=MessageKind.PAGE if page else MessageKind.UPDATE,
        urgency=Urgency.ALERT if page else Urgency.QUIET,
        language=first.language,
        title=fit(title, TITLE),
        body=_body(first.language, messages, briefs),
        brief=fit(", ".join(briefs), NAMES),
    )


def _body(language: str, messages: Sequence[Message], briefs: Sequence[str]) -> str:
    lines: list[str] = []
    for place, message in enumerate(messages):
        line = "\n".join(part for part in (fit(message.title, ENTRY), message.link or "") if part)
        left = len(messages) - place - 1
        tail = _others(language, briefs[place + 1 :]) if left else ""
        if len("\n".join((*lines, line, tail)).encode()) > MOST:
            return fit("\n".join((*lines, _others(language, briefs[place:]))), MOST)
        lines.append(line)
    return "\n".join(lines)


def _others(language: str, briefs: Sequence[str]) -> str:
    return say(language, "bundle.others", count=len(briefs), names=fit(", ".join(briefs), NAMES))
