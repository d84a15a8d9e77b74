"""Says which brands a mention is about: all terms of all brands in one pass over the folded text.

The automaton is that of Aho & Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18 (1975):
the time it takes depends on the text, not on how many terms there are.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from ahocorasick_rs import AhoCorasick

from sentinel.errors import ConfigError
from sentinel.matching.account import AccountSet
from sentinel.matching.account_index import AccountIndex
from sentinel.matching.brand import Brand
from sentinel.matching.condition import Found, condition
from sentinel.matching.folding import fold
from sentinel.matching.searched import searched, searched_text
from sentinel.matching.term import LOST, Term, WrittenForm, forms_of, tightened
from sentinel.mention import Mention

_TIGHT = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
"""Two of these in a row belong to one word."""
Meaning = tuple[int, bool, Found | None]
"""What a form that stands says: of which brand, whether it is wanted or rules out, and what else must hold."""


class Matcher:
    """Finds the brands that a text is about.

    A brand is meant when any of its ``any`` terms stands in the mention's text, title, tags or links and none of its
    ``none`` terms does, wherever. Case, accents and width do not count unless the term says so; a term matches whole:
    ``acme`` is in *Acme's*, *#acme*, *@acme* and, by its capitals, in *#BoicotAcme*, not in *acmeville* or *@acme_es*.
    ``@acme`` wants that handle and ``#acme`` that hashtag. A space in a phrase is any white space or a hyphen. What a
    brand's own accounts say, and what answers, quotes or tags them, is about the brand whatever its words.

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
        meanings: dict[WrittenForm, dict[Meaning, None]] = {}
        problems = []
        for index, brand in enumerate(brands):
            for wanted, term in _terms(brand):
                forms = forms_of(term.word)
                if not forms:
                    key = "any" if wanted else "none"
                    problems.append(
                        f"brand {brand.name!r}: match.{key}: the term {term.word!r} "
                        "holds no letter or digit to look for"
                    )
                for form in forms:
                    meanings.setdefault(form, {})[index, wanted, condition(term)] = None
        if problems:
            raise ConfigError(problems)
        self._forms = sorted(meanings, key=lambda form: form.has_losses)
        self._inside_words = [form.inside_words for form in self._forms]
        self._meanings = [tuple(meanings[form]) for form in self._forms]
        self._conditional = [any(holds for _, _, holds in meaning) for meaning in self._meanings]
        self._limited = {index: brand for index, brand in enumerate(brands) if brand.languages or brand.sources}
        self._whole: dict[str, tuple[int, ...]] = {}
        for index, brand in enumerate(brands):
            for source in brand.everything_from:
                self._whole[source] = (*self._whole.get(source, ()), index)
        self._own = AccountIndex((index, brand.own) for index, brand in enumerate(brands))
        self._ignored = {
            index: [(AccountSet([each.who]), each.until) for each in brand.ignore]
            for index, brand in enumerate(brands)
            if brand.ignore
        }
        patterns = [form.pattern for form in self._forms]
        whole = sum(not form.has_losses for form in self._forms)
        self._automaton = AhoCorasick(patterns[:whole], store_patterns=False)
        self._with_losses = AhoCorasick(patterns, store_patterns=False) if whole < len(patterns) else self._automaton

    def match(self, mention: Mention) -> tuple[int, ...]:
        """Indices of the brands that the mention is about, rising."""
        found = self._find(searched(mention))
        if mention.source in self._whole:
            found = tuple(sorted({*found, *self._whole[mention.source]}))
        if self._own:
            found = tuple(sorted(self._own.writers(mention).union(self._own.addressed(mention), found)))
        if self._limited and found:
            return tuple(brand for brand in found if brand not in self._limited or self._admits(brand, mention))
        return found

    def voiced(self, found: tuple[int, ...], mention: Mention, at: datetime) -> tuple[int, ...]:
        """Those of ``found`` of which somebody else speaks, who is not ignored at ``at``: neither the brand itself nor
        an account that does not count.
        """
        if not (found and (self._own or self._ignored)):
            return found
        itself = self._own.writers(mention)
        for index in found:
            if any((until is None or at < until) and who.wrote(mention) for who, until in self._ignored.get(index, ())):
                itself.add(index)
        return tuple(index for index in found if index not in itself)

    def brands_of(self, text: str) -> tuple[int, ...]:
        """Indices of the brands that the text is about, rising."""
        return self._find(searched_text(text))

    def _admits(self, index: int, mention: Mention) -> bool:
        brand = self._limited[index]
        language = (mention.lang or "und").partition("-")[0].lower()
        spoken = not brand.languages or language == "und" or language in brand.languages
        return spoken and (not brand.sources or mention.source in brand.sources)

    def _find(self, written: str) -> tuple[int, ...]:
        text = f"\x01{tightened(fold(written))}\x01"
        automaton = self._automaton if LOST not in text else self._with_losses
        hits = automaton.find_matches_as_indexes(text.replace("-", " "), overlapping=True)
        if not hits:
            return ()
        forms = self._forms
        standing: set[int] = set()
        meant: set[int] = set()
        ruled_out: set[int] = set()
        for form, start, end in hits:
            # Most hits are pieces of longer words: seen at a glance, before the full rules.
            inside = (text[start - 1] in _TIGHT and text[start] in _TIGHT) or (
                text[end] in _TIGHT and text[end - 1] in _TIGHT
            )
            if (
                form in standing
                or (inside and not self._inside_words[form])
                or not forms[form].stands(text, start, end)
            ):
                continue
            if not self._conditional[form]:  # else it may hold at another place
                standing.add(form)
            for brand, wanted, holds in self._meanings[form]:
                if holds is None or holds(written, text, start, end):
                    (meant if wanted else ruled_out).add(brand)
        return tuple(sorted(meant - ruled_out))


def _terms(brand: Brand) -> Iterator[tuple[bool, Term]]:
    handles = tuple(account for account in brand.own if account.startswith("@"))
    for wanted, terms in ((True, (*brand.any, *handles)), (False, brand.none)):
        for term in _as_terms(terms):
            yield wanted, term


def _as_terms(terms: Iterable[str | Term]) -> Iterator[Term]:
    for term in terms:
        yield Term(word=term) if isinstance(term, str) else term
