"""Draft replies: several for each tone of a post, so that no two answers read as pasted.

Taken by `render.py` from the filled section, where they stand as numbered lists under ``### <tone>`` or ``### <tone> ·
<form>``.
"""

import re
import zlib
from dataclasses import dataclass
from enum import StrEnum

from sentinel.phrases.phrases import say
from sentinel.playbooks.sections import passages

_NUMBERED = re.compile(r"\d+[.)] +(.+)")


class Tone(StrEnum):
    """How a post is meant, and so how it wants to be answered; headings in ``phrases/<language>/playbook.yaml``."""

    ANGRY = "angry"
    WORRIED = "worried"
    IRONIC = "ironic"
    ASKING = "asking"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReply:
    """One way to answer a post of one tone; ``form`` is the form of address (``tú``, ``usted``) where the language has
    two.
    """

    tone: Tone
    form: str | None
    text: str


def replies(language: str, section: str) -> tuple[DraftReply, ...]:
    """Every draft in the order it stands there."""
    tones = {say(language, f"playbook.tone_{tone}").casefold(): tone for tone in Tone}
    found: list[DraftReply] = []
    for title, body in passages(section):
        tone, _, form = (part.strip() for part in title.partition("·"))
        if tone.casefold() in tones:
            texts = (match[1].strip() for line in body.splitlines() if (match := _NUMBERED.fullmatch(line.strip())))
            found += [DraftReply(tone=tones[tone.casefold()], form=form or None, text=text) for text in texts]
    return tuple(found)


def reply_for(drafts: tuple[DraftReply, ...], tone: Tone, form: str | None, key: tuple[str, str]) -> DraftReply | None:
    """The draft to begin with for the mention of this key: always the same one for it, another for its neighbours."""
    fitting = [d for d in drafts if d.tone is tone and d.form == form] or [d for d in drafts if d.tone is tone]
    return fitting[zlib.crc32("\0".join(key).encode("utf-8", "replace")) % len(fitting)] if fitting else None
