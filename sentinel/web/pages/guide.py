"""A playbook as the pages show it: its sections as HTML, and in them the check boxes that people tick, with who did and
when.

A check box is a button, so that it works without a script: pressing it posts the form around its section.
"""

from dataclasses import dataclass

from aiohttp import web
from markupsafe import Markup

from sentinel.config.schema import Config
from sentinel.playbooks.checklist import Item
from sentinel.playbooks.markdown import to_html
from sentinel.playbooks.playbook import Section, heading
from sentinel.web.checklists import Checklist
from sentinel.web.pages.card import person
from sentinel.web.pages.words import Words

OPEN_SECTIONS = (Section.FIRST_STEPS,)
"""What the first minutes need; a tap opens the others, so that a phone shows the whole playbook at a glance. The
holding statement stands, ready to copy, among the drafts.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideSection:
    """One section; ``open`` when it stands open, ``done`` of ``total`` items are ticked."""

    place: int
    heading: str
    html: Markup
    open: bool
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A playbook as it is shown."""

    title: str
    first_steps: tuple[str, ...]
    sections: tuple[GuideSection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """Draws check boxes.

    Parameters
    ----------
    may
        Whether the reader may tick.
    """

    checklist: Checklist
    config: Config
    words: Words
    may: bool

    def draw(self, item: Item, number: int, text: Markup) -> Markup:
        """The inside of one list item; ``number`` is its own on the page."""
        ticked = self.checklist.ticked.get(item.key)
        if self.may:
            box = Markup(
                '<button class="tick" name="{}" value="{}" role="checkbox" '
                'aria-checked="{}" aria-labelledby="item-{}"></button>'
            )
            box = box.format("untick" if ticked else "tick", item.key, "true" if ticked else "false", number)
        else:
            label = self.words.said("incident.item_done" if ticked else "incident.item_open")
            box = Markup('<span class="tick" role="img" aria-label="{}" data-done="{}"></span>').format(
                label, "yes" if ticked else "no"
            )
        who = Markup("")
        if ticked is not None:
            name = person(self.config, ticked.by) or ticked.by
            who = Markup(' <span class="soft">{} · {}</span>').format(name, self.words.clock(ticked.at))
        state = Markup(' class="done"') if ticked else Markup("")
        return Markup('{}<span id="item-{}"{}>{}</span>{}').format(box, number, state, text, who)


def opened_section(request: web.Request) -> int | None:
    """The section that somebody is just working in."""
    section = request.query.get("section", "")
    return int(section) if section.isascii() and section.isdecimal() and len(section) < 4 else None


def guide_of(
    checklist: Checklist | None, config: Config, words: Words, *, may: bool, opened: int | None = None
) -> Guide | None:
    """The playbook as the pages show it; ``opened`` is a section that somebody is just working in."""
    if checklist is None:
        return None
    rendered, boxes = checklist.rendered, Boxes(checklist=checklist, config=config, words=words, may=may)
    stand_open = {heading(rendered.language, section) for section in OPEN_SECTIONS}
    waiting = iter(enumerate(checklist.items))
    sections = []
    for place, (title, markdown) in enumerate(rendered.sections):
        own = [item for item in checklist.items if item.section == title]

        def box(text: Markup, _: bool) -> Markup:
            number, item = next(waiting)
            return boxes.draw(item, number, text)

        sections.append(
            GuideSection(
                place=place,
                heading=title,
                html=to_html(markdown, box),
                open=title in stand_open or place == opened,
                done=sum(item.key in checklist.ticked for item in own),
                total=len(own),
            )
        )
    return Guide(title=rendered.title, first_steps=rendered.first_steps, sections=tuple(sections))
