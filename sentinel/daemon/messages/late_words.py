"""Tells one person of requests that nobody took in their time."""

from collections.abc import Sequence
from urllib.parse import quote as quoted

from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.daemon.messages.consultation_words import quote
from sentinel.harmless import quotable
from sentinel.mention import Mention
from sentinel.notify.base import Message, MessageKind, Urgency
from sentinel.notify.fit import MOST, fit
from sentinel.phrases.phrases import say

SHOWN = 2
"""Posts that a message quotes."""


def late_message(
    briefing: MessageBuilder, contact: str, brand: str, count: int, mentions: Sequence[Mention]
) -> Message:
    """Quieter than any page; the newest posts, and where all of them are."""
    language, called = briefing.language_of(contact), quotable(brand)
    url = f"{briefing.base_url}/requests?brand={quoted(brand)}"
    many = "one" if count == 1 else "many"
    lines = [say(language, f"consultation.late_body_{many}")]
    for mention in mentions[:SHOWN]:
        lines += quote(mention, language)
    if count > SHOWN:
        lines.append(say(language, "consultation.late_more", count=count - SHOWN))
    facts = {"brand": called} if count == 1 else {"brand": called, "count": count}
    title = say(language, f"consultation.late_title_{many}", **facts)
    return Message(
        kind=MessageKind.DESK,
        urgency=Urgency.QUIET,
        language=language,
        title=title,
        body=f"{fit(chr(10).join(lines), MOST - len(url.encode()) - 1)}\n{url}",
        link=url,
        brief=called,
    )
