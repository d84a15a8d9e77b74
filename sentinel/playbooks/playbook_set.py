"""Every playbook at hand, the user's own before the shipped ones, each made whole.

Built once by `reader.py`; `choose.py` takes from it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sentinel.errors import ConfigError
from sentinel.playbooks.playbook import Playbook, Section, heading

GENERIC = "generic"
"""Name of the playbook that lends its sections to those that leave one out, and stands in when nothing points
elsewhere.
"""


@dataclass(frozen=True, slots=True)
class PlaybookSet:
    """Playbooks in order of precedence; every one has every section."""

    playbooks: tuple[Playbook, ...]

    @classmethod
    def of(cls, playbooks: Iterable[Playbook]) -> "PlaybookSet":
        """A set of these, first come first chosen.

        A playbook for all brands hides later ones of its name and language. A section that one leaves out is taken from
        the next of the same name, and failing that from `GENERIC`; cues from the next of the same name.

        Raises
        ------
        ConfigError
            When a section is to be had nowhere.
        """
        kept: list[Playbook] = []
        every = list(playbooks)
        for playbook in every:
            if not any(_hides(earlier, playbook) for earlier in kept):
                kept.append(playbook)
        whole, problems = [], []
        for playbook in kept:
            complete, missing = _complete(playbook, every)
            whole.append(complete)
            if missing:
                problems.append(
                    f"{playbook.origin}:1: lacks the sections {', '.join(map(repr, missing))}; "
                    f"write them, here or in {GENERIC}.md"
                )
        if problems:
            raise ConfigError(problems)
        return cls(tuple(whole))

    def __iter__(self) -> Iterator[Playbook]:
        return iter(self.playbooks)

    def get(self, name: str, language: str) -> Playbook | None:
        """The first playbook of a name in a language: what a person picks by hand."""
        return next((p for p in self.playbooks if (p.name, p.language) == (name, language)), None)


def _hides(earlier: Playbook, later: Playbook) -> bool:
    same = (earlier.name, earlier.language) == (later.name, later.language)
    return same and not earlier.brands and set(later.levels) <= set(earlier.levels)


def _complete(playbook: Playbook, every: list[Playbook]) -> tuple[Playbook, list[str]]:
    """The playbook with all sections in reading order, its own extra ones last; and the headings nobody has."""
    kin = [p for p in every if p.language == playbook.language and p is not playbook and not p.brands]
    lenders = [playbook, *(p for p in kin if p.name == playbook.name), *(p for p in kin if p.name == GENERIC)]
    known = [heading(playbook.language, section) for section in Section]
    sections = {
        title: body
        for title in known
        if (body := next((p.sections[title] for p in lenders if title in p.sections), None)) is not None
    }
    missing = [title for title in known if title not in sections]
    extra = {title: body for title, body in playbook.sections.items() if title not in sections}
    cues = next((p.cues for p in lenders if p.cues and p.name == playbook.name), {})
    return replace(playbook, sections=sections | extra, cues=cues), missing
