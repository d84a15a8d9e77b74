"""A playbook's ready words as a person copies them from a phone: what each is for, the text as it will be posted, how
long it is.
"""

from dataclasses import dataclass

from sentinel.playbooks.length import graphemes
from sentinel.playbooks.render import Rendered
from sentinel.web.pages.words import Words

LINE = 38
"""Characters that a line of a narrow phone holds: how high a box is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDraft:
    """One text; ``over`` when its channel would not take it."""

    label: str
    text: str
    length: str
    over: bool = False

    @property
    def rows(self) -> int:
        """Lines of the box that shows all of it."""
        return sum(1 + len(line) // LINE for line in self.text.splitlines())


def statement_drafts(rendered: Rendered, words: Words) -> tuple[ShownDraft, ...]:
    """The first word in public, for each channel, against what the channel takes."""
    drafts = []
    for channel, text in rendered.holding_statements.items():
        count, limit = channel.measure(text), channel.limit
        over = limit is not None and count > limit
        key = "length" if limit is None else "length_over" if over else "length_of"
        length = words.said(f"phone.{key}", count=count, limit=limit, over=count - limit if limit is not None else 0)
        drafts.append(ShownDraft(label=words.word("channel", channel), text=text, length=length, over=over))
    return tuple(drafts)


def reply_drafts(rendered: Rendered, words: Words) -> tuple[ShownDraft, ...]:
    """Answers by the tone of the post they answer."""
    return tuple(
        ShownDraft(
            label=" · ".join(part for part in (words.word("tone", reply.tone), reply.form) if part),
            text=reply.text,
            length=words.said("phone.length", count=graphemes(reply.text)),
        )
        for reply in rendered.draft_replies
    )
