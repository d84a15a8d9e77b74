"""A playbook: what to do and say in one type of crisis, in one language; Markdown under YAML front matter.

`reader.py` reads the files, `playbook_set.py` orders them, `choose.py` picks one, `render.py` fills it
with an incident's facts.
"""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Annotated

import msgspec
import yaml

from sentinel.errors import ConfigError, SentinelError
from sentinel.phrases.phrases import catalogue, say
from sentinel.quick_yaml import read_yaml_node
from sentinel.scoring.level import Level


class CrisisType(StrEnum):
    """What kind of trouble it is."""

    OUTAGE = "outage"
    PRODUCT_DEFECT = "product_defect"
    DATA_BREACH = "data_breach"
    OFFENSIVE_CONTENT = "offensive_content"
    MISCONDUCT = "misconduct"
    CUSTOMER_CARE = "customer_care"
    MISINFORMATION = "misinformation"
    BOYCOTT = "boycott"
    COORDINATED_ATTACK = "coordinated_attack"
    GENERIC = "generic"


class Section(StrEnum):
    """The sections every playbook has, in reading order; their headings stand in
    ``phrases/<language>/playbook.yaml``.
    """

    HAPPENING = "happening"
    SEVERITY = "severity"
    FIRST_STEPS = "first_steps"
    REQUESTS = "requests"
    OWNERS = "owners"
    CONSULTATION = "consultation"
    STRATEGY = "strategy"
    HOLDING = "holding"
    DRAFTS = "drafts"
    DO_DONT = "do_dont"
    SPOKESPERSON = "spokesperson"
    STAND_DOWN = "stand_down"
    POST_MORTEM = "post_mortem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """One playbook in one language.

    Parameters
    ----------
    name
        The file's stem; the same in every language.
    levels, brands
        What it is for; empty ``brands`` means all.
    cues
        Words and phrases that point to it, with their weight; a final ``*`` stands for any ending.
    sections
        Heading to Markdown template, in reading order.
    origin
        Where it was read, for messages.
    """

    name: str
    title: str
    language: str
    types: tuple[CrisisType, ...]
    levels: tuple[Level, ...]
    brands: tuple[str, ...]
    sections: dict[str, str]
    cues: dict[str, float]
    origin: str
    lines: dict[str, int]
    """Heading to the line of the file where its text begins."""

    def fits(self, brand: str, level: Level) -> bool:
        """Whether it is meant for this brand at this level. A brand that has calmed down keeps its playbooks."""
        named = not self.brands or brand.casefold() in {b.casefold() for b in self.brands}
        return named and (level is Level.CALM or level in self.levels)

    def line(self, section: Section) -> int:
        """Where a section's text begins in the file; 1 if it has none of its own."""
        return self.lines.get(heading(self.language, section), 1)


class _FrontMatter(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    language: str
    types: Annotated[tuple[CrisisType, ...], msgspec.Meta(min_length=1)]
    levels: Annotated[tuple[Level, ...], msgspec.Meta(min_length=1)] = (Level.WATCH, Level.ALERT, Level.CRISIS)
    brands: tuple[str, ...] = ()
    cues: dict[Annotated[str, msgspec.Meta(min_length=2)], Annotated[float, msgspec.Meta(gt=0, le=10)]] = msgspec.field(
        default_factory=dict
    )


def heading(language: str, section: Section) -> str:
    """A section's heading in a language.

    Examples
    --------
    >>> heading("es", Section.HOLDING)
    'Comunicado de espera'
    """
    return say(language, f"playbook.heading_{section}")


def parse_playbook(path: str, text: str) -> Playbook:
    """A file's text as a playbook; ``path`` gives its name and stands in messages.

    Raises
    ------
    ConfigError
        With every mistake found, each as ``FILE:LINE: what is wrong and what is allowed``.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    end = (
        next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
        if lines and lines[0].rstrip() == "---"
        else None
    )
    if end is None:
        raise ConfigError([f"{path}:1: a playbook begins with YAML front matter between two lines of `---`"])
    front = _front_matter(path, "\n".join(lines[1:end]))
    sections, begins, problems = _sections(path, front.language, lines, end + 1)
    if problems:
        raise ConfigError(problems)
    pure = PurePath(path)
    return Playbook(
        name=pure.stem,
        title=front.title,
        language=front.language,
        types=front.types,
        levels=front.levels,
        brands=front.brands,
        sections=sections,
        cues=front.cues,
        origin=path,
        lines=begins,
    )


_AT = re.compile(r" - at `\$\.?(?:key in )?(\w*)")


def _front_matter(path: str, text: str) -> _FrontMatter:
    try:
        node, values = _yaml(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise ConfigError([f"{path}:{line}: the front matter is no YAML: {error.problem}"]) from None
    except yaml.YAMLError as error:
        raise ConfigError([f"{path}:1: the front matter is no YAML: {str(error).splitlines()[0]}"]) from None
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        raise ConfigError([f"{path}:2: the front matter holds no keys; `title`, `language` and `types` are required"])
    lines = {str(key.value): key.start_mark.line + 2 for key, _ in node.value}
    try:
        front = msgspec.convert(values, _FrontMatter)
    except msgspec.ValidationError as error:
        reason, _, _ = str(error).partition(" - at `")
        found = _AT.search(str(error))
        key = found.group(1) if found else ""
        unknown = re.search(r"unknown field `(\w+)`", reason)
        where = lines.get(unknown.group(1) if unknown else key, 2)
        raise ConfigError([f"{path}:{where}: {key + ': ' if key else ''}{reason[:1].lower()}{reason[1:]}"]) from None
    try:
        catalogue(front.language)
    except SentinelError as error:
        raise ConfigError([f"{path}:{lines['language']}: language: {error}"]) from None
    folder = PurePath(path).parent.name
    if len(folder) == 2 and folder != front.language:
        raise ConfigError(
            [f"{path}:{lines['language']}: language: {front.language!r} in the folder {folder!r}; make them agree"]
        )
    return front


def _yaml(text: str) -> tuple[yaml.Node | None, object]:
    try:
        return read_yaml_node(text)
    except yaml.YAMLError:  # what is wrong is said in the words of the slow reader
        return yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)


def _sections(
    path: str, language: str, lines: list[str], start: int
) -> tuple[dict[str, str], dict[str, int], list[str]]:
    """What stands under each ``## heading``, at which line, and what is wrong with the body."""
    known = [heading(language, section) for section in Section]
    found: dict[str, list[str]] = {}
    begins: dict[str, int] = {}
    problems: list[str] = []
    current: str | None = None
    for number, line in enumerate(lines[start:], start + 1):
        if line.startswith("## "):
            current = line[3:].strip()
            if current in found:
                problems.append(f"{path}:{number}: the section {current!r} stands there twice; join them")
            elif current not in known and (close := difflib.get_close_matches(current, known, n=1, cutoff=0.75)):
                problems.append(
                    f"{path}:{number}: the section {current!r} is unknown; write "
                    f"{close[0]!r}, or a clearly different heading"
                )
            found.setdefault(current, [])
        elif current is None:
            if line.strip():
                problems.append(f"{path}:{number}: text before the first `## ` heading; move it under one")
        elif line.strip() or found[current]:
            begins.setdefault(current, number)
            found[current].append(line)
    if not found:
        problems.append(f"{path}:{len(lines)}: no section; write at least one `## ` heading, such as {known[2]!r}")
    return {title: "\n".join(body).rstrip() for title, body in found.items()}, begins, problems
