"""Marks in a stranger's words what the reader looks for: the brand's own terms, and the words that made the score
rise.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from sentinel.config.match import word_of
from sentinel.config.schema import Config
from sentinel.incidents.incident import Incident
from sentinel.matching.folding import fold
from sentinel.matching.term import WrittenForm, forms_of
from sentinel.scoring.assessment import Evidence

_EDGE = "\x01"
_QUOTED = re.compile("«(.+?)»")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWord:
    """A word that is new to the brand, and how many voices said it in an hour; ``None`` where only that it is new is
    known.
    """

    word: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Highlights:
    """What to mark, each sort by its own class; an earlier sort wins where two overlap."""

    forms: tuple[tuple[str, WrittenForm], ...]

    @classmethod
    def of(cls, incident: Incident, config: Config) -> "Highlights":
        """For the samples of an incident."""
        settings = next((each for each in config.brands if each.name == incident.brand), None)
        terms = tuple(map(word_of, settings.match.any)) or (incident.brand,) if settings else (incident.brand,)
        new = [each.word for each in new_words(incident.evidence)]
        sorts = (("grave", grave_words(incident.evidence)), ("new", new), ("brand", terms))
        return cls(tuple((sort, form) for sort, words in sorts for word in words for form in forms_of(word)))

    def mark(self, text: str) -> Markup:
        """The text, escaped, with its marks."""
        folded, places = _folded(text)
        taken = bytearray(len(text) + 1)
        spans: list[tuple[int, int, str]] = []
        for sort, form in self.forms:
            for start, end in _found(folded, form):
                begin, stop = places[start], places[end - 1] + 1
                if not any(taken[begin:stop]):
                    taken[begin:stop] = b"\x01" * (stop - begin)
                    spans.append((begin, stop, sort))
        made, last = [], 0
        for begin, stop, sort in sorted(spans):
            made += [escape(text[last:begin]), Markup('<mark class="{}">{}</mark>').format(sort, text[begin:stop])]
            last = stop
        return Markup("").join([*made, escape(text[last:])])


def new_words(evidence: Iterable[Evidence]) -> tuple[NewWord, ...]:
    """Those that the novelty signal names, the most surprising first."""
    facts = next((dict(each.facts) for each in evidence if each.signal == "novelty"), {})
    words = _QUOTED.findall(str(facts.get("words", "")))
    counts = [int(each) for each in str(facts.get("counts", "")).split()]
    return tuple(
        NewWord(word=word, count=counts[place] if place < len(counts) else None) for place, word in enumerate(words)
    )


def grave_words(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Those that the severity signal names."""
    facts = next((dict(each.facts) for each in evidence if each.signal == "severity"), {})
    return tuple(word for word in str(facts.get("words", "")).split(", ") if word)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as terms are looked for in it, an edge at either end, and of each of its characters the place it came
    from.
    """
    folded, places = [_EDGE], [0]
    for place, character in enumerate(text):
        piece = " " if character.isspace() or character == "-" else fold(character).replace("-", " ")
        folded.append(piece)
        places += [place] * len(piece)
    return "".join(folded) + _EDGE, [*places, len(text)]


def _found(folded: str, form: WrittenForm) -> Iterable[tuple[int, int]]:
    start = folded.find(form.pattern)
    while start > 0:
        end = start + len(form.pattern)
        if form.stands(folded, start, end):
            yield start, end
        start = folded.find(form.pattern, start + 1)
