"""Chooses a playbook by rules that a person can read, and shows the evidence; the choice is a suggestion and a human
decides.

1. Only playbooks meant for the brand and the level count. 2. Each type of crisis earns, for every sample post that
holds one of its
cues, the weight of that cue. 3. The type with the most points wins if it has at least `MIN_POINTS`, is ahead of the
next, and was
not named by one post among many; otherwise the generic playbook stands in. 4. Within the type, a playbook that names
the brand goes
first, then the order of the set: one's own before the shipped.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from sentinel.errors import SentinelError
from sentinel.phrases.phrases import REFERENCE, say
from sentinel.playbooks.facts import CrisisFacts
from sentinel.playbooks.playbook import CrisisType, Playbook
from sentinel.playbooks.playbook_set import PlaybookSet

MIN_POINTS = 3.0
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CueFound:
    """A cue and the number of sample posts that hold it."""

    term: str
    weight: float
    mentions: int

    @property
    def points(self) -> float:
        """Weight times posts."""
        return self.weight * self.mentions


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A type of crisis that something points to: which cues, and in how many of the posts read."""

    type: CrisisType
    evidence: tuple[CueFound, ...]
    mentions: int

    @property
    def points(self) -> float:
        """Of all its cues."""
        return sum(cue.points for cue in self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The playbook suggested, why, and what else it could be, likeliest first.

    ``evidence`` is empty when nothing pointed clearly to one type; then ``runners_up`` holds whatever there was.
    """

    playbook: Playbook
    type: CrisisType
    evidence: tuple[CueFound, ...]
    runners_up: tuple[Suspect, ...]
    read: int
    """Sample posts that were looked at."""

    def why(self, language: str) -> str:
        """The evidence as a sentence."""
        if not self.evidence:
            return say(language, "playbook.why_generic", read=self.read)
        words = ", ".join(
            say(language, "playbook.why_cue", term=cue.term.replace("*", "…"), mentions=cue.mentions)
            for cue in self.evidence[:4]
        )
        return say(language, "playbook.why_cues", words=words, read=self.read)


def choose(playbooks: PlaybookSet, facts: CrisisFacts) -> Choice:
    """The playbook for these facts, in their language; in English where the set holds none in it.

    Raises
    ------
    SentinelError
        When the set holds no generic playbook either way.
    """
    language = facts.language if any(p.language == facts.language for p in playbooks) else REFERENCE
    fitting = [p for p in playbooks if p.fits(facts.brand, facts.level)]
    texts = [fold(f"{m.title or ''} {m.text}") for m in facts.samples]
    suspects = _suspects(fitting, texts)
    chosen = suspects[0] if suspects and _clear(suspects, len(texts)) else None
    playbook = _of_type(fitting, chosen.type, language) if chosen else None
    if chosen is None or playbook is None:
        generic = next(
            (
                found
                for playbooks, spoken in (
                    (fitting, language),
                    (list(playbooks), language),
                    (list(playbooks), REFERENCE),
                )
                if (found := _of_type(playbooks, CrisisType.GENERIC, spoken)) is not None
            ),
            None,
        )
        if generic is None:
            raise SentinelError(f"no generic playbook in language {language!r}; add {language}/generic.md")
        return Choice(
            playbook=generic, type=CrisisType.GENERIC, evidence=(), runners_up=tuple(suspects), read=len(texts)
        )
    return Choice(
        playbook=playbook, type=chosen.type, evidence=chosen.evidence, runners_up=tuple(suspects[1:]), read=len(texts)
    )


def fold(text: str) -> str:
    """Case, accents, width, links and the amount of white space do not count.

    Examples
    --------
    >>> fold("  CAÍDA del   Servicio https://t.co/x")
    'caida del servicio'
    """
    decomposed = unicodedata.normalize("NFKD", _LINK.sub(" ", text).casefold().replace("\u2019", "'"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _suspects(playbooks: list[Playbook], texts: list[str]) -> list[Suspect]:
    """Every type with a cue in some text, most points first, by name where equal."""
    found: list[Suspect] = []
    for kind in CrisisType:
        cues = [
            CueFound(term=term, weight=weight, mentions=count)
            for term, weight in _cues(playbooks, kind)
            if (count := sum(_form(term).search(text) is not None for text in texts))
        ]
        if cues:
            evidence = tuple(sorted(cues, key=lambda cue: (-cue.points, cue.term)))
            mentions = sum(any(_form(cue.term).search(text) for cue in cues) for text in texts)
            found.append(Suspect(type=kind, evidence=evidence, mentions=mentions))
    return sorted(found, key=lambda suspect: (-suspect.points, suspect.type.value))


def _cues(playbooks: list[Playbook], kind: CrisisType) -> list[tuple[str, float]]:
    """The cues of a type in every language, each at its greatest weight; of one name in one language only the first
    counts.
    """
    cues: dict[str, tuple[str, float]] = {}
    seen: set[tuple[str, str]] = set()
    for playbook in playbooks:
        if kind not in playbook.types or not playbook.cues or (playbook.name, playbook.language) in seen:
            continue
        seen.add((playbook.name, playbook.language))
        for term, weight in playbook.cues.items():
            name = _folded(term)
            cues[name] = max(cues.get(name, (term, weight)), (term, weight), key=lambda cue: cue[1])
    return list(cues.values())


def _clear(suspects: list[Suspect], read: int) -> bool:
    """Enough points, ahead of the next, and more than one post of many."""
    best = suspects[0]
    ahead = len(suspects) == 1 or best.points > suspects[1].points
    return best.points >= MIN_POINTS and ahead and (best.mentions > 1 or read < 3)


def _of_type(playbooks: list[Playbook], kind: CrisisType, language: str) -> Playbook | None:
    candidates = [p for p in playbooks if kind in p.types and p.language == language]
    return min(candidates, key=lambda p: not p.brands, default=None)


_folded = lru_cache(maxsize=4096)(fold)
"""Of cues: the same few hundred for every incident and every look at its page."""


@lru_cache(maxsize=4096)
def _form(term: str) -> re.Pattern[str]:
    """A cue as it is looked for in folded text."""
    ending = r"\w*" if term.endswith("*") else ""
    return re.compile(rf"(?<!\w){re.escape(fold(term.removesuffix('*')))}{ending}(?!\w)")
