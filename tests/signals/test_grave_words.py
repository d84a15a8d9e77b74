"""Grave words of every language that is read: found in it, and not taken for another's everyday word."""

import pytest

from sentinel.signals.lexicon.lexicon import LANGUAGES, UNTOLD, lexicon
from sentinel.signals.words import words_of


@pytest.mark.parametrize(
    ("language", "text", "about"),
    [
        ("pt", "vazamento de gás no prédio, duas pessoas feridas", "harm"),
        ("pt", "vou processar vocês por fraude", "law"),
        ("gl", "cinco intoxicados polo polbo de acme", "harm"),
        ("ca", "fuita de gas a l'edifici d'acme", "harm"),
        ("fr", "les données personnelles des clients sont en ligne", "breach"),
        ("it", "boicottate acme, mai più", "boycott"),
        ("de", "drei Verletzte nach dem Brand", "harm"),
    ],
)
def test_grave_words_are_found(language: str, text: str, about: str) -> None:
    """Each list knows the gravest word of a plain sentence in its language."""
    grave = lexicon(language).gravest(words_of(text))
    assert grave is not None
    assert grave.about == about


@pytest.mark.parametrize(
    ("language", "text"), [("pt", "um presente do presidente"), ("ca", "tot va molt bé"), ("de", "die Frau ist nett")]
)
def test_everyday_words_are_not_grave(language: str, text: str) -> None:
    """Words that only begin like a grave one, or are grave in another language, weigh nothing."""
    assert lexicon(language).gravest(words_of(text)) is None


def test_every_list_is_whole() -> None:
    """Each language has its grave words, its first person and its common words; those for unknown languages are
    among them.
    """
    assert set(UNTOLD) < set(LANGUAGES)
    assert all(lexicon(each).singular and lexicon(each).common for each in LANGUAGES)
