"""Fills a playbook with an incident's facts: sandboxed Jinja over Markdown, strangers' words made harmless first.

After `choose.py`; what comes out goes to the incident's page (whole) and, as ``first_steps``, to the phone.
"""

import dataclasses
import re
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sentinel.phrases.phrases import say
from sentinel.playbooks.facts import CrisisFacts
from sentinel.playbooks.length import shorten
from sentinel.playbooks.placeholders import Placeholders, places
from sentinel.playbooks.playbook import Playbook, Section, heading
from sentinel.playbooks.reply import DraftReply, replies
from sentinel.playbooks.statement import Channel, statements

STEPS_ON_A_PAGE = 3
STEP_LENGTH = 90
_STEP = re.compile(r"[-*] +\[[ xX]\] +(.+)")
_LEAD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A playbook filled with facts.

    ``sections`` are (heading, Markdown); statements and replies are plain text, ready to post.
    """

    title: str
    language: str
    sections: tuple[tuple[str, str], ...]
    first_steps: tuple[str, ...]
    holding_statements: dict[Channel, str]
    draft_replies: tuple[DraftReply, ...]

    @property
    def too_long(self) -> tuple[Channel, ...]:
        """Channels whose statement must be shortened by hand before it can be posted."""
        return tuple(
            c for c, text in self.holding_statements.items() if c.limit is not None and c.measure(text) > c.limit
        )

    def to_markdown(self) -> str:
        """The whole playbook as one document."""
        return f"# {self.title}\n\n" + "\n\n".join(f"## {title}\n\n{body}" for title, body in self.sections) + "\n"


class Unfilled(Exception):
    """A section whose template cannot be filled; ``line`` counts within it, from 1."""

    def __init__(self, reason: str, line: int | None) -> None:
        super().__init__(reason)
        self.line = line


_environment = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)
_environment.globals.clear()


def render(playbook: Playbook, facts: CrisisFacts, *, why: str | None = None) -> Rendered:
    """The playbook filled with the facts; ``why`` is the evidence for choosing it (`Choice.why`), ``None`` when a
    person did.

    A section that cannot be filled says so in its place and the others stand: in a crisis most of a playbook beats
    none. `rehearse` in ``rehearsal.py`` finds such sections beforehand.
    """
    language = playbook.language
    names = places(facts, language, why or say(language, "playbook.by_hand"))
    sections: dict[str, str] = {}
    for title, template in playbook.sections.items():
        try:
            sections[title] = fill(template, names)
        except Unfilled as error:
            sections[title] = say(language, "playbook.unfilled", section=title, reason=shorten(str(error), 200))
    return Rendered(
        title=f"{playbook.title} · {names.brand}",
        language=language,
        sections=tuple(sections.items()),
        first_steps=_first_steps(sections.get(heading(language, Section.FIRST_STEPS), "")),
        holding_statements=statements(language, sections.get(heading(language, Section.HOLDING), "")),
        draft_replies=replies(language, sections.get(heading(language, Section.DRAFTS), "")),
    )


def fill(template: str, names: Placeholders) -> str:
    """One section's Markdown.

    Raises
    ------
    Unfilled
        Whatever is wrong with the template, from a misspelt name to an attempt to leave the sandbox.
    """
    try:
        return (
            _compiled(template).render({f.name: getattr(names, f.name) for f in dataclasses.fields(names)}).strip("\n")
        )
    except TemplateSyntaxError as error:
        raise Unfilled(str(error.message), error.lineno) from None
    except Exception as error:  # a template can fail in any way its author finds, and none may take the daemon along
        trace, line = error.__traceback__, None
        while trace is not None:
            line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == "<template>" else line
            trace = trace.tb_next
        raise Unfilled(str(error), line) from None


def _first_steps(section: str) -> tuple[str, ...]:
    """The first check boxes, each by its bold lead where it has one: short enough for a phone."""
    steps = [match[1] for line in section.splitlines() if (match := _STEP.fullmatch(line.strip()))]
    leads = [
        lead[1].rstrip(" .:") if (lead := _LEAD.match(step)) else step.replace("**", "")
        for step in steps[:STEPS_ON_A_PAGE]
    ]
    return tuple(shorten(lead, STEP_LENGTH) for lead in leads)


@lru_cache(maxsize=1024)
def _compiled(template: str) -> Template:
    return _environment.from_string(template)
