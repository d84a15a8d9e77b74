"""What brands are looked for by, as questions in a network's own words: quoted, joined, within its limits. No I/O."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandTerms:
    """A brand's terms as its ``match`` has them.

    Parameters
    ----------
    any
        Each of which is enough.
    none
        What rules a mention out.
    beside
        Term to words of which one must stand beside it: for names that are everyday words.
    languages
        In which it is spoken of; empty for all.
    sources
        In which it is looked for, by their names; empty for all.
    """

    brand: str
    any: tuple[str, ...]
    none: tuple[str, ...] = ()
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


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
    language
        How a question is kept to a language; ``None`` where it cannot be.
    languages
        What the network calls a language, where not by its two letters; those it does not know are not asked by.
    """

    either: str | None = " OR "
    group: str = "({})"
    without: str | None = "-{}"
    marks: bool = False
    longest: int = 512
    most: int = 1_000
    always: str = ""
    language: str | None = None
    languages: Mapping[str, str] | None = None

    def spoken(self, languages: Sequence[str]) -> str:
        """Any of these languages; empty where one of them cannot be asked for."""
        known = [lang if self.languages is None else self.languages.get(lang) for lang in languages]
        if self.language is None or not known or None in known:
            return ""
        each = [self.language.format(lang) for lang in known]
        return each[0] if len(each) == 1 else f"({' OR '.join(each)})"


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
    >>> dia = BrandTerms(brand="Día", any=("Día",), beside={"Día": ("tienda", "súper")}, languages=("es",))
    >>> questions([dia], Grammar(language="lang:{}"))
    ('Día (tienda OR súper) lang:es',)
    """
    found: list[str] = []
    for brand in brands:
        plain = [term for term in brand.any if not brand.beside.get(term) or grammar.either is None]
        words = list(dict.fromkeys(word for term in plain if (word := quoted(term, marks=grammar.marks))))
        tail = _tail(brand, grammar, max((len(word) for word in words), default=0))
        found += (_joined(chosen, grammar) + tail for chosen in _packed(words, grammar, len(tail)))
        for term in brand.any:
            if term not in plain and (word := quoted(term, marks=grammar.marks)):
                near = [each for other in brand.beside[term] if (each := quoted(other))]
                room = len(word) + len(tail) + 1
                found += (f"{word} {_joined(chosen, grammar)}{tail}" for chosen in _packed(near, grammar, room))
    return tuple(dict.fromkeys(found))


def quoted(term: str, *, marks: bool = False) -> str:
    """A term as one unit of a question.

    Examples
    --------
    >>> quoted("#acmefail"), quoted("@acme", marks=True), quoted("Acme  Air"), quoted('say "no"')
    ('acmefail', '@acme', '"Acme Air"', '"say no"')
    """
    words = " ".join(term.replace('"', " ").replace("*", "").split())
    if not marks:
        words = words.lstrip("#@")
    plain = words.lstrip("#@").replace("_", "")
    return words if plain.isalnum() or not words else f'"{words}"'


def both_spellings(brand: BrandTerms) -> BrandTerms:
    """Terms with accents without them too: the stream finds each spelling alone."""
    bare = [
        "".join(char for char in unicodedata.normalize("NFKD", term) if not unicodedata.combining(char))
        for term in brand.any
    ]
    near = {other: brand.beside[term] for term, other in zip(brand.any, bare, strict=True) if term in brand.beside}
    both = tuple(dict.fromkeys((*brand.any, *bare)))
    return replace(brand, any=both, beside={**near, **brand.beside})


def _tail(brand: BrandTerms, grammar: Grammar, needed: int) -> str:
    spoken = grammar.spoken(brand.languages)
    tail = grammar.always + (f" {spoken}" if spoken else "")
    if grammar.without is None:
        return tail
    for term in brand.none:
        more = " " + grammar.without.format(quoted(term, marks=grammar.marks))
        if needed + len(tail) + len(more) + len(grammar.group) > grammar.longest // 2:
            break
        tail += more
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
