"""Warns of brands that are looked for by an everyday word alone: most of what such a term finds is about something
else.
"""

from collections.abc import Iterator

from sentinel.config.brand import BrandSettings
from sentinel.config.schema import Config
from sentinel.config.tree import Key
from sentinel.matching.everyday import everyday_in

_SPOKEN = {"es": "Spanish", "en": "English", "pt": "Portuguese"}


def everyday_terms(config: Config) -> Iterator[tuple[Key, str]]:
    """Each such term as (place, sentence), with what to write instead."""
    for index, brand in enumerate(config.brands):
        for place, term in _plain_terms(brand):
            languages = everyday_in(term)
            if languages:
                spoken = " and ".join(", ".join(_SPOKEN.get(each, each) for each in languages).rsplit(", ", 1))
                capital = term[:1].upper() + term[1:]
                yield (
                    ("brands", index, *place),
                    f"{term!r} is an everyday word of {spoken}: most of what it finds is about something else; write "
                    f"{{word: {capital}, case: true, with: [a word that stands near it when it means the brand]}}",
                )


def _plain_terms(brand: BrandSettings) -> Iterator[tuple[Key, str]]:
    if not brand.match.any:
        yield ("name",), brand.name
    for position, term in enumerate(brand.match.any):
        if isinstance(term, str):
            yield ("match", "any", position), term
