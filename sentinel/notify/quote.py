"""The quote in a message: whether a line of it is that of a certain post, and the message without it."""

from sentinel.harmless import quotable
from sentinel.mention import Mention
from sentinel.notify.page_talk import quoted_from
from sentinel.phrases.phrases import say
from sentinel.topics.told_sentence import sentences_of

ENOUGH = 20
"""Characters of a post by which its quote is known wherever it stands."""
_MARK = "\0"


def without_quote(body: str, language: str, mention: Mention) -> str:
    """The message, saying that the post is gone in place of each line that quotes it."""
    text, (who, source) = quotable(mention.text), quoted_from(mention, language)
    if not text:
        return body
    before, _, after = say(language, "page.sample", text=_MARK, who=who, source=source).partition(_MARK)
    gone = say(language, "page.sample_deleted")

    told = [each for each in (text[:ENOUGH], *sentences_of(mention.text)) if len(each) >= ENOUGH]

    def quotes(line: str) -> bool:
        if any(each in line for each in told):
            return True
        framed = line.startswith(before) and line.endswith(after) and len(line) >= len(before) + len(after)
        return framed and text.startswith(line[len(before) : len(line) - len(after)].removesuffix("…"))

    return "\n".join(gone if quotes(line) else line for line in body.split("\n"))
