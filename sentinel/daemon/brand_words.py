"""The words by which a brand is found and called, which are no topic of what is said about it."""

from collections.abc import Sequence

from sentinel.matching.brand import Brand
from sentinel.matching.folding import fold
from sentinel.signals.words import words_of


def brand_words(brands: Sequence[Brand], name: str) -> frozenset[str]:
    """Folded; those of its name alone where it is not watched."""
    known = next((each for each in brands if each.name == name), None)
    terms = [name, *((each if isinstance(each, str) else each.word for each in known.any) if known else ())]
    found = {word for term in terms for word in words_of(term)}
    accounts = (each.lstrip("@#") for each in (*terms, *(known.own if known else ())) if each[:1] in "@#")
    return frozenset(found | {fold(each) for each in accounts})
