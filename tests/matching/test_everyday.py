"""Everyday words are known, so that a brand called by one is warned of."""

import pytest

from sentinel.matching.everyday import LANGUAGES, everyday_in


@pytest.mark.parametrize(
    ("term", "languages"),
    [
        ("Día", ("es", "pt")),
        ("Mango", ("en", "es")),
        ("Orange", ("en",)),
        ("X", LANGUAGES),
        ("3M", LANGUAGES),
        ("El País", ("es",)),
        ("Apple", ("en",)),
        ("Zara", ()),
        ("Telefónica", ()),
        ("#orange", ()),
        ("@x", ()),
        ("Banco Sol Norte", ()),
        ("", ()),
    ],
)
def test_a_name_is_an_everyday_word(term: str, languages: tuple[str, ...]) -> None:
    """In Spanish, English or Portuguese; handles, hashtags and longer names are not."""
    assert everyday_in(term) == languages
