"""What people talk about, in a page: the topics on a line where there is room, and what happened in their own
sentences.
"""

from sentinel.harmless import quotable
from sentinel.matching.pseudonyms import called
from sentinel.mention import Mention
from sentinel.notify.fit import fit
from sentinel.notify.page_facts import PageFacts
from sentinel.phrases.phrases import say

TOPICS, LINE = 3, 130
"""Topics that a page names, and bytes of the line."""
LEFT = 330
"""Bytes that must be left behind it, for a voice and what to do first."""
NAME = 40
"""Bytes of whom and of what source a quote names."""
SENTENCE = 160
"""Characters of a sentence that a page shows: whole, or not at all."""


def talked_about(facts: PageFacts, room: int) -> list[str]:
    """The topics, the first three at most; none where something that matters more would have to go."""
    topics = facts.talk.topics[:TOPICS] if facts.talk is not None else ()
    if not topics:
        return []
    line = say(facts.language, "page.talk", topics=fit(quotable(" · ".join(each.name for each in topics)), LINE))
    return [line] if room - len(line.encode()) - 1 >= LEFT else []


def told(facts: PageFacts, room: int) -> list[str]:
    """What happened in two sentences, or in the one that fits, each with who says it."""
    lines: list[str] = []
    for each in facts.talk.sentences if facts.talk is not None else ():
        who, source = quoted_from(each.post.mention, facts.language)
        line = say(facts.language, "page.sample", text=each.text, who=who, source=source)
        room -= len(line.encode()) + 1
        if len(each.text) > SENTENCE or room < 0:
            break
        lines.append(line)
    return lines


def quoted_from(mention: Mention, language: str) -> tuple[str, str]:
    """Whom and which source a quote names."""
    return fit(quotable(_who(mention, language)), NAME), fit(quotable(mention.source), NAME)


def _who(mention: Mention, language: str) -> str:
    author = mention.author
    if author is None:
        return "?"
    return called(author, language) or author.id or "?"
