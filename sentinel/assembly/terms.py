"""What each brand of a configuration is looked for by, for sources that have to ask for it."""

from sentinel.config.match import TermSettings, word_of
from sentinel.config.schema import Config
from sentinel.sources.topics import BrandTerms


def brand_terms(config: Config) -> tuple[BrandTerms, ...]:
    """Each brand's terms; its name where it has none."""
    return tuple(
        BrandTerms(
            brand=brand.name,
            any=tuple(map(word_of, brand.match.any)) or (brand.name,),
            none=tuple(map(word_of, brand.match.none)),
            beside={term.word: term.with_ for term in brand.match.any if isinstance(term, TermSettings) and term.with_},
            languages=brand.match.languages,
            sources=brand.match.sources,
        )
        for brand in config.brands
    )
