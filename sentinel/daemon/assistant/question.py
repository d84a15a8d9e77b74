"""What the assistant is asked, and what of its answer is kept.

Posts are strangers' words and may try to give orders: they are sent as JSON, named as data; and whatever comes back is
plain text, without links, which nobody acts on.
"""

import json
import re
from collections.abc import Sequence

import msgspec

from sentinel.harmless import one_line, quotable
from sentinel.phrases.phrases import say
from sentinel.store.assistant_store import AssistantTextKind
from sentinel.topics.brand_talk import BrandTalk
from sentinel.topics.said_post import SaidPost

POSTS, POST, READ = 12, 400, 4_000
"""Posts that are sent, characters of each, and those of it that are read: strangers write as much as they like."""
ANSWER = 1_500
"""Characters that are kept."""
LINES = 12
_CALLED = re.compile(r"@\w[\w.@-]*")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+\b")
_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\([^)\n]{0,500}\)")
_MARKS = re.compile(r"^[#>\s]+|[*_`]{1,3}")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


class ChatLine(msgspec.Struct, frozen=True):
    """One message of a chat."""

    role: str
    content: str


def question(kind: AssistantTextKind, brand: str, talk: BrandTalk, language: str) -> tuple[ChatLine, ...]:
    """The chat that asks for a text about what is talked about."""
    posts = [
        {"person": number, "label": each.label.value, "post": without_people(each.mention.whole_text[:READ])[:POST]}
        for number, each in enumerate(posts_of(talk), 1)
    ]
    topics = [{"topic": each.name, "people": each.people} for each in talk.topics]
    facts = json.dumps({"brand": brand, "topics": topics, "posts": posts}, ensure_ascii=False)
    return (
        ChatLine("system", f"{say(language, f'assistant.ask_{kind}', brand=brand)} {say(language, 'assistant.rules')}"),
        ChatLine("user", facts),
    )


def posts_of(talk: BrandTalk) -> list[SaidPost]:
    """The posts that are sent: those of the sentences, then those of the topics, each once."""
    found = {each.number: each for each in talk.quoted}
    return list(found.values())[:POSTS]


def without_people(text: str) -> str:
    """A post without handles and addresses.

    Examples
    --------
    >>> without_people("@ana mira https://x.example/ana y llama a ana@x.example")
    '@… mira … y llama a …'
    """
    return _CALLED.sub("@…", _ADDRESS.sub("…", one_line(text)))


def kept_answer(text: str) -> str:
    """What of an answer is kept: lines of plain text, their addresses leading nowhere; empty where nothing is left.

    Examples
    --------
    >>> kept_answer("**Resumen**\\n\\n- Hay un [apagón](https://evil.example) en toda España. https://evil.example")
    'Resumen\\n- Hay un apagón en toda España. …'
    """
    lines = []
    for raw in _THOUGHT.sub("", text[: 20 * ANSWER])[: 4 * ANSWER].split("\n"):
        line = quotable(_ADDRESS.sub("…", _LINK.sub(r"\1", _MARKS.sub("", raw))))
        if line:
            lines.append(line)
    whole = "\n".join(lines[:LINES])
    return whole if len(whole) <= ANSWER else whole[: ANSWER - 1].rstrip() + "…"


def guessed_tokens(chat: Sequence[ChatLine], answer: str) -> int:
    """How many it took, where the server does not say: a token is three characters or so."""
    return (sum(len(each.content) for each in chat) + len(answer)) // 3 + 1
