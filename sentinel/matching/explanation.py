"""Says of each brand why a mention is about it, or why it nearly is: by term, for whoever tunes them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sentinel.matching.brand import Brand
from sentinel.matching.condition import condition
from sentinel.matching.folding import fold
from sentinel.matching.searched import searched
from sentinel.matching.term import Term, forms_of, tightened
from sentinel.mention import Mention


class MatchReason(StrEnum):
    """Why a brand takes a mention, or does not although a term of its is in it."""

    TAKEN = "taken"
    """The term stands, and nothing rules the mention out."""
    RULED_OUT = "ruled_out"
    """A ``none`` term stands as well."""
    INSIDE_A_WORD = "inside_a_word"
    """The term is there, as a piece of a longer word, handle or hashtag."""
    CONDITION = "condition"
    """The term stands, but not in its capitals, or without the words that must stand near."""
    LANGUAGE = "language"
    """The mention says that it is in a language the brand does not listen to."""
    SOURCE = "source"
    """The brand does not listen to this source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchExplanation:
    """One term of one brand in one mention.

    Parameters
    ----------
    brand
        Its index.
    term
        As it is written in the configuration; of `MatchReason.RULED_OUT` the one that rules out.
    """

    brand: int
    term: str
    reason: MatchReason


class MatchExplainer:
    """Explains what a `Matcher` of the same brands does; slower, a term at a time.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> said = Mention(source="x", id="1", text="acmeville y Acme", published_at=datetime(2026, 3, 2, tzinfo=UTC))
    >>> [(each.term, str(each.reason)) for each in MatchExplainer([Brand(name="Acme")]).explain(said)]
    [('Acme', 'taken')]
    """

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._brands = brands

    def explain(self, mention: Mention) -> Iterator[MatchExplanation]:
        """What there is to say, brand by brand; nothing of a brand none of whose terms is there."""
        written = searched(mention)
        text = f"\x01{tightened(fold(written))}\x01"
        for index, brand in enumerate(self._brands):
            yield from self._of(index, brand, mention, written, text)

    def _of(self, index: int, brand: Brand, mention: Mention, written: str, text: str) -> Iterator[MatchExplanation]:
        if mention.source in brand.everything_from:
            yield MatchExplanation(brand=index, term=f"everything from {mention.source}", reason=MatchReason.TAKEN)
            return
        found = {
            term.word: reason
            for term in _terms((*brand.any, *_handles(brand)))
            if (reason := _standing(term, written, text))
        }
        taken = [word for word, reason in found.items() if reason is MatchReason.TAKEN]
        if not taken:
            yield from (MatchExplanation(brand=index, term=word, reason=reason) for word, reason in found.items())
            return
        against = [term.word for term in _terms(brand.none) if _standing(term, written, text) is MatchReason.TAKEN]
        language = (mention.lang or "und").partition("-")[0].lower()
        if against:
            yield from (MatchExplanation(brand=index, term=each, reason=MatchReason.RULED_OUT) for each in against)
        elif brand.sources and mention.source not in brand.sources:
            yield MatchExplanation(brand=index, term=taken[0], reason=MatchReason.SOURCE)
        elif brand.languages and language not in ("und", *brand.languages):
            yield MatchExplanation(brand=index, term=taken[0], reason=MatchReason.LANGUAGE)
        else:
            yield from (MatchExplanation(brand=index, term=word, reason=MatchReason.TAKEN) for word in taken)


def _handles(brand: Brand) -> Iterator[str]:
    return (account for account in brand.own if account.startswith("@"))


def _terms(terms: Sequence[str | Term]) -> Iterator[Term]:
    for term in terms:
        yield Term(word=term) if isinstance(term, str) else term


def _standing(term: Term, written: str, text: str) -> MatchReason | None:
    holds = condition(term)
    loose = text.replace("-", " ")
    best: MatchReason | None = None
    for form in forms_of(term.word):
        start = loose.find(form.pattern)
        while start >= 0:
            end = start + len(form.pattern)
            if not form.stands(text, start, end):
                best = best or MatchReason.INSIDE_A_WORD
            elif holds is None or holds(written, text, start, end):
                return MatchReason.TAKEN
            else:
                best = MatchReason.CONDITION
            start = loose.find(form.pattern, start + 1)
    return best
