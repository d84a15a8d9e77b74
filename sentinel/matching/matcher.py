"""Says which brands a mention is about: all terms of all brands in one pass over the folded text.

The automaton is that of Aho & Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18 (1975):
the time it takes depends on the text, not on how many terms there are.
"""

from collections.abc import Iterator, Sequence

from ahocorasick_rs import AhoCorasick

from sentinel.errors import ConfigError
from sentinel.matching.brand import Brand
from sentinel.matching.folding import fold
from sentinel.matching.term import WrittenForm, forms_of
from sentinel.mention import Mention

_TIGHT = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
"""Two of these in a row belong to one word."""
_GAP = " \x01 "
"""Stands between the parts of a mention, so that no phrase is read across them."""


class Matcher:
    """Finds the brands that a text is about.

    A brand is meant when any of its ``any`` terms stands in the mention's text, title, tags or links and none of its
    ``none`` terms
    does, wherever. Case, accents and width do not count; a term matches whole: ``acme`` is in *Acme's*, *#acme* and
    *@acme*, not in
    *acmeville* or *@acme_es*. ``@acme`` wants that handle and ``#acme`` that hashtag. A space in a phrase is any white
    space or a
    hyphen.

    Parameters
    ----------
    brands
        In the order that the indices refer to.

    Raises
    ------
    ConfigError
        Naming every term that holds no letter or digit, with its brand.

    Examples
    --------
    >>> matcher = Matcher([Brand(name="Acme", any=("acme", "@acme_es"), none=("acme records",)), Brand(name="AT&T")])
    >>> matcher.brands_of("¿Qué pasa, @ACME_ES? At&T funciona")
    (0, 1)
    >>> matcher.brands_of("El nuevo disco de Acme-Records")
    ()
    """

    def __init__(self, brands: Sequence[Brand]) -> None:
        meanings: dict[WrittenForm, list[tuple[int, bool]]] = {}
        problems = []
        for index, brand in enumerate(brands):
            for wanted, terms in ((True, brand.any), (False, brand.none)):
                for term in terms:
                    forms = forms_of(term)
                    if not forms:
                        key = "any" if wanted else "none"
                        problems.append(
                            f"brand {brand.name!r}: match.{key}: the term {term!r} holds no letter or digit to look for"
                        )
                    for form in forms:
                        meanings.setdefault(form, []).append((index, wanted))
        if problems:
            raise ConfigError(problems)
        self._forms = list(meanings)
        self._meanings = [tuple(dict.fromkeys(meaning)) for meaning in meanings.values()]
        self._automaton = AhoCorasick([form.pattern for form in self._forms], store_patterns=False)

    def match(self, mention: Mention) -> tuple[int, ...]:
        """Indices of the brands that the mention is about, rising."""
        if mention.title or mention.tags or mention.links:
            return self._find(fold(_GAP.join(_parts(mention))))
        return self._find(fold(mention.text))

    def brands_of(self, text: str) -> tuple[int, ...]:
        """Indices of the brands that the text is about, rising."""
        return self._find(fold(text))

    def _find(self, folded: str) -> tuple[int, ...]:
        text = f"\x01{folded}\x01"
        hits = self._automaton.find_matches_as_indexes(text.replace("-", " "), overlapping=True)
        if not hits:
            return ()
        forms = self._forms
        standing: set[int] = set()
        for form, start, end in hits:
            # Most hits are pieces of longer words: seen at a glance, before the full rules.
            inside = (text[start - 1] in _TIGHT and text[start] in _TIGHT) or (
                text[end] in _TIGHT and text[end - 1] in _TIGHT
            )
            if not inside and form not in standing and forms[form].stands(text, start, end):
                standing.add(form)
        meant: set[int] = set()
        ruled_out: set[int] = set()
        for form in standing:
            for brand, wanted in self._meanings[form]:
                (meant if wanted else ruled_out).add(brand)
        return tuple(sorted(meant - ruled_out))


def _parts(mention: Mention) -> Iterator[str]:
    """Everything a term may stand in."""
    yield mention.text
    if mention.title:
        yield mention.title
    for tag in mention.tags or ():
        bare = tag.lstrip("#＃ ")
        yield f"#{''.join(bare.split())}"
        if " " in bare.strip():
            yield bare  # a category of several words is read as words, too
    yield from mention.links or ()
