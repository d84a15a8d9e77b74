"""``/playbooks``: every playbook at hand by language, what chooses it, and how it reads when it is filled with an
example.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from sentinel.config.base import Language
from sentinel.config.schema import Config
from sentinel.mention import Author, Mention
from sentinel.phrases.phrases import say
from sentinel.playbooks.checklist import items
from sentinel.playbooks.choose import MIN_POINTS
from sentinel.playbooks.facts import CrisisFacts, Criteria, Owner
from sentinel.playbooks.playbook import Playbook
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.playbooks.reader import shipped_folder
from sentinel.playbooks.rehearsal import RICH
from sentinel.playbooks.render import Rendered, render
from sentinel.scoring.assessment import Evidence
from sentinel.web.access.visible import ports_of
from sentinel.web.checklists import Checklist
from sentinel.web.pages.card import person
from sentinel.web.pages.drafts import ShownDraft, reply_drafts, statement_drafts
from sentinel.web.pages.guide import Guide, guide_of
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for

PATH = "/playbooks"
EVIDENCE = (
    Evidence(
        signal="volume",
        key="evidence.volume",
        facts=(("times", 14.2), ("count", 120.0), ("minutes", 30), ("usual", 8.0)),
    ),
    Evidence(
        signal="negativity",
        key="evidence.negativity",
        facts=(("share", 75.0), ("minutes", 30), ("count", 90.0), ("voices", 120.0)),
    ),
)
SAMPLES = ("sample_1", "sample_2", "sample_3")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookLine:
    """A playbook in the list; ``place`` is its place among those of its name and language."""

    playbook: Playbook
    own: bool
    place: int

    @property
    def address(self) -> str:
        """Of its page, below `PATH`."""
        rest = f"&of={self.place}" if self.place else ""
        return f"?in={self.playbook.language}{rest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookView:
    """One playbook, filled with an example. ``cues`` are (words, weight), the weightiest first."""

    line: PlaybookLine
    guide: Guide
    statements: tuple[ShownDraft, ...]
    replies: tuple[ShownDraft, ...]
    cues: list[tuple[str, float]]
    origin: str


async def get_playbooks(request: web.Request) -> web.Response:
    """The list, the reader's language first."""
    words, playbooks = words_for(request), ports_of(request).playbooks()
    languages = sorted((each.value for each in Language), key=lambda each: each != words.language)
    return page(
        request,
        "playbooks.html",
        words,
        title=words.said("playbooks.title"),
        s=words.sayer("playbooks"),
        path_=PATH,
        groups=[(language, _lines(playbooks, language)) for language in languages],
    )


async def get_playbook(request: web.Request) -> web.Response:
    """One; 404 for a name that no playbook has."""
    words, ports, name = words_for(request), ports_of(request), request.match_info["name"]
    playbooks = ports.playbooks()
    there = {
        language.value: [line for line in _lines(playbooks, language.value) if line.playbook.name == name]
        for language in Language
    }
    if not any(there.values()):
        raise web.HTTPNotFound
    wanted = request.query.get("in", words.language)
    lines = there.get(wanted) or next(each for each in there.values() if each)
    place = request.query.get("of", "0")
    line = (
        lines[int(place)]
        if place.isascii() and place.isdigit() and len(place) < 4 and int(place) < len(lines)
        else lines[0]
    )
    return page(
        request,
        "playbook.html",
        words,
        title=line.playbook.title,
        s=words.sayer("playbooks"),
        view=_view(line, ports.config(), words),
        there={language: found for language, found in there.items() if found},
        least=MIN_POINTS,
        path_=PATH,
        missing=[language for language, found in there.items() if not found],
    )


def example(playbook: Playbook, config: Config, words: Words) -> CrisisFacts:
    """A made-up crisis of a brand of one's own, told to the people who would really be called."""
    brand = next(
        (each for each in config.brands if each.name in playbook.brands or not playbook.brands), config.brands[0]
    )
    level = max(playbook.levels, key=lambda each: each.rank)
    policy = config.policies.get(brand.policy)
    samples = (say(playbook.language, f"playbooks.{key}", brand=brand.name) for key in SAMPLES)
    return replace(
        RICH,
        brand=playbook.brands[0] if playbook.brands else brand.name,
        language=playbook.language,
        zone=words.zone,
        level=level,
        evidence=EVIDENCE,
        samples=tuple(_sample(text, number, words) for number, text in enumerate(samples)),
        opened_at=words.now - timedelta(minutes=20),
        at=words.now,
        owners=tuple(
            Owner(name=person(config, each) or each, after=after)
            for people, after in (policy.waits(level) if policy else ())
            for each in people
        ),
        criteria=Criteria(
            thresholds=config.thresholds_of(brand.name),
            margin=config.scoring.margin,
            leave_after=config.scoring.leave_after,
        ),
        link=None,
    )


def _sample(text: str, number: int, words: Words) -> Mention:
    author = Author(handle=f"example_{number + 1}")
    return Mention(
        source="bluesky",
        id=str(number),
        text=text,
        published_at=words.now - timedelta(minutes=4 * number + 3),
        author=author,
    )


def _lines(playbooks: PlaybookSet, language: str) -> list[PlaybookLine]:
    seen: dict[str, int] = {}
    lines = []
    for each in playbooks:
        if each.language == language:
            place = seen[each.name] = seen.get(each.name, -1) + 1
            lines.append(PlaybookLine(playbook=each, own=not _shipped(each), place=place))
    return sorted(lines, key=lambda line: (line.playbook.title.casefold(), line.place))


def _shipped(playbook: Playbook) -> bool:
    return Path(playbook.origin).is_relative_to(str(shipped_folder()))


def _view(line: PlaybookLine, config: Config, words: Words) -> PlaybookView:
    playbook = line.playbook
    rendered: Rendered = render(playbook, example(playbook, config, words))
    guide = guide_of(Checklist(rendered=rendered, items=items(rendered), ticked={}), config, words, may=False)
    assert guide is not None
    return PlaybookView(
        line=line,
        guide=guide,
        statements=statement_drafts(rendered, words),
        replies=reply_drafts(rendered, words),
        cues=_weightiest(playbook.cues.items()),
        origin=Path(playbook.origin).name if not line.own else playbook.origin,
    )


def _weightiest(cues: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    return sorted(cues, key=lambda each: (-each[1], each[0]))


ROUTES: tuple[web.RouteDef, ...] = (web.get(PATH, get_playbooks), web.get(f"{PATH}/{{name}}", get_playbook))
