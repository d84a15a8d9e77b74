"""What brands are looked for by, as questions in a network's own words: quoted, joined, within its limits. No I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandTerms:
    """A brand's terms as its ``match`` has them.

    Parameters
    ----------
    any
        Each of which is enough.
    none
        What rules a mention out.
    languages
        In which it is spoken of; empty for all.
    """

    brand: str
    any: tuple[str, ...]
    none: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """How a network wants to be asked.

    Parameters
    ----------
    either
        What stands between alternatives; ``None`` where each has to be asked for by itself.
    group
        How several alternatives are wrapped.
    without
        How a word is excluded; ``None`` where that cannot be said.
    marks
        Whether ``#`` and ``@`` may stand before a word.
    longest
        Characters of a question at most.
    most
        Alternatives in a question at most.
    always
        What stands at the end of each question.
    """

    either: str | None = " OR "
    group: str = "({})"
    without: str | None = "-{}"
    marks: bool = False
    longest: int = 512
    most: int = 1_000
    always: str = ""


def questions(brands: Iterable[BrandTerms], grammar: Grammar) -> tuple[str, ...]:
    """As few questions as the network's limits allow, that ask for every term of every brand.

    What a brand excludes is excluded where there is room for it; what comes back is matched again here, so that too
    much is no harm and too little would be.

    Examples
    --------
    >>> acme = BrandTerms(brand="Acme", any=("Acme", "#acmefail", "Acme Air"), none=("Acme Corp",))
    >>> questions([acme], Grammar())
    ('(Acme OR acmefail OR "Acme Air") -"Acme Corp"',)
    >>> questions([acme], Grammar(either=None, without=None))
    ('Acme', 'acmefail', '"Acme Air"')
    """
    found: list[str] = []
    for brand in brands:
        words = list(dict.fromkeys(word for term in brand.any if (word := quoted(term, marks=grammar.marks))))
        tail = _tail(brand, grammar, max((len(word) for word in words), default=0))
        found += (_joined(chosen, grammar) + tail for chosen in _packed(words, grammar, len(tail)))
    return tuple(dict.fromkeys(found))


def quoted(term: str, *, marks: bool = False) -> str:
    """A term as one unit of a question.

    Examples
    --------
    >>> quoted("#acmefail"), quoted("@acme", marks=True), quoted("Acme  Air"), quoted('say "no"')
    ('acmefail', '@acme', '"Acme Air"', '"say no"')
    """
    words = " ".join(term.replace('"', " ").split())
    if not marks:
        words = words.lstrip("#@")
    plain = words.lstrip("#@").replace("_", "")
    return words if plain.isalnum() or not words else f'"{words}"'


def _tail(brand: BrandTerms, grammar: Grammar, needed: int) -> str:
    tail = grammar.always
    if grammar.without is None:
        return tail
    for term in brand.none:
        more = " " + grammar.without.format(quoted(term, marks=grammar.marks))
        if needed + len(tail) + len(more) + len(grammar.group) > grammar.longest // 2:
            break
        tail = more + tail if not grammar.always else f"{tail}{more}"
    return tail


def _joined(words: Sequence[str], grammar: Grammar) -> str:
    return words[0] if len(words) == 1 else grammar.group.format((grammar.either or " ").join(words))


def _packed(words: Sequence[str], grammar: Grammar, tail: int) -> Iterable[list[str]]:
    chosen: list[str] = []
    for word in words:
        full = grammar.either is None or len(chosen) >= grammar.most
        if chosen and (full or len(_joined([*chosen, word], grammar)) + tail > grammar.longest):
            yield chosen
            chosen = []
        chosen.append(word)
    if chosen:
        yield chosen
